using System.Collections.Immutable;
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

/// <summary>Tokens of forms that nobody is signed in for: sign-up, sign-in, codes, links. Carried in the field <see cref="Field"/>.</summary>
/// <remarks>Tied to the browser they were rendered for: a form fetched elsewhere cannot be sent by somebody else's browser, so nobody is signed in as a stranger.</remarks>
public sealed class PublicForm(Keys keys, TimeProvider clock)
{
    public const string Field = "_token";
    private static readonly TimeSpan s_life = TimeSpan.FromHours(12);

    /// <param name="form">The form's name.</param>
    /// <param name="carried">What comes back with the form, unchanged: no line breaks.</param>
    public async Task<string> Token(HttpContext context, string form, params string[] carried)
    {
        var browser = SessionCookie.Browser(context, clock);
        var ring = await keys.Current();
        return ring.Tokens.Sign(TokenPurpose.PublicForm, clock.GetUtcNow() + s_life, [form, Secret.Hash(browser), .. carried]);
    }

    public async Task<FormReading> Read(HttpContext context, string form)
    {
        var sent = await context.Request.ReadFormAsync();
        var reading = (await keys.Current()).Tokens.Read(TokenPurpose.PublicForm, sent[Field], clock.GetUtcNow());
        if (reading.Parts is not [var name, var browser, .. var carried] || name != form)
            return new FormReading(FormStanding.Forged, []);
        var fresh = reading.IsValid && SessionCookie.KnownBrowser(context.Request) is { } known && Secret.Hash(known) == browser;
        return new FormReading(fresh ? FormStanding.Fresh : FormStanding.Stale, carried);
    }
}

public enum FormStanding
{
    /// <summary>Not made here, or for another form: refused.</summary>
    Forged,
    /// <summary>Made here, but too long ago or for another browser: shown again with everything typed, never acted on.</summary>
    Stale,
    Fresh,
}

/// <param name="Carried">What <see cref="PublicForm.Token"/> was given.</param>
public readonly record struct FormReading(FormStanding Standing, ImmutableArray<string> Carried)
{
    public const string StaleMessage = "This page was open for a long time, so nothing was done yet. Send it once more.";
}

public static class FromOwnPages
{
    /// <summary>For a POST that is not a member's: only a form, and only from a page of this host.</summary>
    public static RouteHandlerBuilder FromOwnPage(this RouteHandlerBuilder post) => post.AddEndpointFilter(async (invocation, next) =>
    {
        var request = invocation.HttpContext.Request;
        if (!Origins.IsOwn(request))
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        return request.HasFormContentType ? await next(invocation) : Results.StatusCode(StatusCodes.Status415UnsupportedMediaType);
    });
}

public static class FormFields
{
    /// <summary>A field's text without surrounding space; empty when it was not sent. The one character that no database keeps is dropped.</summary>
    public static string Text(this IFormCollection form, string name) => form[name] is [{ } value, ..] ? value.Replace("\0", "", StringComparison.Ordinal).Trim() : "";

    /// <summary>The same for a field of one line: whatever controls the cursor becomes a space.</summary>
    public static string Line(this IFormCollection form, string name) => string.Concat(form.Text(name).Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c)).Trim();

    /// <summary>Null for an empty one.</summary>
    public static string? OrNull(this string text) => text.Length == 0 ? null : text;

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
