using System.Text.RegularExpressions;
using Backsoon.Mail;
using Backsoon.Tenants;

namespace Backsoon;

/// <summary>Somebody with a business on the front desk, and the browser they use.</summary>
public sealed partial class Owner(FrontDesk desk, Browser browser, string email, Slug slug)
{
    public FrontDesk Desk => desk;

    public Browser Browser => browser;

    public string Email => email;

    public Slug Slug => slug;

    /// <summary>Fills in the form, opens the mail, presses its button.</summary>
    public async Task SignUp(Industry industry)
    {
        var page = await browser.Submit(await browser.Get("/sign-up"), new Dictionary<string, string?>
        {
            ["email"] = email,
            ["name"] = "Ana Silva",
            ["business"] = "Harbour & Lane",
            ["slug"] = slug.Value,
            ["industry"] = industry.ToString(),
            ["zone"] = "Europe/Lisbon",
        });
        Assert.Equal("Look in your mail", page.Heading);
        var welcome = await browser.Submit(await browser.Get(LinkIn(await desk.MailTo(email))));
        Assert.Equal("/welcome", welcome.Address.AbsolutePath);
    }

    /// <summary>Asks for a sign-in mail and returns it.</summary>
    public async Task<MailboxMail> AskToSignIn(Browser from, string next = "/")
    {
        var seen = (await desk.MailsTo(email)).Select(mail => mail.Id).ToArray();
        await from.Submit(await from.Get($"/sign-in?next={Uri.EscapeDataString(next)}"), new Dictionary<string, string?> { ["email"] = email });
        return await desk.MailTo(email, seen, "/link/");
    }

    /// <summary>Signs in by the link of a new mail.</summary>
    public async Task<WebPage> SignIn(Browser from) => await from.Submit(await from.Get(LinkIn(await AskToSignIn(from))));

    public static string LinkIn(MailboxMail mail) => Link().Match(mail.Text).Value is { Length: > 0 } link ? link : throw new InvalidOperationException($"There is no link in: {mail.Text}");

    public static string CodeIn(MailboxMail mail) => Code().Match(mail.Text) is { Success: true } code ? code.Value.Replace(" ", "", StringComparison.Ordinal) : throw new InvalidOperationException($"There is no code in: {mail.Text}");

    [GeneratedRegex(@"https?://\S+/link/[A-Za-z0-9_-]+")]
    private static partial Regex Link();

    [GeneratedRegex(@"\b\d{3} \d{3}\b")]
    private static partial Regex Code();
}
