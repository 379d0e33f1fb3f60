using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Backsoon.Mail;

public enum SendGridFault
{
    None,
    TooManyRequests,
    Unavailable,
    ErrorBefore,
    ErrorAfter,
    SilenceAfter,
    ResetAfter,
    ResetBefore,
    Forbidden,
}

/// <summary>SendGrid on this machine: as strict as SendGrid, forgetting every call as SendGrid does, and it misbehaves in every way once, unless it is told otherwise.</summary>
public sealed class SendGridStandIn : IAsyncDisposable
{
    public const string ApiKey = "SG.stand_in";

    private static readonly TimeSpan s_patienceOfClients = TimeSpan.FromSeconds(30);

    private static readonly HashSet<string> s_fields = ["personalizations", "from", "reply_to", "subject", "content", "headers", "tracking_settings", "attachments"];

    private readonly TimeProvider _clock;
    private readonly WebApplication _app;
    private long _silentUntil;

    private SendGridStandIn(TimeProvider clock)
    {
        _clock = clock;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(Receive);
    }

    public ConcurrentQueue<SendGridFault> Faults { get; } = new(Enum.GetValues<SendGridFault>().Where(fault => fault != SendGridFault.None));

    public ConcurrentBag<SendGridFault> Fired { get; } = [];

    /// <summary>Mails taken, by our id of each: one that is sent twice is here twice.</summary>
    public ConcurrentQueue<string> Accepted { get; } = new();

    public ConcurrentQueue<string> Bodies { get; } = new();

    /// <summary>What the client did that SendGrid would not have stood for.</summary>
    public ConcurrentQueue<string> Violations { get; } = new();

    /// <summary>Whether it says nothing for so long as a client may be waiting for it: only the clock ends that.</summary>
    public bool IsSilent => _clock.GetUtcNow().UtcTicks < Interlocked.Read(ref _silentUntil);

    public HashSet<string> BadRecipients { get; } = [];

    public SendGridAccount Account => new(ApiKey, new(_app.Urls.First() + "/"));

