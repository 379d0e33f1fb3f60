using System.Text.Json;

namespace Backsoon.Mail;

/// <summary>Makes the two parts of a mail from what it says.</summary>
public sealed class EmailRenderer(EmailKinds kinds)
{
    /// <param name="body">The unwrapped <see cref="MailBody"/> of the outbox.</param>
    public RenderedMail Render(Guid id, string kind, ReadOnlySpan<byte> body, Sender sender)
    {
        var mail = JsonSerializer.Deserialize<MailBody>(body, EmailKinds.Json) ?? throw new JsonException($"The body of mail {id} is empty.");
        var content = kinds.Read(kind, mail.Email).Compose();
        return Render(id, kind, mail.Test is { } says ? content.OfTest(says) : content, mail.To, sender);
    }

    public static RenderedMail Render(Guid id, string kind, EmailContent content, EmailAddress to, Sender sender) =>
        new(id, kind, content.SenderName is { } name ? sender with { Name = name } : sender, to, content.ReplyTo, content.Subject, EmailHtml.Of(content), EmailText.Of(content), content.Calendar, content.Unsubscribe);
}
