using System.Text.Json;
using System.Text.Json.Serialization;

namespace Backsoon.Mail;

/// <summary>Resend's events in our words.</summary>
public static class ResendEvents
{
    public const string Provider = "resend";

    /// <summary>Null when it says nothing about a delivery: opened, clicked, or a kind that came later than this.</summary>
    /// <exception cref="JsonException">It is no event.</exception>
    public static DeliveryReport? Read(ReadOnlySpan<byte> body)
    {
        var told = JsonSerializer.Deserialize<Event>(body) ?? throw new JsonException("The event is empty.");
        var (fate, detail) = told.Type switch
        {
            "email.delivered" => (DeliveryFate.Delivered, null),
            "email.delivery_delayed" => (DeliveryFate.Delayed, null),
            "email.bounced" => (IsForGood(told.Data?.Bounce) ? DeliveryFate.Bounced : DeliveryFate.Returned, Words(told.Data?.Bounce)),
            "email.complained" => (DeliveryFate.Complained, null),
            "email.suppressed" => (DeliveryFate.Bounced, "Resend keeps this address on its own list of those that refuse mail."),
            "email.failed" => (DeliveryFate.Failed, told.Data?.Failed?.Reason),
            _ => ((DeliveryFate?)null, (string?)null),
        };
        if (fate is null || told.Data is not { } data)
            return null;
        return new DeliveryReport(
            fate.Value, MailOf(data.Tags), ProviderWords.Id(data.EmailId), data.To is [{ } to, ..] && EmailAddress.TryParse(to, out var address) ? address : null, told.CreatedAt, detail is null ? null : ProviderWords.Discreet(detail));
    }

    // The kind is left out where there is only one; everything but "for good" may be an automatic answer.
    private static bool IsForGood(Bounce? bounce) => bounce?.Type is null or "Permanent" or "permanent";

    private static string? Words(Bounce? bounce) => bounce?.Codes is { Length: > 0 } codes ? codes[0] : bounce?.Message;

    // Sent as a list of names and values, told as a list or as an object.
    private static Guid? MailOf(JsonElement tags)
    {
        var value = tags.ValueKind switch
        {
            JsonValueKind.Object => tags.TryGetProperty("mail", out var named) ? named : default,
            JsonValueKind.Array => tags.EnumerateArray().Where(tag => tag.ValueKind == JsonValueKind.Object && tag.TryGetProperty("name", out var name) && name.ValueEquals("mail"))
                .Select(tag => tag.TryGetProperty("value", out var listed) ? listed : default).FirstOrDefault(),
            _ => default,
        };
        return value.ValueKind == JsonValueKind.String && Guid.TryParse(value.GetString(), out var mail) ? mail : null;
    }

    private sealed record Event([property: JsonPropertyName("type")] string? Type, [property: JsonPropertyName("created_at")] DateTimeOffset CreatedAt, [property: JsonPropertyName("data")] Data? Data);

    private sealed record Data(
        [property: JsonPropertyName("email_id")] string? EmailId, [property: JsonPropertyName("to")] string[]? To, [property: JsonPropertyName("tags")] JsonElement Tags,
        [property: JsonPropertyName("bounce")] Bounce? Bounce, [property: JsonPropertyName("failed")] Failure? Failed);

    private sealed record Bounce([property: JsonPropertyName("type")] string? Type, [property: JsonPropertyName("message")] string? Message, [property: JsonPropertyName("diagnosticCode")] string[]? Codes);

    private sealed record Failure([property: JsonPropertyName("reason")] string? Reason);
}
