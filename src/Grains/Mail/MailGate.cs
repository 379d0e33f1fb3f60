namespace Backsoon.Mail;

/// <summary>Decides of mails that are about to be handed over which of them may go.</summary>
public sealed class MailGate(Suppressions suppressions)
{
    /// <summary>What becomes of those that may not.</summary>
    public async Task<List<MailOutcome>> Hold(IReadOnlyList<(ClaimedMail Mail, EmailAddress To)> mails)
    {
        var held = new List<MailOutcome>();
        var refusals = await suppressions.Of(mails.Select(mail => (mail.Mail.Tenant, mail.To)));
        foreach (var (mail, to) in mails)
        {
            if (refusals.GetValueOrDefault((mail.Tenant, to)) is { } refusal && !await MaySignIn(mail, refusal))
                held.Add(new(mail.Id, DeliveryStatus.Suppressed, null, KeepsBatch: false, "suppressed", Words(refusal.Reason), null));
        }

        return held;
    }

    /// <summary>The address refuses mail for good.</summary>
    public Task Close(EmailAddress to) => suppressions.Add(to);

    // Nobody is locked out: who complained asked for this mail, and a mailbox that bounced may be back.
    private async Task<bool> MaySignIn(ClaimedMail mail, Refusal refusal) => mail.Priority == MailPriority.SignIn && (refusal.Reason == RefusalReason.Complained || await suppressions.MayProbe(refusal.Address));

    private static string Words(RefusalReason reason) => reason == RefusalReason.Complained ? "They marked an earlier mail as unwanted." : "The address refused an earlier mail for good.";
}
