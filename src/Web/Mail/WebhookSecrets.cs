namespace Backsoon.Mail;

/// <summary>What webhooks of mail providers are proven by; null where none is expected.</summary>
public sealed class WebhookSecrets(IConfiguration configuration)
{
    public SvixSecrets? Resend { get; } = configuration["RESEND_WEBHOOK_SECRET"] is not { Length: > 0 } text ? null
        : SvixSecrets.TryParse(text, out var secrets) ? secrets
        : throw new InvalidOperationException("RESEND_WEBHOOK_SECRET cannot be read: it begins with whsec_.");

    public SendGridKeys? SendGrid { get; } = configuration["SENDGRID_WEBHOOK_KEY"] is not { Length: > 0 } text ? null
        : SendGridKeys.TryParse(text, out var keys) ? keys
        : throw new InvalidOperationException("SENDGRID_WEBHOOK_KEY is not a public key: copy the verification key from SendGrid.");
}
