using System.Net;
using System.Text;
using Backsoon.Shared;

namespace Backsoon.Mail;

/// <summary>The mails that did not leave this machine. Only in Development, only while no transport is configured, only for somebody sitting at it.</summary>
public static class DevelopmentMailEndpoints
{
    private const int PageSize = 50;
    // Styles of a mail stand in its elements; nothing else of it may do anything, and its links lead the whole window.
    private const string MailPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'self'; frame-ancestors 'self'; sandbox allow-top-navigation-by-user-activation allow-popups allow-popups-to-escape-sandbox";

    public static void MapDevelopmentMail(this RouteGroupBuilder site)
    {
        var mails = site.MapGroup("/dev/mail");
        mails.AddEndpointFilter(async (invocation, next) => await MayLook(invocation.HttpContext) ? await next(invocation) : Results.NotFound());
        mails.MapGet("", async (HttpContext context, IGrainFactory grains, Guid? before) =>
        {
            var entries = await Mailbox(grains).List(before, PageSize + 1);
            return context.Page<DevelopmentMails>(new { Entries = entries.Take(PageSize).ToArray(), IsFirst = before is null, Next = entries.Length > PageSize ? entries[PageSize - 1].Id : (Guid?)null });
        });
        mails.MapGet("/{id:guid}", async (HttpContext context, IGrainFactory grains, Guid id) => await Mailbox(grains).Open(id) is { } mail ? Show(context, mail, $"/dev/mail/{id}") : Results.NotFound());
        mails.MapGet("/{id:guid}/html", async (HttpContext context, IGrainFactory grains, Guid id) => await Mailbox(grains).Open(id) is { } mail ? Html(context, mail) : Results.NotFound());
        mails.MapGet("/{id:guid}/calendar", async (IGrainFactory grains, Guid id) => Calendar(await Mailbox(grains).Open(id)));
        mails.MapGet("/previews", async (HttpContext context, IGrainFactory grains) => context.Page<MailPreviews>(new { Mails = await Mailbox(grains).Previews() }));
        mails.MapGet("/previews/{kind}", async (HttpContext context, IGrainFactory grains, string kind) => await Preview(grains, kind) is { } mail ? Show(context, mail, $"/dev/mail/previews/{kind}") : Results.NotFound());
        mails.MapGet("/previews/{kind}/html", async (HttpContext context, IGrainFactory grains, string kind) => await Preview(grains, kind) is { } mail ? Html(context, mail) : Results.NotFound());
        mails.MapGet("/previews/{kind}/calendar", async (IGrainFactory grains, string kind) => Calendar(await Preview(grains, kind)));
    }

    /// <summary>Whether this visitor may read everybody's mail.</summary>
    public static async Task<bool> MayLook(HttpContext context) =>
        !context.RequestServices.GetRequiredService<ServerSettings>().IsProduction && IsAtTheMachine(context) && await Mailbox(context.RequestServices.GetRequiredService<IGrainFactory>()).IsInUse();

    // A proxy on this machine is a loopback peer for everybody behind it, but says so.
    private static bool IsAtTheMachine(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } peer && IPAddress.IsLoopback(peer) && !context.Request.Headers.Keys.Any(IsOfProxy);

    private static bool IsOfProxy(string header) =>
        header.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase) || header.StartsWith("X-Original-", StringComparison.OrdinalIgnoreCase)
        || header.Equals("X-Real-IP", StringComparison.OrdinalIgnoreCase) || header.Equals("Forwarded", StringComparison.OrdinalIgnoreCase) || header.Equals("Via", StringComparison.OrdinalIgnoreCase);

    private static IResult Show(HttpContext context, MailboxMail mail, string address)
    {
        context.Response.Headers.ContentSecurityPolicy += "; frame-src 'self'";
        return context.Page<DevelopmentMail>(new { Mail = mail, Address = address });
    }

    private static IResult Html(HttpContext context, MailboxMail mail)
    {
        context.Response.Headers.ContentSecurityPolicy = MailPolicy;
        context.Response.Headers.CacheControl = "no-store";
        return Results.Content(mail.Html.Replace("<head>", "<head><base target=\"_top\">", StringComparison.Ordinal), "text/html; charset=utf-8");
    }

    private static IResult Calendar(MailboxMail? mail) =>
        mail?.Calendar is { } calendar ? Results.File(Encoding.UTF8.GetBytes(calendar.Text), $"text/calendar; charset=utf-8; method={calendar.Method}", calendar.FileName) : Results.NotFound();

    private static async Task<MailboxMail?> Preview(IGrainFactory grains, string kind) => (await Mailbox(grains).Previews()).FirstOrDefault(mail => mail.Kind == kind);

    private static IDevelopmentMailboxGrain Mailbox(IGrainFactory grains) => grains.GetGrain<IDevelopmentMailboxGrain>("development-mailbox/all");
}
