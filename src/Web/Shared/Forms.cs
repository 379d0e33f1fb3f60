using System.Diagnostics.CodeAnalysis;
using Backsoon.Accounts;

namespace Backsoon.Shared;

/// <summary>Where a POST came from, as the browser tells.</summary>
public static class Origins
{
    /// <summary>True unless the browser says that another site's page sent this. The signed token of the form is what authorises; this is the second wall.</summary>
    /// <remarks>With <c>Referrer-Policy: no-referrer</c> browsers send <c>Origin: null</c> for our own forms, so <c>Sec-Fetch-Site</c> is asked first.</remarks>
    public static bool IsOwn(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"] is [{ } fetchSite])
            return fetchSite == "same-origin";
        return request.Headers.Origin is not [{ } origin] || string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
    }
}

/// <summary>Tokens of forms that nobody is signed in for: sign-up, sign-in, codes. Carried in the field <see cref="Field"/>.</summary>
public static class PublicForm
{
    public const string Field = "_token";
    private static readonly TimeSpan s_life = TimeSpan.FromHours(12);

    public static string Token(KeyRing ring, string form, DateTimeOffset now) => ring.Tokens.Sign(TokenPurpose.PublicForm, now + s_life, form);

    public static bool IsValid(KeyRing ring, string form, IFormCollection sent, DateTimeOffset now) =>
        ring.Tokens.Read(TokenPurpose.PublicForm, sent[Field], now) is { IsValid: true } reading && reading.Parts is [var name] && name == form;
}

public static class FormFields
{
    /// <summary>A field's text without surrounding space; empty when it was not sent.</summary>
    public static string Text(this IFormCollection form, string name) => form[name] is [{ } value, ..] ? value.Trim() : "";

    public static bool Id(this IFormCollection form, string name, [NotNullWhen(true)] out Guid? id)
    {
        id = Guid.TryParse(form[name], out var parsed) ? parsed : null;
        return id is not null;
    }

    public static bool IsChecked(this IFormCollection form, string name) => form[name].Count > 0;
}

/// <summary>What is wrong with a form, by field; an empty one means nothing is.</summary>
public sealed class FormErrors
{
    public static readonly FormErrors None = new();

    private readonly Dictionary<string, string> _errors = [];

    public string? this[string field] => _errors.GetValueOrDefault(field);

    public bool Any => _errors.Count > 0;

    public IReadOnlyDictionary<string, string> All => _errors;

    /// <summary>The first error of a field is the one shown.</summary>
    public void Add(string field, string message) => _errors.TryAdd(field, message);
}
