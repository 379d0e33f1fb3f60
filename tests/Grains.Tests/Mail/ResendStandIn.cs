using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Backsoon.Mail;

public enum ResendFault
{
    None,
    TooManyRequests,
    ErrorBefore,
    ErrorAfter,
    GarbageAfter,
    SilenceAfter,
    ResetAfter,
    ResetBefore,
    StillAtIt,
}

/// <summary>Resend on this machine: as strict as Resend, and it misbehaves in every way once, unless it is told otherwise.</summary>
public sealed partial class ResendStandIn : IAsyncDisposable
{
    public const string ApiKey = "re_stand_in";

    private static readonly TimeSpan s_patienceOfClients = TimeSpan.FromSeconds(30);

    private static readonly HashSet<string> s_fields = ["from", "to", "reply_to", "subject", "html", "text", "headers", "tags", "attachments"];

    private readonly ConcurrentDictionary<string, (string Body, string Answer)> _keys = new();
    private readonly TimeProvider _clock;
    private readonly WebApplication _app;
    private long _silentUntil;
    private DateTimeOffset _last = DateTimeOffset.MinValue;

    private ResendStandIn(TimeProvider clock)
    {
        _clock = clock;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(Receive);
    }

    public ConcurrentQueue<ResendFault> Faults { get; } = new(Enum.GetValues<ResendFault>().Where(fault => fault != ResendFault.None));

    public ConcurrentBag<ResendFault> Fired { get; } = [];

    /// <summary>Mails taken, by our id of each.</summary>
    public ConcurrentQueue<string> Accepted { get; } = new();

    public ConcurrentQueue<(string Key, string Body)> Calls { get; } = new();

    /// <summary>What the client did that Resend would not have stood for.</summary>
    public ConcurrentQueue<string> Violations { get; } = new();

    /// <summary>Whether it says nothing for so long as a client may be waiting for it: only the clock ends that.</summary>
    public bool IsSilent => _clock.GetUtcNow().UtcTicks < Interlocked.Read(ref _silentUntil);

    public HashSet<string> BadRecipients { get; } = [];

    public bool IsStrict { get; set; }

    public ResendAccount Account => new(ApiKey, new(_app.Urls.First() + "/"));

