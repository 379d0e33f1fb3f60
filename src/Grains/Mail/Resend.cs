using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Backsoon.Promises;

namespace Backsoon.Mail;

/// <summary>Hands mails to Resend, up to a hundred in a call, under a key by which it knows a call that is repeated within a day.</summary>
public sealed class Resend(ResendAccount account, Sender from, TimeProvider clock, TimeSpan? patience = null) : MailTransport, IDisposable
{
    private static readonly TimeSpan s_longestWait = TimeSpan.FromHours(1);

    // Refusing a whole batch for one of its mails, it is asked about ever smaller parts, so long.
    private static readonly TimeSpan s_search = TimeSpan.FromSeconds(90);

    private readonly TimeSpan _patience = patience ?? TimeSpan.FromSeconds(30);

    private readonly HttpClient _http = Outbound.Client(ThirdParties.Resend(account.Url), account.Url);

    public override string Name => "resend";

    public override Sender From => from;

    public override int BatchSize => 100;

    public override TimeSpan Pace => TimeSpan.FromMilliseconds(500);

    public override TimeSpan KeyLife => TimeSpan.FromHours(24);

    public override TimeSpan Lease => TimeSpan.FromMinutes(3);

    // A batch drops attachments, so a mail with one goes by itself, under a key of its own. Which call a mail is in depends on nothing but the mail: what is asked about again is the same.
    public override async Task<IReadOnlyList<Handover>> Send(Guid batch, IReadOnlyList<RenderedMail> mails, CancellationToken cancellation)
    {
        var (since, told) = (clock.GetTimestamp(), new Dictionary<Guid, Handover>(mails.Count));
        var calls = new List<(string Key, RenderedMail[] Mails)>();
        if (mails.Where(mail => mail.Calendar is null).ToArray() is { Length: > 0 } together)
            calls.Add(($"{batch:n}", together));
        calls.AddRange(mails.Where(mail => mail.Calendar is not null).Select(mail => ($"{batch:n}{mail.Id:n}", new[] { mail })));
        Handover? stop = null;
        foreach (var (key, call) in calls)
        {
            if (told.Count > 0 && stop is null)
            {
                await Task.Delay(Pace, clock, CancellationToken.None);
                if (clock.GetElapsedTime(since) > s_search || cancellation.IsCancellationRequested)
                    stop = new Handover.TryLater("Other mails with attachments were ahead of this one.", null);
            }

            var handovers = stop is null ? await Send(key, call, since, cancellation) : All(call, stop);
            if (handovers.All(handover => handover is Handover.TryLater { Everyone: true }))
                stop = handovers[0];
            foreach (var (mail, handover) in call.Zip(handovers))
                told[mail.Id] = handover;
        }

        return [.. mails.Select(mail => told[mail.Id])];
    }

    public void Dispose() => _http.Dispose();

    private async Task<IReadOnlyList<Handover>> Send(string key, RenderedMail[] mails, long since, CancellationToken cancellation)
    {
        using var time = new CancellationTokenSource(_patience, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellation);
        var alone = mails is [{ Calendar: not null }];
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, alone ? "emails" : "emails/batch")
            {
                Content = new ByteArrayContent(alone ? JsonSerializer.SerializeToUtf8Bytes(Mail.Of(mails[0]), EmailKinds.Json) : JsonSerializer.SerializeToUtf8Bytes(mails.Select(Mail.Of), EmailKinds.Json)),
            };
            request.Headers.Authorization = new("Bearer", account.ApiKey);
            request.Headers.UserAgent.Add(new("Backsoon", "1"));
            request.Headers.Add("Idempotency-Key", key);
            if (!alone)
                request.Headers.Add("x-batch-validation", "permissive");
            request.Content.Headers.ContentType = new("application/json");
            using var response = await _http.SendAsync(request, limit.Token);
            var body = await response.Content.ReadAsByteArrayAsync(limit.Token);
            if (response.StatusCode == HttpStatusCode.OK)
                return alone ? [TakenAlone(body)] : Taken(mails, body);