    public static async Task<SendGridStandIn> Start(TimeProvider clock, bool misbehaves = true)
    {
        var standIn = new SendGridStandIn(clock);
        if (!misbehaves)
            standIn.Faults.Clear();
        await standIn._app.StartAsync();
        return standIn;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task Receive(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        Bodies.Enqueue(body);
        if (context.Request.Headers.Authorization != $"Bearer {ApiKey}")
        {
            await Answer(context, 401, Errors("The provided authorization grant is invalid, expired, or revoked"));
            return;
        }

        using var mail = JsonDocument.Parse(body);
        if (Objection(context.Request, mail.RootElement) is { } objection)
        {
            Violations.Enqueue(objection);
            await Answer(context, 400, Errors(objection));
            return;
        }

        var fault = Faults.TryDequeue(out var next) ? next : SendGridFault.None;
        if (fault != SendGridFault.None)
            Fired.Add(fault);
        switch (fault)
        {
            case SendGridFault.TooManyRequests:
                context.Response.Headers["X-RateLimit-Reset"] = (_clock.GetUtcNow().ToUnixTimeSeconds() + 7).ToString(CultureInfo.InvariantCulture);
                await Answer(context, 429, Errors("too many requests"));
                return;
            case SendGridFault.Unavailable:
                await Answer(context, 503, "");
                return;
            case SendGridFault.ErrorBefore:
                await Answer(context, 500, Errors("internal"));
                return;
            case SendGridFault.Forbidden:
                await Answer(context, 403, Errors("The from address does not match a verified Sender Identity"));
                return;
            case SendGridFault.ResetBefore:
                context.Abort();
                return;
        }

        var person = mail.RootElement.GetProperty("personalizations")[0];
        var id = person.GetProperty("custom_args").GetProperty("mail").GetString()!;
        if (BadRecipients.Contains(person.GetProperty("to")[0].GetProperty("email").GetString()!))
        {
            await Answer(context, 400, Errors("Does not contain a valid address.", "personalizations.0.to.0.email"));
            return;
        }

        Accepted.Enqueue(id);
        switch (fault)
        {
            case SendGridFault.ErrorAfter:
                await Answer(context, 502, "<html>Bad gateway</html>");
                break;
            case SendGridFault.SilenceAfter:
                Interlocked.Exchange(ref _silentUntil, (_clock.GetUtcNow() + s_patienceOfClients).UtcTicks);
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                break;
            case SendGridFault.ResetAfter:
                context.Abort();
                break;
            default:
                context.Response.Headers["X-Message-Id"] = $"sg-{id}";
                context.Response.StatusCode = 202;
                break;
        }
    }

    private static string? Objection(HttpRequest request, JsonElement mail)
    {
        if (request.Method != "POST" || request.Path != "/v3/mail/send" || request.ContentType != "application/json" || request.Headers.UserAgent.Count == 0)
            return $"{request.Method} {request.Path} {request.ContentType}";
        if (mail.EnumerateObject().FirstOrDefault(field => !s_fields.Contains(field.Name)) is { Value.ValueKind: not JsonValueKind.Undefined } unknown)
            return $"the field {unknown.Name}";
        var persons = mail.GetProperty("personalizations");
        if (persons.GetArrayLength() != 1 || persons[0].GetProperty("to").GetArrayLength() != 1 || !IsAddress(persons[0].GetProperty("to")[0]))
            return "to";
        if (!IsAddress(mail.GetProperty("from")) || mail.TryGetProperty("reply_to", out var replyTo) && !IsAddress(replyTo))
            return "from or reply_to";
        if (mail.GetProperty("subject").GetString() is not { Length: > 0 } subject || subject.Any(char.IsControl))
            return "subject";
        if (!mail.GetProperty("content").EnumerateArray().Select(part => (part.GetProperty("type").GetString(), part.GetProperty("value").GetString()?.Length > 0)).SequenceEqual([("text/plain", true), ("text/html", true)]))
            return "content: text/plain has to come before text/html, neither empty";
        if (mail.GetProperty("headers").GetProperty("Auto-Submitted").GetString() != "auto-generated")
            return "headers";
        if (mail.TryGetProperty("attachments", out var attachments) && !(attachments.GetArrayLength() > 0 && attachments.EnumerateArray().All(IsAttachment)))
            return "attachments";
        var tracking = mail.GetProperty("tracking_settings");
        return new[] { "click_tracking", "open_tracking", "subscription_tracking", "ganalytics" }.All(kind => !tracking.GetProperty(kind).GetProperty("enable").GetBoolean()) && !tracking.GetProperty("click_tracking").GetProperty("enable_text").GetBoolean()
            ? null : "tracking";
    }

    // A type with parameters, or a file that is empty or no base64, is refused.
    private static bool IsAttachment(JsonElement file) =>
        file.EnumerateObject().All(field => field.Name is "content" or "type" or "filename" or "disposition" && field.Value.ValueKind == JsonValueKind.String)
        && file.GetProperty("content").TryGetBytesFromBase64(out var content) && content.Length > 0 && file.GetProperty("filename").GetString() is { Length: > 0 }
        && file.GetProperty("type").GetString() is { Length: > 0 } type && !type.Contains(';') && file.GetProperty("disposition").GetString() is "inline" or "attachment";

    private static bool IsAddress(JsonElement person) =>
        EmailAddress.TryParse(person.GetProperty("email").GetString(), out _) && person.EnumerateObject().All(field => field.Name is "email" or "name" && field.Value.ValueKind == JsonValueKind.String);

    private static async Task Answer(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(body);
    }

    private static string Errors(string message, string? field = null) => JsonSerializer.Serialize(new { errors = new[] { new { message, field, help = (string?)null } } });
}
