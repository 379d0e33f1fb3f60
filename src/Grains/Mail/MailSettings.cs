using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Backsoon.Promises;
using Microsoft.Extensions.Configuration;

namespace Backsoon.Mail;

/// <summary>Which transport carries the mail, read from <c>MAIL_FROM</c> and one of <c>SMTP_URL</c>, <c>RESEND_API_KEY</c> and <c>SENDGRID_API_KEY</c>. Without any, mail stays in the development mailbox.</summary>
public sealed record MailSettings(Sender From, SmtpServer? Smtp, ResendAccount? Resend, SendGridAccount? SendGrid)
{
    private static readonly HeaderText s_name = HeaderText.From("Backsoon");
    private static readonly Uri s_resend = new("https://api.resend.com/");
    private static readonly Uri s_sendGrid = new("https://api.sendgrid.com/");

    private static readonly string[] s_transports = ["SMTP_URL", "RESEND_API_KEY", "SENDGRID_API_KEY"];

    /// <summary>What keeps this configuration from sending mail to the world, a sentence each; empty when nothing does.</summary>
    public static IReadOnlyList<string> Problems(IConfiguration configuration)
    {
        var problems = new List<string>();
        var (from, smtp, set) = (configuration["MAIL_FROM"], configuration["SMTP_URL"], Set(configuration));
        if (set.Length == 0)
            problems.Add("Mail has no way out: set SMTP_URL (smtp://user:password@host:587, or smtps://user:password@host:465), RESEND_API_KEY or SENDGRID_API_KEY.");
        else if (set.Length > 1)
            problems.Add($"{string.Join(" and ", set)} are {(set.Length == 2 ? "both" : "all")} set: keep the one that is to carry the mail.");
        if (string.IsNullOrWhiteSpace(from))
            problems.Add("Mail has no sender: set MAIL_FROM to an address that your mail server or provider may send from, e.g. \"Backsoon <desk@example.com>\".");
        else if (!TrySender(from, out _))
            problems.Add("MAIL_FROM is not an address: write desk@example.com or \"Backsoon <desk@example.com>\".");
        if (!string.IsNullOrWhiteSpace(smtp) && !SmtpServer.TryParse(smtp, out _))
            problems.Add("SMTP_URL cannot be read: write smtp://user:password@host:587 (STARTTLS) or smtps://user:password@host:465 (TLS), with special characters of user and password percent-encoded.");
        foreach (var name in new[] { "RESEND_URL", "SENDGRID_URL" })
            if (configuration[name] is { } url && !string.IsNullOrWhiteSpace(url) && !IsWeb(url))
                problems.Add($"{name} is not an address of the web: leave it out, or write https://host/.");
        if (configuration["RESEND_WEBHOOK_SECRET"] is { Length: > 0 } secret && !SvixSecrets.TryParse(secret, out _))
            problems.Add("RESEND_WEBHOOK_SECRET cannot be read: copy it from the webhook's page at Resend, it begins with whsec_.");
        if (configuration["SENDGRID_WEBHOOK_KEY"] is { Length: > 0 } key && !SendGridKeys.TryParse(key, out _))
            problems.Add("SENDGRID_WEBHOOK_KEY is not a public key: copy the verification key of the event webhook from SendGrid, base64 on one line.");
        return problems;
    }

    /// <summary>The settings of a process that may also run without a transport.</summary>
    /// <exception cref="InvalidOperationException">Something is set, but wrongly.</exception>
    public static MailSettings Read(IConfiguration configuration)
    {
        var set = Set(configuration);
        if (set.Length == 0)
            return new(TrySender(configuration["MAIL_FROM"], out var own) ? own : new(s_name, EmailAddress.Parse("desk@backsoon.invalid")), null, null, null);
        if (Problems(configuration) is { Count: > 0 } problems)
            throw new InvalidOperationException(string.Join(' ', problems));

        if (!TrySender(configuration["MAIL_FROM"], out var sender))
            throw new UnreachableException();
        var value = configuration[set[0]]!.Trim();
        return set[0] switch
        {
            "RESEND_API_KEY" => new(sender, null, new(value, Web(configuration["RESEND_URL"]) ?? s_resend), null),
            "SENDGRID_API_KEY" => new(sender, null, null, new(value, Web(configuration["SENDGRID_URL"]) ?? s_sendGrid)),
            _ => new(sender, SmtpServer.TryParse(value, out var server) ? server : throw new UnreachableException(), null, null),
        };
    }

