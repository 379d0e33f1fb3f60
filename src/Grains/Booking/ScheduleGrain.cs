using System.Collections.Immutable;
using Backsoon.Accounts;
using Backsoon.Dispatch;
using Backsoon.Mail;
using Backsoon.Storage;
using Backsoon.Tenants;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Backsoon.Booking;

[GrainType("schedule")]
public sealed class ScheduleGrain(HostScheduleRows rows, AppointmentRows appointments, BookingMails mails, Outbox outbox, TimeProvider clock, ILogger<ScheduleGrain> log) : Grain, IScheduleGrain
{
    // Rows that others wrote are told of; should that be lost, they are seen by then.
    private static readonly TimeSpan s_fresh = TimeSpan.FromMinutes(1);

    private readonly Holds _holds = new();
    private TenantId _tenant;
    private Guid _host;
    private HostSchedule? _schedule;
    private int _changes;

    private TenantScope Scope => GrainFactory.For(_tenant);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var key = this.GetPrimaryKeyString();
        var (start, end) = ("schedule/".Length, key.LastIndexOf('/'));
        _tenant = new TenantId(key[start..end]);
        _host = Guid.ParseExact(key.AsSpan(end + 1), "n");
        return Task.CompletedTask;
    }

    public async Task<SlotList> Slots(Guid service, DateTimeOffset from, DateTimeOffset to, Guid? form)
    {
        if (await Offer(service) is not { } offer)
            return SlotList.Empty;
        if (to > from + SlotList.Longest)
            to = from + SlotList.Longest;
        var calendar = await Busy(from, to);
        return new SlotList([.. (await Availability(offer, calendar, form)).Slots(from, to)], !calendar.IsConnected || calendar.IsKnown, calendar.IsConnected ? calendar.AsOf : null);
    }

    public async Task<SlotAnswer> Why(Guid service, DateTimeOffset start, Guid? form) =>
        await Offer(service) is { } offer ? (await Availability(offer, await Busy(start, start + Service.Longest), form)).Why(start) : new SlotAnswer(SlotReason.Inactive);

    public async Task<HoldOutcome> Hold(Guid form, Guid service, DateTimeOffset start)
    {
        if (await Offer(service) is not { } offer)
            return new HoldOutcome.Taken(SlotReason.Inactive, []);
        var (why, nearest) = await Refusal(offer, start, form, byHand: false);
        if (why == SlotReason.Free)
            return _holds.Keep(form, Sitting.Of(form, offer.Service, start, isHeld: true), Now()) is { } until ? new HoldOutcome.Held(until) : new HoldOutcome.Taken(SlotReason.Held, nearest);
        return new HoldOutcome.Taken(why, nearest);
    }

    public Task Release(Guid form)
    {
        _holds.Release(form);
        return Task.CompletedTask;
    }

    public Task<BookOutcome> Book(Guid id, BookingForm form) => Take(id, form, null);

    public async Task<BookOutcome> BookByOwner(Guid id, BookingForm form, AccountId by) => await Take(id, form, await NameOf(by));

    public async Task<bool> Block(BlockedTime block)
    {
        if (block.Host != _host || block.Start >= block.End || block.End - block.Start > BlockedTime.Longest || !await rows.Put(_tenant, block))
            return false;
        await Changed();
        return true;
    }

    public async Task<bool> Unblock(Guid block)
    {
        var removed = await rows.Remove(_tenant, _host, block);
        await Changed();
        return removed;
    }

    public async Task<MoveOutcome?> TakeOver(AppointmentMove move)
    {
        if (await appointments.Read(_tenant, move.Appointment) is not { Appointment: var was } || was.Version != move.Version)
            return null;
        if (await Offer(was.Service) is not { } offer)
            return new MoveOutcome.Taken(SlotReason.Inactive, []);
        var (why, nearest) = await Refusal(offer, move.Start, move.Form, move.By is not null, was.Id);
        if (why != SlotReason.Free)
            return new MoveOutcome.Taken(why, nearest);

        var place = Place(offer, move.Start, was.Guest, move.By is not null);
        var calendar = was.Calendar == GuestCalendar.Google ? Entries.Moved(await Scope.Calendar(was.Host).Invites(), await Scope.Calendar(_host).Invites()) : was.Calendar;
        var moved = was with { Calendar = calendar, Host = _host, HostName = place.HostName, HostZoneId = place.HostZoneId, Start = place.Start, End = place.End, Seats = place.Seats, Sequence = was.Sequence + 1 };
        var seat = await appointments.Move(_tenant, moved, was, place, Now(), move.By is { } by ? await NameOf(by) : null, await mails.Moved(offer.View.Profile, offer.View.Host(was.Host), offer.Host, was, moved, Now()));
        await Changed();
        if (seat is null)
            return await appointments.Read(_tenant, was.Id) is { } now && now.Appointment.Version == was.Version ? new MoveOutcome.Taken(SlotReason.Taken, (await Refusal(offer, move.Start, move.Form, false, was.Id)).Nearest) : null;

        if (move.Form is { } form)
            _holds.Release(form);
        outbox.Poke();
        return new MoveOutcome.Moved(moved with { Seat = seat.Value, Version = was.Version + 1 });
    }

    public Task Changed()
    {
        _schedule = null;
        _changes++;
        return Task.CompletedTask;
    }

    private async Task<BookOutcome> Take(Guid id, BookingForm typed, string? by)
    {
        try
        {
            var form = Clean(typed);
            if (await Scope.Booking().Look() is null)
                return new BookOutcome.Gone();
            var print = FormPrint.Of(form);
            if (await Offer(form.Service) is not { } offer)
                return await Known(id, print) ?? new BookOutcome.Taken(SlotReason.Inactive, []);
            var (why, nearest) = await Refusal(offer, form.Start, id, by is not null);
            if (why != SlotReason.Free)
                return await Known(id, print) ?? new BookOutcome.Taken(why, nearest);

            var appointment = New(id, offer, form, by) with { Calendar = await Scope.Calendar(_host).Invites() ? GuestCalendar.Google : GuestCalendar.Own };
            var seat = await appointments.Take(_tenant, appointment, Place(offer, form.Start, appointment.Guest, by is not null), print, await mails.Booked(offer.View.Profile, offer.Host, appointment, Now()));
            await Changed();
            if (seat is null)
                return await Known(id, print) ?? new BookOutcome.Taken(SlotReason.Taken, (await Refusal(offer, form.Start, id, byHand: false)).Nearest);
            _holds.Release(id);
            outbox.Poke();
            return new BookOutcome.Booked(appointment with { Seat = seat.Value });
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            return new BookOutcome.Gone();
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException or OrleansException)
        {
            log.Log(failure is PostgresException { IsTransient: false } ? LogLevel.Error : LogLevel.Warning, "An appointment was not saved: {Reason}", failure.Message);
            _schedule = null;
            return new BookOutcome.Unavailable();
        }
    }

    private async Task<BookOutcome?> Known(Guid id, byte[] print) =>
        await appointments.Read(_tenant, id) is not { } known ? null
        : known.Fingerprint.AsSpan().SequenceEqual(print) ? new BookOutcome.AlreadyBooked(known.Appointment)
        : new BookOutcome.Different(known.Appointment);

    // Null when the tenant, the service or the host is not there or the page takes nothing; whether they are switched on is the slots' business.
    private async Task<Offer?> Offer(Guid service) =>
        await Scope.Booking().Look() is { Profile.Standing: Standing.Open } view && view.Service(service) is { } offered && view.Host(_host) is { } host ? new Offer(view, offered, host) : null;

    private async Task<Availability> Availability(Offer offer, BusySnapshot calendar, Guid? form, Guid? but = null)
    {
        var (schedule, now) = (await Schedule(), Now());
        return new Availability(offer.View, offer.Service, offer.Host, new Timetable([.. schedule.Sittings.Where(sitting => sitting.Id != but), .. _holds.Others(form, now)], schedule.Blocks, calendar.Without(schedule.Sittings)), now);
    }

    private async Task<(SlotReason Why, ImmutableArray<Slot> Nearest)> Refusal(Offer offer, DateTimeOffset start, Guid? form, bool byHand, Guid? but = null)
    {
        var around = NearestSlots.Around(start);
        var availability = await Availability(offer, await Busy(around.From, around.Until), form, but);
        var why = byHand ? availability.WhyNotByHand(start) : availability.Why(start).Reason;
        return (why, why == SlotReason.Free ? [] : NearestSlots.Of(availability, start));
    }

    private async Task<HostSchedule> Schedule()
    {
        if (_schedule is { } known && Now() - known.ReadAt < s_fresh)
            return known;
        var changes = _changes;
        var read = await rows.Read(_tenant, _host, Now());
        // What was read while somebody wrote may be from before.
        if (changes == _changes)
            _schedule = read;
        return read;
    }

    private Task<BusySnapshot> Busy(DateTimeOffset from, DateTimeOffset to) => Scope.Calendar(_host).Busy(from, to);

    private Placement Place(Offer offer, DateTimeOffset start, Guest guest, bool byHand)
    {
        var sitting = Sitting.Of(Guid.Empty, offer.Service, start.ToUniversalTime(), isHeld: false);
        var day = new HostHours(offer.Host, null).DayOf(start).ToDateOnly();
        var remindAt = guest.Email is null ? null : ReminderShards.Next(offer.View.Settings, sitting.Start, Now());
        return new Placement(
            offer.Service.Id, _host, offer.Host.Name, offer.Host.ZoneId, sitting.Start, sitting.End, sitting.GuardFrom, sitting.GuardUntil, offer.Service.Seats, day, byHand ? null : offer.Service.DailyCap, remindAt);
    }

    private Appointment New(Guid id, Offer offer, BookingForm form, string? by) => new(
        id, RequestReference.Of(id), offer.Service.Id, offer.Service.Name, _host, offer.Host.Name, offer.Host.ZoneId, form.Start, form.Start + offer.Service.Length, AppointmentStatus.Booked,
        new Guest(form.Name, form.Email, form.Phone, form.Note, [.. offer.Service.Questions.Zip(form.Answers, (question, text) => new Answer(question.Label, text)).Where(answer => answer.Text.Length > 0)], form.ZoneId),
        offer.Service.Place, offer.Service.Price, 1, offer.Service.Seats, Now(), by, null, null, null, null, offer.Service.ChangeNotice, Sequence: 0, Version: 0);

    private static BookingForm Clean(BookingForm form) => form with
    {
        Start = form.Start.ToUniversalTime(),
        Name = StorableText.From(form.Name, BookingForm.MaxName),
        Phone = form.Phone is { } phone ? StorableText.From(phone, BookingForm.MaxPhone) : null,
        Note = form.Note is { } note ? StorableText.From(note, BookingForm.MaxNote) : null,
        Answers = [.. form.Answers.Take(Service.MaxQuestions).Select(answer => StorableText.From(answer, Question.MaxAnswer))],
        ZoneId = NodaTime.DateTimeZoneProviders.Tzdb.GetZoneOrNull(form.ZoneId)?.Id ?? "Etc/UTC",
    };

    private async Task<string> NameOf(AccountId account) => (await GrainFactory.GetGrain<IAccountGrain>($"account/{account}").Look())?.Name ?? "Owner";

    // The ledger counts microseconds: what is compared later has to be what was written.
    private DateTimeOffset Now()
    {
        var now = clock.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
