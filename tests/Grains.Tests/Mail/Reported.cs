using System.Text.Json;

namespace Backsoon.Mail;

/// <summary>What Resend would report of a mail.</summary>
internal static class Reported
{
    public static byte[] Event(string type, Guid mail, string to, DateTimeOffset at, string? bounce = null) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        type,
        created_at = at.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"),
        data = new
        {
            email_id = $"re-{mail:n}",
            created_at = at,
            from = "Backsoon <desk@backsoon.example>",
            to = new[] { to },
            subject = "A tap drips",
            tags = new { mail = mail.ToString("n") },
            bounce = bounce is null ? null : new { type = bounce, subType = "General", message = "The mailbox does not exist.", diagnosticCode = new[] { $"smtp; 550 5.1.1 <{to}> user unknown" } },
            failed = type == "email.failed" ? new { reason = "reached_daily_quota" } : null,
        },
    });

    /// <summary>Hands an event over as the web does, and waits until it is worked off.</summary>
    public static async Task Report(this Pump pump, string type, OutgoingMail mail, string? bounce = null, string? id = null, DateTimeOffset? at = null)
    {
        await pump.Grains.GetGrain<IWebhooksGrain>("webhooks/resend").Keep([new(id ?? $"msg_{Guid.CreateVersion7(pump.Clock.GetUtcNow()):n}", Event(type, mail.Id, mail.To.Value, at ?? pump.Clock.GetUtcNow(), bounce))]);
        await pump.WorkedOff();
    }

    public static Task WorkedOff(this Pump pump) =>
        Backend.Eventually(async () => (long)(await pump.Scalar("select count(*) from webhook where processed_at is null"))! == 0, "the events are worked off");
}