    public static async Task<ResendStandIn> Start(TimeProvider clock)
    {
        var standIn = new ResendStandIn(clock);
        await standIn._app.StartAsync();
        return standIn;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task Receive(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        var key = context.Request.Headers["Idempotency-Key"].ToString();
        Calls.Enqueue((key, body));
        if (Objection(context.Request, key) is { } objection)
        {
            Violations.Enqueue(objection);
            await Answer(context, 422, Error(422, "validation_error", objection));
            return;
        }

        if (context.Request.Headers.Authorization != $"Bearer {ApiKey}")
        {
            await Answer(context, 401, Error(401, "restricted_api_key", "This API key is restricted"));
            return;
        }

        // Two a second: the second half of it is for the next call.
        var now = _clock.GetUtcNow();
        if (now - _last < TimeSpan.FromMilliseconds(500))
            Violations.Enqueue($"a call {now - _last} after the last");
        _last = now;

        var fault = Faults.TryDequeue(out var next) ? next : ResendFault.None;
        if (fault != ResendFault.None)
            Fired.Add(fault);
        switch (fault)
        {
            case ResendFault.TooManyRequests:
                context.Response.Headers.RetryAfter = "7";
                await Answer(context, 429, Error(429, "rate_limit_exceeded", "Too many requests"));
                return;
            case ResendFault.ErrorBefore:
                await Answer(context, 500, Error(500, "application_error", "Something went wrong"));
                return;
            case ResendFault.StillAtIt:
                await Answer(context, 409, Error(409, "concurrent_idempotent_requests", "The same key is in use"));
                return;
            case ResendFault.ResetBefore:
                context.Abort();
                return;
        }

        var (status, answer) = Take(key, body);
        switch (fault)
        {
            case ResendFault.ErrorAfter:
                await Answer(context, 502, "<html>Bad gateway</html>");
                break;
            case ResendFault.GarbageAfter:
                await Answer(context, 200, answer[..(answer.Length / 2)]);
                break;
            case ResendFault.SilenceAfter:
                Interlocked.Exchange(ref _silentUntil, (_clock.GetUtcNow() + s_patienceOfClients).UtcTicks);
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                break;
            case ResendFault.ResetAfter:
                context.Abort();
                break;
            default:
                await Answer(context, status, answer);
                break;
        }
    }

    private (int Status, string Answer) Take(string key, string body)
    {
        if (_keys.TryGetValue(key, out var known))
            return known.Body == body ? (200, known.Answer) : (409, Error(409, "invalid_idempotent_request", "This key was used with another body"));

        using var mails = JsonDocument.Parse(body);
        if (mails.RootElement.ValueKind == JsonValueKind.Object)
            return TakeAlone(key, body, mails.RootElement);
        var all = mails.RootElement.EnumerateArray().ToList();
        var bad = all.Select((mail, index) => (mail, index)).Where(m => BadRecipients.Contains(m.mail.GetProperty("to")[0].GetString()!)).Select(m => m.index).ToList();
        if (bad.Count > 0 && IsStrict)
            return (422, Error(422, "validation_error", "Invalid `to` field"));
        foreach (var mail in all.Where((_, index) => !bad.Contains(index)))
            Accepted.Enqueue(mail.GetProperty("tags")[0].GetProperty("value").GetString()!);
        var answer = JsonSerializer.Serialize(new
        {
            data = all.Where((_, index) => !bad.Contains(index)).Select(mail => new { id = $"re-{mail.GetProperty("tags")[0].GetProperty("value").GetString()}" }),
            errors = bad.Select(index => new { index, message = "Invalid `to` field" }),
        });
        _keys[key] = (body, answer);
        return (200, answer);
    }

    private (int Status, string Answer) TakeAlone(string key, string body, JsonElement mail)
    {
        if (BadRecipients.Contains(mail.GetProperty("to")[0].GetString()!))
            return (422, Error(422, "validation_error", "Invalid `to` field"));
        var id = mail.GetProperty("tags")[0].GetProperty("value").GetString()!;
        Accepted.Enqueue(id);
        _keys[key] = (body, JsonSerializer.Serialize(new { id = $"re-{id}" }));
        return (200, _keys[key].Answer);
    }

    private string? Objection(HttpRequest request, string key)
    {
        var isBatch = request.Path == "/emails/batch";
        if (request.Method != "POST" || !isBatch && request.Path != "/emails")
            return $"{request.Method} {request.Path}";
        if (request.ContentType != "application/json" || request.Headers.UserAgent.Count == 0 || isBatch && request.Headers["x-batch-validation"] != "permissive")
            return "a header";
        if (key.Length is 0 or > 256)
            return "the idempotency key";

        using var mails = JsonDocument.Parse(Calls.Last(call => call.Key == key).Body);
        if (!isBatch)
            return mails.RootElement.ValueKind == JsonValueKind.Object ? Objection(mails.RootElement) : "not one mail";
        // It would take them, and drop what is attached.
        if (mails.RootElement.ValueKind == JsonValueKind.Array && mails.RootElement.EnumerateArray().Any(mail => mail.TryGetProperty("attachments", out _)))
            return "attachments in a batch";
        if (mails.RootElement.ValueKind != JsonValueKind.Array || mails.RootElement.GetArrayLength() is < 1 or > 100)
            return "the number of mails";
        return mails.RootElement.EnumerateArray().Select(Objection).FirstOrDefault(objection => objection is not null);
    }

    private static string? Objection(JsonElement mail)
    {
        if (mail.EnumerateObject().FirstOrDefault(field => !s_fields.Contains(field.Name)) is { Value.ValueKind: not JsonValueKind.Undefined } unknown)
            return $"the field {unknown.Name}";
        if (!From().IsMatch(mail.GetProperty("from").GetString()!))
            return $"from {mail.GetProperty("from")}";
        if (mail.GetProperty("to").GetArrayLength() != 1 || !EmailAddress.TryParse(mail.GetProperty("to")[0].GetString(), out _))
            return "to";
        if (mail.GetProperty("subject").GetString() is not { Length: > 0 } subject || subject.Any(char.IsControl))
            return "subject";
        if (string.IsNullOrEmpty(mail.GetProperty("html").GetString()) || string.IsNullOrEmpty(mail.GetProperty("text").GetString()))
            return "an empty part";
        if (mail.GetProperty("headers").GetProperty("Auto-Submitted").GetString() != "auto-generated")
            return "headers";
        if (mail.TryGetProperty("attachments", out var attachments) && !attachments.EnumerateArray().All(IsAttachment))
            return "attachments";
        return mail.GetProperty("tags").EnumerateArray().All(tag => Tag().IsMatch(tag.GetProperty("name").GetString()!) && Tag().IsMatch(tag.GetProperty("value").GetString()!)) ? null : "tags";
    }

    private static bool IsAttachment(JsonElement file) =>
        file.EnumerateObject().All(field => field.Name is "filename" or "content" or "content_type") && file.GetProperty("filename").GetString() is { Length: > 0 }
        && file.GetProperty("content").TryGetBytesFromBase64(out var content) && content.Length > 0 && System.Net.Http.Headers.MediaTypeHeaderValue.TryParse(file.GetProperty("content_type").GetString(), out _);

    private static async Task Answer(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(body);
    }

    private static string Error(int statusCode, string name, string message) => JsonSerializer.Serialize(new { statusCode, name, message });

    [GeneratedRegex("""^"(?:[^"\\\r\n]|\\["\\])*" <[^<>\s@]+@[^<>\s@]+>$""")]
    private static partial Regex From();

    [GeneratedRegex("^[A-Za-z0-9_-]{1,256}$")]
    private static partial Regex Tag();
}
