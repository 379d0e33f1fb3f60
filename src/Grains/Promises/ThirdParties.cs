using Microsoft.Extensions.Configuration;

namespace Backsoon.Promises;

/// <summary>Whom the product can talk to, each at the addresses that are configured for it.</summary>
public static class ThirdParties
{
    public static ThirdParty Resend(Uri url) => new("resend", "Resend", "sends our mails", "addresses of mails and their words", [url.Host]);

    public static ThirdParty SendGrid(Uri url) => new("sendgrid", "SendGrid", "sends our mails", "addresses of mails and their words", [url.Host]);

    public static ThirdParty MailServer(string host) => new("mail-server", $"The mail server {host}", "sends our mails", "addresses of mails and their words", [host]);

    public static ThirdParty Google(params Uri[] urls) => new(
        "google", "Google", "only for those who connected their Google calendar, and for appointments with them", "when they look for busy times, and the appointments made with them: guest's name, telephone number, email address and note",
        [.. urls.Select(url => url.Host).Distinct()]);

    public static ThirdParty Stripe(Uri url) => new("stripe", "Stripe", "takes payments of businesses", "which plan a business pays for, and the card, name and address that its owner types there, which we never see", [url.Host]);

    public static ThirdParty Analytics() => new(
        ThirdParty.Analytics, "Google Analytics", "only on the page that presents Backsoon, and never for a browser that asks not to be tracked (DNT or GPC)",
        "that the page was looked at, with which browser, and from which address on the network; no cookie is set and nothing is kept in the browser, so that nobody is known again",
        ["www.googletagmanager.com", "*.google-analytics.com", "*.analytics.google.com"], CanWait: true);

    public static ThirdParty Proxy(string name) => new(
        ThirdParty.Proxy, name, "in front of every page", "everything that passes between a browser and us, with the address on the network that it comes from; it passes it on, and keeps off attacks", []);
}

/// <summary>Says, of this installation's configuration, whether somebody is involved.</summary>
public sealed record ThirdPartySource(Func<IConfiguration, ThirdParty?> Read);
