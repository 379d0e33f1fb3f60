using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Backsoon.Promises;

namespace Backsoon.Mail;

/// <summary>Hands mails to SendGrid, one in a call. It knows no key, so a mail whose acceptance was not heard is never sent again by itself; the event webhook may tell later.</summary>
public sealed class SendGrid(SendGridAccount account, Sender from, TimeProvider clock, TimeSpan? patience = null) : MailTransport, IDisposable
{
    private static readonly TimeSpan s_longestWait = TimeSpan.FromHours(1);

    private readonly TimeSpan _patience = patience ?? TimeSpan.FromSeconds(30);

    private readonly HttpClient _http = Outbound.Client(ThirdParties.SendGrid(account.Url), account.Url);

    public override string Name => "sendgrid";

    public override Sender From => from;

    // Calls that are made together; each carries one mail.
    public override int BatchSize => 8;

    public override TimeSpan Pace => TimeSpan.FromMilliseconds(100);

    public override TimeSpan KeyLife => TimeSpan.Zero;

    public override TimeSpan Lease => TimeSpan.FromMinutes(3);

    public override async Task<IReadOnlyList<Handover>> Send(Guid batch, IReadOnlyList<RenderedMail> mails, CancellationToken cancellation) => await Task.WhenAll(mails.Select(mail => Send(mail, cancellation)));

    public void Dispose() => _http.Dispose();

    private async Task<Handover> Send(RenderedMail mail, CancellationToken cancellation)
    {
        using var time = new CancellationTokenSource(_patience, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellation);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "v3/mail/send") { Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(Letter.Of(mail))) };
            request.Headers.Authorization = new("Bearer", account.ApiKey);
            request.Headers.UserAgent.Add(new("Backsoon", "1"));
            request.Content.Headers.ContentType = new("application/json");
            using var response = await _http.SendAsync(request, limit.Token);
            if (response.StatusCode == HttpStatusCode.Accepted)
                return new Handover.Sent(response.Headers.TryGetValues("X-Message-Id", out var ids) ? ProviderWords.Id(ids.First()) : null);
            return Failure(response, Complaint(response.StatusCode, await response.Content.ReadAsByteArrayAsync(limit.Token)));
        }
        catch (HttpRequestException failure) when (failure.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError)
        {
            return new Handover.TryLater($"SendGrid cannot be reached: {failure.Message}", null, Everyone: true);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException)
        {
            return new Handover.Unknown(failure is OperationCanceledException ? "SendGrid did not answer in time." : $"SendGrid's answer was lost: {failure.Message}");
        }
    }

    private Handover Failure(HttpResponseMessage response, string message) => (int)response.StatusCode switch
    {
        400 or 413 => new Handover.Refused(message),
        429 => new Handover.TryLater(message, Asked(response), Everyone: true),
        // It says that it has not taken it; any other failure of theirs may have come after it was taken.
        503 => new Handover.TryLater(message, Asked(response), Everyone: true),
        >= 500 or < 400 => new Handover.Unknown(message),
        // A wrong key, a sender not verified, no credits: somebody has to change a setting.
        _ => new Handover.TryLater(message, null, Everyone: true),
    };

    private TimeSpan? Asked(HttpResponseMessage response)
    {
        var now = clock.GetUtcNow();
        var wait = response.Headers.RetryAfter?.Delta ?? (response.Headers.RetryAfter?.Date is { } date ? date - now : null);
        if (wait is null && response.Headers.TryGetValues("X-RateLimit-Reset", out var resets) && long.TryParse(resets.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var reset) && reset <= DateTimeOffset.MaxValue.ToUnixTimeSeconds())
            wait = DateTimeOffset.FromUnixTimeSeconds(reset) - now;
        return wait > s_longestWait ? s_longestWait : wait;
    }

    private static string Complaint(HttpStatusCode status, byte[] body)
    {
        try
        {
            if (JsonSerializer.Deserialize<Answer>(body)?.Errors is [{ Message: { } message } error, ..])
                return HeaderText.From($"SendGrid answered {(int)status}{(error.Field is null ? "" : $" {error.Field}")}: {message}").Value;
        }
        catch (JsonException)
        {
            // A proxy's error page, or nothing: the status says enough.
        }

        return $"SendGrid answered {(int)status}.";
    }

    private sealed record Letter(
        [property: JsonPropertyName("personalizations")] Personalization[] Personalizations, [property: JsonPropertyName("from")] Person From,
        [property: JsonPropertyName("reply_to"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Person? ReplyTo, [property: JsonPropertyName("subject")] string Subject,
        [property: JsonPropertyName("content")] Part[] Content, [property: JsonPropertyName("headers")] SortedDictionary<string, string> Headers, [property: JsonPropertyName("tracking_settings")] Tracking Tracking,
        [property: JsonPropertyName("attachments"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Attachment[]? Attachments)
    {
        public static Letter Of(RenderedMail mail) => new(
            [new([new(mail.To.Value, null)], new($"{mail.Id:n}"))], new(mail.From.Address.Value, mail.From.Name.Value), mail.ReplyTo is { } replyTo ? new(replyTo.Value, null) : null, mail.Subject.Value,
            [new("text/plain", mail.Text), new("text/html", mail.Html)], MimeMessage.HeadersOf(mail), Tracking.None,
            mail.Calendar is { } calendar ? [new(calendar.Content(), "text/calendar", CalendarPart.FileName, "attachment")] : null);
    }

    private sealed record Personalization([property: JsonPropertyName("to")] Person[] To, [property: JsonPropertyName("custom_args")] Arguments Arguments);

    /// <param name="Mail">Our id: events carry it back.</param>
    private sealed record Arguments([property: JsonPropertyName("mail")] string Mail);

    private sealed record Person([property: JsonPropertyName("email")] string Email, [property: JsonPropertyName("name"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Name);

    private sealed record Part([property: JsonPropertyName("type")] string Type, [property: JsonPropertyName("value")] string Value);

    /// <param name="Type">Without parameters: the file itself says its method.</param>
    private sealed record Attachment(
        [property: JsonPropertyName("content")] string Content, [property: JsonPropertyName("type")] string Type, [property: JsonPropertyName("filename")] string FileName, [property: JsonPropertyName("disposition")] string Disposition);

    // Whatever an account is set to: links are signed and must not be rewritten, and nobody is watched reading.
    private sealed record Tracking(
        [property: JsonPropertyName("click_tracking")] Clicks Clicks, [property: JsonPropertyName("open_tracking")] Switch Opens, [property: JsonPropertyName("subscription_tracking")] Switch Subscriptions, [property: JsonPropertyName("ganalytics")] Switch Analytics)
    {
        public static readonly Tracking None = new(new(false, false), new(false), new(false), new(false));
    }

    private sealed record Clicks([property: JsonPropertyName("enable")] bool Enable, [property: JsonPropertyName("enable_text")] bool EnableText);

    private sealed record Switch([property: JsonPropertyName("enable")] bool Enable);

    private sealed record Answer([property: JsonPropertyName("errors")] Rejection[]? Errors);

    private sealed record Rejection([property: JsonPropertyName("message")] string? Message, [property: JsonPropertyName("field")] string? Field);
}
