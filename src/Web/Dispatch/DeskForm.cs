using Backsoon.Mail;
using Backsoon.Shared;

namespace Backsoon.Dispatch;

/// <summary>What a caller typed and chose, as it came; a page shown again shows it as it was.</summary>
/// <param name="Subject">The id of the subject, <see cref="Unlisted"/>, or empty.</param>
/// <param name="Query">What is in the search field for subjects.</param>
/// <param name="Found">What was searched for when the subjects shown were found.</param>
/// <param name="AsksSubject">Whether the form had subjects to choose from.</param>
/// <param name="IsSearch">Whether the caller searches again and does not send yet.</param>
/// <param name="IsFilledByProgram">Whether the field that people do not see has something in it.</param>
/// <param name="HasPhotos">Whether photos came with it; a browser does not keep those when the form is shown again.</param>
public sealed record DeskForm(
    string Token, string Subject, string Category, string Name, string Phone, string Email, string Text, string Query, string Found, bool AsksSubject, bool IsSearch, bool IsFilledByProgram, bool HasPhotos)
{
    public const string Unlisted = "none";
    /// <summary>The field people do not see. Its name says nothing to a browser that fills in names and addresses.</summary>
    public const string Trap = "second_note";
    /// <summary>The field by which a page sends what is meant as a second request.</summary>
    public const string Second = "again";
    public const int MaxQuery = 100;
    public static readonly DeskForm Empty = new("", "", "", "", "", "", "", "", "", false, false, false, false);

    /// <summary>Whether the caller was shown the first one and wants another.</summary>
    public bool IsSecond { get; init; }

    private const int FewestDigits = 5;
    private const int MostDigits = 20;

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
            errors.Add("text", "Say what it is about, in a sentence or two.");
        else if (Text.Length > Submission.MaxText)
            errors.Add("text", $"Shorten it to {Submission.MaxText:N0} characters; it has {Text.Length:N0}.");
        return errors.Any ? null : new Submission(subject, category, Name, Phone, email, Text, source);
    }

    public static DeskForm From(SentFields sent, bool hasPhotos)
    {
        var query = sent.Line("q");
        if (query.Length > MaxQuery)
            query = query[..MaxQuery];
        var found = sent.Line("found");
        return new DeskForm(
            sent[PublicForm.Field], sent.Line("subject"), sent.Line("category"), sent.Line("name"), sent.Line("phone"), sent.Line("email"), sent.Lines("text"), query, found, sent.Has("asks"), sent.Has("find") || query != found,
            sent[Trap].Length > 0, hasPhotos)
        { IsSecond = sent.Has(Second) };
    }
}