            var (name, message) = Error(response.StatusCode, body);
            var refused = response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity or HttpStatusCode.RequestEntityTooLarge;
            if (refused && mails.Length > 1)
                return await SendHalves(key, mails, message, since, cancellation);
            return All(mails, refused ? new Handover.Refused(message) : Failure(response, name, message));
        }
        catch (HttpRequestException failure) when (failure.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError)
        {
            return All(mails, new Handover.TryLater($"Resend cannot be reached: {failure.Message}", null, Everyone: true));
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException)
        {
            return All(mails, new Handover.Unknown(failure is OperationCanceledException ? "Resend did not answer in time." : $"Resend's answer was lost: {failure.Message}"));
        }
    }

    private async Task<IReadOnlyList<Handover>> SendHalves(string key, RenderedMail[] mails, string message, long since, CancellationToken cancellation)
    {
        if (clock.GetElapsedTime(since) > s_search || cancellation.IsCancellationRequested)
            return All(mails, new Handover.TryLater(message, null));

        var handovers = new List<Handover>(mails.Length);
        var middle = mails.Length / 2;
        foreach (var (part, half) in new[] { ("a", mails.Take(middle)), ("b", mails.Skip(middle)) })
        {
            await Task.Delay(Pace, clock, CancellationToken.None);
            handovers.AddRange(await Send(key + part, [.. half], since, cancellation));
        }

        return handovers;
    }

    private static Handover TakenAlone(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize<Accepted>(body)?.Id is { } id ? new Handover.Sent(id) : new Handover.Unknown("Resend's answer names no mail.");
        }
        catch (JsonException failure)
        {
            return new Handover.Unknown($"Resend's answer cannot be read: {failure.Message}");
        }
    }

    private static Handover[] Taken(RenderedMail[] mails, byte[] body)
    {
        try
        {
            var answer = JsonSerializer.Deserialize<Answer>(body);
            var errors = (answer?.Errors ?? []).ToDictionary(error => error.Index, error => error.Message);
            var ids = new Queue<string>((answer?.Data ?? []).Select(taken => taken.Id).OfType<string>());
            // Ids come for the mails that were taken, in order; an answer that does not add up says nothing.
            if (ids.Count + errors.Count == mails.Length && errors.Keys.All(index => index >= 0 && index < mails.Length))
                return [.. mails.Select((_, i) => errors.TryGetValue(i, out var error) ? new Handover.Refused(HeaderText.From(error ?? "").Value) : (Handover)new Handover.Sent(ids.Dequeue()))];
        }
        catch (Exception failure) when (failure is JsonException or ArgumentException)
        {
            return All(mails, new Handover.Unknown($"Resend's answer cannot be read: {failure.Message}"));
        }

        return All(mails, new Handover.Unknown("Resend's answer does not fit the mails it was given."));
    }

    private Handover Failure(HttpResponseMessage response, string? name, string message) => ((int)response.StatusCode, name) switch
    {
        (429, "daily_quota_exceeded" or "monthly_quota_exceeded") => new Handover.TryLater(message, s_longestWait, Everyone: true),
        (429, _) => new Handover.TryLater(message, Asked(response.Headers.RetryAfter), Everyone: true),
        // Another call under this key carried other bytes: it was taken, and its answer is not told to this one.
        (409, "invalid_idempotent_request") => new Handover.Unknown(message, Final: true),
        (409 or >= 500, _) or ( < 400, _) => new Handover.Unknown(message),
        // A wrong key, a domain not verified, a wrong address: somebody has to change a setting.
        _ => new Handover.TryLater(message, null, Everyone: true),
    };

    private TimeSpan? Asked(RetryConditionHeaderValue? after)
    {
        var wait = after?.Delta ?? (after?.Date is { } date ? date - clock.GetUtcNow() : TimeSpan.Zero);
        return wait > s_longestWait ? s_longestWait : wait;
    }

    private static (string? Name, string Message) Error(HttpStatusCode status, byte[] body)
    {
        try
        {
            if (JsonSerializer.Deserialize<Complaint>(body) is { Message: { } message } complaint)
                return (complaint.Name, HeaderText.From($"Resend answered {(int)status} {complaint.Name}: {message}").Value);
        }
        catch (JsonException)
        {
            // A proxy's error page, or nothing: the status says enough.
        }

        return (null, $"Resend answered {(int)status}.");
    }

    private static Handover[] All(RenderedMail[] mails, Handover handover) => [.. mails.Select(_ => handover)];

    private sealed record Mail(
        [property: JsonPropertyName("from")] string From, [property: JsonPropertyName("to")] string[] To,
        [property: JsonPropertyName("reply_to"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ReplyTo, [property: JsonPropertyName("subject")] string Subject,
        [property: JsonPropertyName("html")] string Html, [property: JsonPropertyName("text")] string Text, [property: JsonPropertyName("headers")] SortedDictionary<string, string> Headers,
        [property: JsonPropertyName("tags")] Tag[] Tags, [property: JsonPropertyName("attachments"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Attachment[]? Attachments)
    {
        public static Mail Of(RenderedMail mail) => new(
            $"{Phrase(mail.From.Name)} <{mail.From.Address}>", [mail.To.Value], mail.ReplyTo?.Value, mail.Subject.Value, mail.Html, mail.Text, MimeMessage.HeadersOf(mail), [new("mail", $"{mail.Id:n}")],
            mail.Calendar is { } calendar ? [new(CalendarPart.FileName, calendar.Content(), $"text/calendar; charset=utf-8; method={calendar.Method}")] : null);

        private static string Phrase(HeaderText name) => $"\"{name.Value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }

    private sealed record Tag([property: JsonPropertyName("name")] string Name, [property: JsonPropertyName("value")] string Value);

    private sealed record Attachment([property: JsonPropertyName("filename")] string FileName, [property: JsonPropertyName("content")] string Content, [property: JsonPropertyName("content_type")] string ContentType);

    private sealed record Answer([property: JsonPropertyName("data")] List<Accepted>? Data, [property: JsonPropertyName("errors")] List<Rejected>? Errors);

    private sealed record Accepted([property: JsonPropertyName("id")] string? Id);

    private sealed record Rejected([property: JsonPropertyName("index")] int Index, [property: JsonPropertyName("message")] string? Message);

    private sealed record Complaint([property: JsonPropertyName("name")] string? Name, [property: JsonPropertyName("message")] string? Message);
}
