using System.Buffers;
using System.Text;
using Backsoon.Mail;
using Backsoon.Shared;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Backsoon.Dispatch;

/// <summary>What a caller typed and chose, as it came; a page shown again shows it as it was.</summary>
/// <param name="Subject">The id of the subject, <see cref="Unlisted"/>, or empty.</param>
/// <param name="Query">What is in the search field for subjects.</param>
/// <param name="Found">What was searched for when the subjects shown were found.</param>
/// <param name="AsksSubject">Whether the form had subjects to choose from.</param>
/// <param name="IsSearch">Whether the caller searches again and does not send yet.</param>
/// <param name="IsFilledByProgram">Whether the field that people do not see has something in it.</param>
public sealed record DeskForm(
    string Token, string Subject, string Category, string Name, string Phone, string Email, string Text, string Query, string Found, bool AsksSubject, bool IsSearch, bool IsFilledByProgram)
{
    public const string Unlisted = "none";
    /// <summary>The field people do not see. Its name says nothing to a browser that fills in names and addresses.</summary>
    public const string Trap = "second_note";
    public const int MaxQuery = 100;
    public static readonly DeskForm Empty = new("", "", "", "", "", "", "", "", "", false, false, false);

    private const int MostFields = 32;
    private const int LongestKey = 64;
    private const int FewestDigits = 5;
    private const int MostDigits = 20;
    private static readonly SearchValues<char> s_suspicious = SearchValues.Create([.. Enumerable.Range(0, 0x20).Append(0x7f).Concat(Enumerable.Range(0x80, 0x20)).Concat(Enumerable.Range(0xd800, 0x800)).Select(c => (char)c)]);

    /// <summary>Null when this is no form of ours: too many fields, or another content type.</summary>
    public static async Task<DeskForm?> Read(HttpRequest request) => await Fields(request) is { } sent ? From(sent) : null;

    public static async Task<IReadOnlyDictionary<string, StringValues>?> Fields(HttpRequest request)
    {
        if (request.ContentType is not { } type || !type.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
            return null;

        // The framework's own reading of a form takes a thousand fields and keeps files in mind; these forms have a dozen fields.
        var reader = new FormPipeReader(request.BodyReader, Encoding.UTF8) { ValueCountLimit = MostFields, KeyLengthLimit = LongestKey, ValueLengthLimit = int.MaxValue };
        try
        {
            return await reader.ReadFormAsync(request.HttpContext.RequestAborted);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    public static string Field(IReadOnlyDictionary<string, StringValues> sent, string name) => sent.TryGetValue(name, out var values) ? values[0] ?? "" : "";

    /// <summary>Several lines, as <see cref="Clean"/> leaves them.</summary>
    public static string Typed(IReadOnlyDictionary<string, StringValues> sent, string name) => Clean(Field(sent, name), lines: true);

    /// <summary>What to submit; null when something is wrong, which is then in <paramref name="errors"/>.</summary>
    public Submission? Check(FormErrors errors, byte[] source)
    {
        Guid? subject = Guid.TryParse(Subject, out var chosen) ? chosen : null;
        if (subject is null && AsksSubject && Subject != Unlisted)
            errors.Add("subject", "Choose what it is about. If it is not there, choose “Not listed here”.");
        if (!Guid.TryParse(Category, out var category))
            errors.Add("category", "Choose what kind of help you need.");
        if (Name.Length == 0)
            errors.Add("name", "Enter your name.");
        else if (Name.Length > Submission.MaxName)
            errors.Add("name", $"Shorten your name to {Submission.MaxName} characters.");
        if (Phone.Count(char.IsDigit) is < FewestDigits or > MostDigits || Phone.Length > Submission.MaxPhone)
            errors.Add("phone", $"Enter a phone number of {FewestDigits} to {MostDigits} digits, so that you can be called back.");
        EmailAddress? email = null;
        if (Email.Length > 0 && !EmailAddress.TryParse(Email, out email))
            errors.Add("email", "Enter an address like name@example.com, or leave it empty.");
        if (Text.Length == 0)
            errors.Add("text", "Say what is wrong, in a sentence or two.");
        else if (Text.Length > Submission.MaxText)
            errors.Add("text", $"Shorten it to {Submission.MaxText:N0} characters; it has {Text.Length:N0}.");
        return errors.Any ? null : new Submission(subject, category, Name, Phone, email, Text, source);
    }

    private static DeskForm From(IReadOnlyDictionary<string, StringValues> sent)
    {
        string Line(string name) => Clean(Field(sent, name), lines: false);

        var query = Line("q");
        if (query.Length > MaxQuery)
            query = query[..MaxQuery];
        var found = Line("found");
        return new DeskForm(
            Field(sent, PublicForm.Field), Line("subject"), Line("category"), Line("name"), Line("phone"), Line("email"), Typed(sent, "text"), query, found, sent.ContainsKey("asks"),
            sent.ContainsKey("find") || query != found, Field(sent, Trap).Length > 0);
    }

    // What was typed stays as it is, but for what no page, mail or database could carry: control characters and halves of characters.
    private static string Clean(string typed, bool lines)
    {
        if (typed.AsSpan().IndexOfAny(s_suspicious) < 0)
            return typed.Trim();

        var clean = new StringBuilder(typed.Length);
        foreach (var rune in typed.Replace("\r\n", "\n", StringComparison.Ordinal).EnumerateRunes())
        {
            if (!Rune.IsControl(rune) || lines && rune.Value is '\n' or '\t')
                clean.Append(rune.ToString());
            else
                clean.Append(lines && rune.Value == '\r' ? '\n' : rune.Value is '\n' or '\t' or '\r' ? ' ' : '\ufffd');
        }

        return clean.ToString().Trim();
    }
}
