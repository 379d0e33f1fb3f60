using Backsoon.Mail;
using Backsoon.Shared;

namespace Backsoon.Accounts;

/// <summary>What a browser asked for and waits for a mail about. Kept in its own cookie, so that the code page survives a reload and no address stands in a URL.</summary>
/// <param name="Request">Binds the code.</param>
/// <param name="Next">Where to go once signed in.</param>
public sealed record SignInAsked(Guid Request, EmailAddress Email, string Next)
{
    private const string Name = "asked";

    /// <summary>What a sign-up was asked for with, so that a mistyped address is all that has to be typed again; null when somebody signs in.</summary>
    public SignUpForm? SignUp { get; init; }

    /// <param name="life">As long as the link of the same mail lives (R38).</param>
    public void Remember(HttpContext context, KeyRing ring, DateTimeOffset now, TimeSpan life) =>
        SessionCookie.WriteAsked(context, ring.Tokens.Sign(TokenPurpose.PublicForm, now + life, [Name, Request.ToString("n"), Email.Value, Next, .. Carried(SignUp)]), now + life);

    public static SignInAsked? Of(HttpRequest request, KeyRing ring, DateTimeOffset now) =>
        ring.Tokens.Read(TokenPurpose.PublicForm, SessionCookie.Asked(request), now) is { IsValid: true, Parts: [Name, var id, var address, var next, .. var form] }
        && Guid.TryParse(id, out var asked) && EmailAddress.TryParse(address, out var email)
            ? new SignInAsked(asked, email, next) { SignUp = form is [var name, var business, var slug, var industry, var zone] ? new SignUpForm(address, name, business, slug, industry, zone) : null } : null;

    private static string[] Carried(SignUpForm? form) => form is null ? [] : [form.Name, form.BusinessName, form.Slug, form.Industry, form.Zone];
}
