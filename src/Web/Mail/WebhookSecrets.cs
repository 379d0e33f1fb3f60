namespace Backsoon.Mail;

/// <summary>What webhooks of mail providers are proven by; null where none is expected.</summary>
public sealed class WebhookSecrets(IConfiguration configuration)
{
    public SvixSecrets? Resend { get; } = configuration["RESEND_WEBHOOK_SECRET"] is not { Length: > 0 } text ? null
        : SvixSecrets.TryParse(text, out var secrets) ? secrets
        : throw new InvalidOperationException("RESEND_WEBHOOK_SECRET is not a signing secret: it begins with whsec_.");
}
