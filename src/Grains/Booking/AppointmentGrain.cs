using System.Collections.Immutable;
using Backsoon.Accounts;
using Backsoon.Mail;
using Backsoon.Storage;
using Backsoon.Tenants;

namespace Backsoon.Booking;

[GrainType("appointment")]
public sealed class AppointmentGrain(AppointmentRows rows, AppointmentErasure erasure, BookingMails mails, Outbox outbox, TimeProvider clock) : Grain, IAppointmentGrain
{
    private const int MaxNote = 2000;

    private TenantId _tenant;
    private Guid _id;

    private TenantScope Scope => GrainFactory.For(_tenant);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var key = this.GetPrimaryKeyString();
        var (start, end) = ("appointment/".Length, key.LastIndexOf('/'));
        _tenant = new TenantId(key[start..end]);
        _id = Guid.ParseExact(key.AsSpan(end + 1), "n");
        return Task.CompletedTask;
    }

    public async Task<Appointment?> Look() => (await Read())?.Appointment;

    public Task<ImmutableArray<AppointmentEvent>> History() => rows.History(_tenant, _id);

    public Task<CancelOutcome> CancelAsGuest(string note) => Cancel(note, null);

    public async Task<CancelOutcome> Cancel(string note, AccountId by) => await Cancel(note, await NameOf(by));

    public Task<MoveOutcome> MoveAsGuest(Guid host, DateTimeOffset start, Guid form) => MoveTo(host, start, form, null);

    public Task<MoveOutcome> Move(Guid host, DateTimeOffset start, AccountId by) => MoveTo(host, start, null, by);

    public async Task<bool> MarkNoShow(bool isNoShow, AccountId by)
    {
        var (status, now) = (isNoShow ? AppointmentStatus.NoShow : AppointmentStatus.Booked, clock.GetUtcNow());
        var happened = new AppointmentEvent(now, isNoShow ? AppointmentEventKind.NoShow : AppointmentEventKind.Came, await NameOf(by), null);
        return await Change(happened, known => known.Appointment is { Status: AppointmentStatus.Booked or AppointmentStatus.NoShow } appointment && appointment.Start <= now
            ? known with { Appointment = appointment with { Status = status } } : null);
    }

    public Task<bool> Note(string text, AccountId by) => Change(null, known =>
        known with { Appointment = known.Appointment with { OwnerNote = StorableText.From(text, MaxNote) is { Length: > 0 } note ? note : null } });

    public async Task Remind()
    {
        var now = clock.GetUtcNow();
        if (await Read() is not { Appointment: { Status: AppointmentStatus.Booked } appointment, RemindAt: { } due } || due > now || await Scope.Booking().Look() is not { } view)
            return;
        // Of a business that left nobody is reminded, unless it comes back in time.
        if (view.Profile.Standing == Standing.Closed && appointment.Start > now)
            return;

        // A reminder that was switched off meanwhile, or comes too late, is none; nor are two that came due at once.
        var mail = appointment.Start > now && !view.Settings.Reminders.IsEmpty ? await mails.Reminder(view.Profile, appointment, now) : [];
        if (await rows.Change(_tenant, appointment, ReminderShards.Next(view.Settings, appointment.Start, now), mail.Count > 0 ? new AppointmentEvent(now, AppointmentEventKind.Reminded, null, null) : null, mail) && mail.Count > 0)
            outbox.Poke();
    }

    public async Task ForgetGuest(AccountId by)
    {
        if (await Look() is not { } appointment)
            return;
        if (!appointment.Guest.IsRemoved)
            await erasure.Guest(_tenant, appointment);
        // Nameless by now: the host is told which time is free again.
        await Cancel("", by);
    }

    public async Task<string?> CalendarFile() =>
        await Look() is { } appointment && await Scope.Tenant().Profile() is { } profile ? Ics.Of(await mails.Event(profile, appointment, clock.GetUtcNow())) : null;

    private async Task<CancelOutcome> Cancel(string note, string? by)
    {
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            if (await Read() is not { Appointment: var appointment } || await Scope.Booking().Look() is not { } view)
                return CancelOutcome.Unknown;
            var now = clock.GetUtcNow();
            if (appointment.Status == AppointmentStatus.Cancelled)
                return CancelOutcome.Already;
            if (appointment.End <= now)
                return CancelOutcome.Over;
            if (by is null && appointment.ChangeUntil < now)
                return CancelOutcome.TooLate;

            var cancelled = appointment with
            {
                Status = AppointmentStatus.Cancelled,
                CancelledAt = now,
                CancelledBy = by,
                CancelNote = StorableText.From(note, MaxNote) is { Length: > 0 } said ? said : null,
                Sequence = appointment.Sequence + 1,
                Calendar = appointment.Calendar == GuestCalendar.Google ? Entries.Cancelled(await Scope.Calendar(appointment.Host).Invites()) : appointment.Calendar,
            };
            if (!await rows.Change(_tenant, cancelled, null, new AppointmentEvent(now, AppointmentEventKind.Cancelled, by, null), await mails.Cancelled(view.Profile, view.Host(appointment.Host), cancelled, now)))
                continue;
            await Scope.Schedule(appointment.Host).Changed();
            outbox.Poke();
            return CancelOutcome.Cancelled;
        }

        throw Contended();
    }

    private async Task<MoveOutcome> MoveTo(Guid host, DateTimeOffset start, Guid? form, AccountId? by)
    {
        start = start.ToUniversalTime();
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            var now = clock.GetUtcNow();
            if (await Read() is not { Appointment: { Status: AppointmentStatus.Booked } appointment } || appointment.End <= now)
                return new MoveOutcome.Over();
            if (by is null && appointment.ChangeUntil < now)
                return new MoveOutcome.TooLate();
            if (appointment.Host == host && appointment.Start == start)
                return new MoveOutcome.Moved(appointment);
            if (await Scope.Schedule(host).TakeOver(new AppointmentMove(_id, appointment.Version, start, form, by)) is not { } outcome)
                continue;
            if (outcome is MoveOutcome.Moved && appointment.Host != host)
                await Scope.Schedule(appointment.Host).Changed();
            return outcome;
        }

        throw Contended();
    }

    private async Task<bool> Change(AppointmentEvent? happened, Func<StoredAppointment, StoredAppointment?> decide)
    {
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            if (await Read() is not { } known || decide(known) is not { } changed)
                return false;
            if (changed.Appointment == known.Appointment || await rows.Change(_tenant, changed.Appointment, changed.RemindAt, happened))
                return true;
        }

        throw Contended();
    }

    // Nothing is kept in memory between calls: whoever else moves the row is seen, and many appointments cost nothing.
    private Task<StoredAppointment?> Read()
    {
        DeactivateOnIdle();
        return rows.Read(_tenant, _id);
    }

    private OrleansException Contended() => new($"Appointment {_id} is changed by somebody else all the time.");

    private async Task<string> NameOf(AccountId account) => (await GrainFactory.GetGrain<IAccountGrain>($"account/{account}").Look())?.Name ?? "Owner";
}