    /// <summary>Who carries the mail; null while it stays here.</summary>
    public ThirdParty? ThirdParty => this switch
    {
        { Resend: { } account } => ThirdParties.Resend(account.Url),
        { SendGrid: { } account } => ThirdParties.SendGrid(account.Url),
        { Smtp: { } server } => ThirdParties.MailServer(server.Host),
        _ => null,
    };

    /// <summary>Providers that report what became of mails.</summary>
    public static readonly ImmutableArray<string> Tracked = [ResendEvents.Provider, SendGridEvents.Provider];

    /// <summary>The setting without which the provider in use reports nothing; null when it does, or cannot.</summary>
    public static string? Untracked(IConfiguration configuration)
    {
        var setting = Read(configuration) switch
        {
            { Resend: not null } => "RESEND_WEBHOOK_SECRET",
            { SendGrid: not null } => "SENDGRID_WEBHOOK_KEY",
            _ => null,
        };
        return setting is not null && string.IsNullOrWhiteSpace(configuration[setting]) ? setting : null;
    }

    private static string[] Set(IConfiguration configuration) => [.. s_transports.Where(name => !string.IsNullOrWhiteSpace(configuration[name]))];

    private static Uri? Web(string? url) => string.IsNullOrWhiteSpace(url) ? null : new Uri(url.TrimEnd('/') + "/");

    private static bool TrySender(string? text, [NotNullWhen(true)] out Sender? sender)
    {
        var trimmed = text?.Trim() ?? "";
        var bracket = trimmed.LastIndexOf('<');
        var (name, address) = bracket >= 0 && trimmed.EndsWith('>') ? (trimmed[..bracket].Trim().Trim('"'), trimmed[(bracket + 1)..^1]) : ("", trimmed);
        sender = EmailAddress.TryParse(address, out var parsed) ? new(name.Length > 0 ? HeaderText.From(name) : s_name, parsed) : null;
        return sender is not null;
    }

    private static bool IsWeb(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http";
}

/// <param name="TlsFromTheStart">smtps: TLS before the first word, usually port 465.</param>
/// <param name="MayGoWithoutTls">Only to this machine, or where <c>?starttls=optional</c> says so; a password is never sent in the clear to another machine.</param>
public sealed record SmtpServer(string Host, int Port, bool TlsFromTheStart, bool MayGoWithoutTls, string? User, string? Password)
{
    public static bool TryParse(string? text, [NotNullWhen(true)] out SmtpServer? server)
    {
        server = null;
        if (!Uri.TryCreate(text?.Trim(), UriKind.Absolute, out var uri) || uri.Scheme is not ("smtp" or "smtps") || uri.Host.Length == 0 || uri.AbsolutePath is not ("/" or "") || uri.Query is not ("" or "?starttls=optional"))
            return false;

        var credentials = uri.UserInfo.Split(':', 2);
        if (uri.UserInfo.Length > 0 && credentials.Length != 2)
            return false;
        var (user, password) = credentials is [var name, var secret] ? (Uri.UnescapeDataString(name), Uri.UnescapeDataString(secret)) : (null, null);
        if (user is not null && (user + password).Any(char.IsControl))
            return false;

        var tls = uri.Scheme == "smtps";
        server = new(uri.IdnHost, uri.Port > 0 ? uri.Port : tls ? 465 : 587, tls, uri.IsLoopback || uri.Query.Length > 0, user, password);
        return true;
    }
}

public sealed record ResendAccount(string ApiKey, Uri Url);

/// <param name="Url">https://api.eu.sendgrid.com/ for an account in the European Union.</param>
public sealed record SendGridAccount(string ApiKey, Uri Url);
