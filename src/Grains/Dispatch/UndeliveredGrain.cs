using Backsoon.Mail;
using Backsoon.Storage;
using Backsoon.Tenants;
using Microsoft.Extensions.Logging;

namespace Backsoon.Dispatch;

[GrainType("undelivered")]
public sealed class UndeliveredGrain(Ledger ledger, Outbox outbox, Site site, TimeProvider clock, ILogger<UndeliveredGrain> log) : Grain, IUndeliveredGrain, IRemindable
{
    private const string Wake = "wake";
    private const int Batch = 100;
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    private IGrainTimer? _timer;
    private bool _poked;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _timer = this.RegisterGrainTimer(_ => Tell(), new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan) { Interleave = true });
        return Task.CompletedTask;
    }

    public async Task Start()
    {
        await this.RegisterOrUpdateReminder(Wake, s_minute, s_minute);
        await Poke();
    }

    public Task Poke()
    {
        _poked = true;
        _timer!.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        return Task.CompletedTask;
    }

    public Task ReceiveReminder(string reminderName, TickStatus status) => Poke();

    // What fails stays noted; the reminder comes back to it.
    private async Task Tell()
    {
        while (_poked)
        {
            _poked = false;
            var untold = await ledger.Read(
                $"select id, tenant_id, dispatch_id, vendor_id, recipient, coalesce(reported, status) from outbox where untold order by id limit {Batch}",
                row => new Mail(row.GetGuid(0), GrainFactory.For(new TenantId(row.GetString(1))), row.GetGuid(2), row.GetGuid(3), row.GetString(4), (DeliveryStatus)row.GetInt16(5)));
            foreach (var mail in untold)
                await Tell(mail);
        }
    }

    private async Task Tell(Mail mail)
    {
        try
        {
            var dispatch = mail.Scope.Dispatch(mail.Dispatch);
            await dispatch.Bounced(mail.Vendor);
            // That an address refused before is not even tried any more is no news; that mails are stopped stands on the board.
            if (mail.Status is not (DeliveryStatus.Suppressed or DeliveryStatus.Withheld) && await mail.Scope.Tenant().Profile() is { Standing: not Standing.Closed } profile && await dispatch.Look() is { } view)
                await outbox.Post(Letter(mail, profile, view));
            // Noted last: told twice, request and owner have heard it already.
            await ledger.Execute("update outbox set untold = false where id = $1", mail.Id);
        }
        catch (Exception failure)
        {
            // The others must not wait for it.
            log.LogWarning("A request was not told that mail {Mail} will not arrive: {Reason}", mail.Id, failure.Message);
        }
    }

    private OutgoingMail Letter(Mail mail, TenantProfile profile, DispatchView view)
    {
        var settings = profile.Settings;
        var facts = new RequestFacts(
            view.Reference, view.Urgent, settings.Nouns.Subject, view.SubjectLabel, string.IsNullOrEmpty(view.SubjectReference) ? null : view.SubjectReference, view.CategoryName, view.CallerName, view.CallerPhone, view.Text);
        var email = new VendorUnreachableEmail(
            settings.BusinessName, mail.Recipient, mail.Status == DeliveryStatus.Bounced, facts, view.With?.Name ?? (view.Asked.IsEmpty ? view.Status == DispatchStatus.Waiting ? view.Next?.Who : null : Duties.Names(view.Asked)), site.App($"/vendors/{mail.Vendor}"), site.App($"/requests/{view.Id:n}"));
        return new(OnceADay(mail), view.Urgent ? MailPriority.Urgent : MailPriority.Normal, settings.Owner.Email, "Owner", email) { Tenant = profile.Id, Dispatch = mail.Dispatch, Test = view.IsTest ? TestRequest.ToOwner : null };
    }

    // However many mails to a vendor come back in a day, they make one id.
    private Guid OnceADay(Mail mail) => OutgoingMail.IdOf($"unreachable/{mail.Scope.Id}/{mail.Vendor:n}/{clock.GetUtcNow():yyyy-MM-dd}");

    private sealed record Mail(Guid Id, TenantScope Scope, Guid Dispatch, Guid Vendor, string Recipient, DeliveryStatus Status);
}
