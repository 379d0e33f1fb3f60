using System.Text.Json;
using System.Text.Json.Serialization;

namespace Backsoon.Mail;

/// <summary>SendGrid's events in our words, one at a time.</summary>
public static class SendGridEvents
{
    public const string Provider = "sendgrid";

    // Why a mail is dropped unsent: because of the address, or because of something else.
    private static readonly string[] s_ofAddress = ["Bounced Address", "Spam Reporting Address", "Unsubscribed Address", "Invalid"];

    /// <summary>Null when it says nothing about a delivery.</summary>
    /// <exception cref="JsonException">It is no event.</exception>
    public static DeliveryReport? Read(ReadOnlySpan<byte> body)
    {
        var told = JsonSerializer.Deserialize<Event>(body) ?? throw new JsonException("The event is empty.");
        DeliveryFate? fate = told.Name switch
        {
            "delivered" => DeliveryFate.Delivered,
            "deferred" => DeliveryFate.Delayed,
            // "blocked" is of the moment; a bounce without a kind is one for good.
            "bounce" => told.Type is null or "bounce" ? DeliveryFate.Bounced : DeliveryFate.Returned,
            "dropped" => s_ofAddress.Any(reason => told.Reason?.StartsWith(reason, StringComparison.OrdinalIgnoreCase) == true) ? DeliveryFate.Bounced : DeliveryFate.Failed,
            "spamreport" => DeliveryFate.Complained,
            _ => null,
        };
        if (fate is null)
            return null;

        var words = told.Reason ?? told.Response;
        return new DeliveryReport(
            fate.Value, told.Mail.ValueKind == JsonValueKind.String && Guid.TryParse(told.Mail.GetString(), out var mail) ? mail : null,
            // Theirs begins with what they answered when they took the mail.
            ProviderWords.Id(told.MessageId?.Split('.')[0]), EmailAddress.TryParse(told.Email, out var to) ? to : null, DateTimeOffset.FromUnixTimeSeconds(told.Timestamp),
            fate is DeliveryFate.Delivered or DeliveryFate.Complained || words is null ? null : ProviderWords.Discreet(words));
    }

    private sealed record Event(
        [property: JsonPropertyName("event")] string? Name, [property: JsonPropertyName("email")] string? Email, [property: JsonPropertyName("timestamp"), JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)] long Timestamp,
        [property: JsonPropertyName("sg_message_id")] string? MessageId, [property: JsonPropertyName("mail")] JsonElement Mail, [property: JsonPropertyName("type")] string? Type,
        [property: JsonPropertyName("reason")] string? Reason, [property: JsonPropertyName("response")] string? Response);
}
