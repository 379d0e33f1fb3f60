using Backsoon.Mail;

namespace Backsoon.Booking;

[Collection(Backend.Name)]
public sealed class AppointmentTests(Backend backend)
{
    [Fact]
    public async Task What_was_agreed_is_kept_as_it_was()
    {
        var salon = await Salon.Open(backend, service => service with { Price = "€ 40", Questions = [new Question("How many?", Required: true), new Question("Allergies?", Required: false)], ChangeNotice = TimeSpan.FromHours(3) });
        var booked = Assert.IsType<BookOutcome.Booked>(await salon.Schedule.Book(Salon.Id(backend), salon.Form(salon.At(10)) with { Answers = ["Two", ""] })).Appointment;
        await salon.Change(service => service with { Name = "Other", Price = null, Questions = [], Length = TimeSpan.FromMinutes(30) });
        var kept = (await salon.Scope.Appointment(booked.Id).Look())!;
        Assert.Equal(("Lesson", "€ 40", salon.At(10), salon.At(11), "Europe/Madrid", "Atlantic/Reykjavik"), (kept.ServiceName, kept.Price, kept.Start, kept.End, kept.Guest.ZoneId, kept.HostZoneId));
        Assert.Equal(new Answer("How many?", "Two"), Assert.Single(kept.Guest.Answers));
        Assert.Equal(booked with { Guest = kept.Guest }, kept);
        Assert.Null(await salon.Scope.Appointment(Salon.Id(backend)).Look());
    }

    [Fact]
    public async Task A_move_frees_the_old_time_and_takes_the_new_one_or_does_nothing()
    {
        var salon = await Salon.Open(backend);
        var (booked, other) = (await salon.Book(salon.At(10)), await salon.Book(salon.At(12)));
        var appointment = salon.Scope.Appointment(booked.Id);
        var refused = Assert.IsType<MoveOutcome.Taken>(await appointment.MoveAsGuest(salon.Host.Id, salon.At(12), Salon.Id(backend)));
        Assert.Equal((SlotReason.Taken, salon.At(11)), (refused.Why, refused.Nearest.MinBy(slot => (slot.Start - salon.At(11)).Duration())!.Start));
        Assert.Equal(salon.At(10), (await appointment.Look())!.Start);

        var form = Salon.Id(backend);
        await salon.Schedule.Hold(form, salon.Service.Id, salon.At(15));
        var moved = Assert.IsType<MoveOutcome.Moved>(await appointment.MoveAsGuest(salon.Host.Id, salon.At(15), form)).Appointment;
        Assert.Equal((salon.At(15), salon.At(16), 1), (moved.Start, moved.End, moved.Sequence));
        Assert.Contains(salon.At(10), await salon.Starts());
        Assert.DoesNotContain(salon.At(15), await salon.Starts());
        Assert.Equal("booking-confirmed booking-confirmed booking-moved", await salon.Posted("Guest"));

        // Again is the same, and changes nothing more.
        Assert.Equal(1, Assert.IsType<MoveOutcome.Moved>(await appointment.MoveAsGuest(salon.Host.Id, salon.At(15), form)).Appointment.Sequence);
        Assert.Equal(salon.At(12), (await salon.Scope.Appointment(other.Id).Look())!.Start);
    }

    [Fact]
    public async Task A_move_may_overlap_the_time_it_leaves()
    {
        var salon = await Salon.Open(backend, service => service with { Step = TimeSpan.FromMinutes(15) });
        var booked = await salon.Book(salon.At(10));
        Assert.IsType<MoveOutcome.Moved>(await salon.Scope.Appointment(booked.Id).MoveAsGuest(salon.Host.Id, salon.At(10, 15), Salon.Id(backend)));
    }

    [Fact]
    public async Task Of_many_moves_and_bookings_of_one_time_one_is_done()
    {
        var salon = await Salon.Open(backend);
        var booked = new[] { await salon.Book(salon.At(9)), await salon.Book(salon.At(10)), await salon.Book(salon.At(11)) };
        var moves = booked.Select(one => salon.Scope.Appointment(one.Id).MoveAsGuest(salon.Host.Id, salon.At(14), Salon.Id(backend)));
        var books = Enumerable.Range(0, 10).Select(i => salon.Schedule.Book(Salon.Id(backend), salon.Form(salon.At(14), $"Guest {i}")));
        var (moved, taken) = (Task.WhenAll([.. moves]), Task.WhenAll([.. books]));
        Assert.Equal(1, (await moved).OfType<MoveOutcome.Moved>().Count() + (await taken).OfType<BookOutcome.Booked>().Count());
        Assert.Equal(1, await backend.Database.Scalar<long>("select count(*) from appointment where tenant_id = $1 and starts_at = $2 and status <> 1", salon.Tenant.Value, salon.At(14)));
    }

    [Fact]
    public async Task A_move_to_another_host_tells_both()
    {
        var salon = await Salon.Open(backend);
        var second = salon.Host with { Id = Salon.Id(backend), Name = "Rui", Email = EmailAddress.Parse("rui@salon.example") };
        await salon.Scope.Booking().PutHost(second);
        await salon.Change(service => service with { Hosts = [salon.Host.Id, second.Id] });
        var booked = await salon.Book(salon.At(10));
        await salon.Starts();
        var moved = Assert.IsType<MoveOutcome.Moved>(await salon.Scope.Appointment(booked.Id).Move(second.Id, salon.At(10), salon.Account)).Appointment;
        Assert.Equal((second.Id, "Rui"), (moved.Host, moved.HostName));
        Assert.Contains(salon.At(10), await salon.Starts());
        Assert.Equal("host-booked host-moved", await salon.Posted("Ana Reis"));
        Assert.Equal("host-moved", await salon.Posted("Rui"));
    }

    [Fact]
    public async Task A_guest_cancels_with_notice_and_the_time_is_free_again()
    {
        var salon = await Salon.Open(backend, service => service with { ChangeNotice = TimeSpan.FromHours(24) });
        var booked = await salon.Book(salon.At(10));
        var appointment = salon.Scope.Appointment(booked.Id);
        Assert.Equal(CancelOutcome.Cancelled, await appointment.CancelAsGuest("I am ill."));
        Assert.Equal(CancelOutcome.Already, await appointment.CancelAsGuest(""));
        Assert.Equal("booking-cancelled booking-confirmed", await salon.Posted("Guest"));
        var kept = (await appointment.Look())!;
        Assert.Equal((AppointmentStatus.Cancelled, "I am ill.", null, 1), (kept.Status, kept.CancelNote, kept.CancelledBy, kept.Sequence));
        Assert.IsType<MoveOutcome.Over>(await appointment.MoveAsGuest(salon.Host.Id, salon.At(11), Salon.Id(backend)));
        await salon.Book(salon.At(10));

        var late = await salon.Book(salon.At(11));
        await backend.Advance(late.Start - TimeSpan.FromHours(23) - backend.Clock.GetUtcNow());
        Assert.Equal(CancelOutcome.TooLate, await salon.Scope.Appointment(late.Id).CancelAsGuest(""));
        Assert.IsType<MoveOutcome.TooLate>(await salon.Scope.Appointment(late.Id).MoveAsGuest(salon.Host.Id, salon.At(15), Salon.Id(backend)));
        Assert.Equal(CancelOutcome.Cancelled, await salon.Scope.Appointment(late.Id).Cancel("Closed", salon.Account));
        Assert.Equal(CancelOutcome.Unknown, await salon.Scope.Appointment(Salon.Id(backend)).CancelAsGuest(""));
    }

    [Fact]
    public async Task Who_did_not_come_is_noted_once_it_has_begun()
    {
        var salon = await Salon.Open(backend);
        var booked = await salon.Book(salon.At(10));
        var appointment = salon.Scope.Appointment(booked.Id);
        Assert.False(await appointment.MarkNoShow(true, salon.Account));
        Assert.True(await appointment.Note("Brings a dog", salon.Account));
        await backend.Advance(booked.Start - backend.Clock.GetUtcNow());
        Assert.True(await appointment.MarkNoShow(true, salon.Account));
        var kept = (await appointment.Look())!;
        Assert.Equal((AppointmentStatus.NoShow, "Brings a dog"), (kept.Status, kept.OwnerNote));
        Assert.True(await appointment.MarkNoShow(false, salon.Account));
        Assert.Equal(AppointmentStatus.Booked, (await appointment.Look())!.Status);
    }

    [Fact]
    public async Task What_happens_to_it_is_told_once_each_and_stays()
    {
        var salon = await Salon.Open(backend);
        var booked = await salon.Book(salon.At(10));
        var (appointment, began) = (salon.Scope.Appointment(booked.Id), backend.Clock.GetUtcNow());
        await appointment.Note("Brings a dog", salon.Account);
        await appointment.MoveAsGuest(salon.Host.Id, salon.At(12), Salon.Id(backend));
        await appointment.MoveAsGuest(salon.Host.Id, salon.At(12), Salon.Id(backend));
        await appointment.Move(salon.Host.Id, salon.At(15), salon.Account);
        await salon.Pass(salon.At(13) - backend.Clock.GetUtcNow());
        await backend.Advance(salon.At(15) - backend.Clock.GetUtcNow());
        await appointment.MarkNoShow(true, salon.Account);
        await appointment.MarkNoShow(true, salon.Account);
        await appointment.MarkNoShow(false, salon.Account);
        await appointment.Cancel("Nobody was here", salon.Account);

        var told = await appointment.History();

        Assert.Equal(
            [(AppointmentEventKind.Booked, null), (AppointmentEventKind.Moved, null), (AppointmentEventKind.Moved, "Ana Reis"), (AppointmentEventKind.Reminded, null), (AppointmentEventKind.NoShow, "Ana Reis"), (AppointmentEventKind.Came, "Ana Reis"), (AppointmentEventKind.Cancelled, "Ana Reis")],
            told.Select(one => (one.Kind, one.By)));
        Assert.Equal([new(salon.At(10), salon.At(11), "Ana Reis", salon.At(12), salon.At(13), "Ana Reis"), new(salon.At(12), salon.At(13), "Ana Reis", salon.At(15), salon.At(16), "Ana Reis")], told.Select(one => one.Move).OfType<AppointmentMoved>());
        Assert.Equal((began, salon.At(15)), (told[0].At, told[^1].At));
        Assert.Empty(await salon.Scope.Appointment(Salon.Id(backend)).History());
    }

    [Fact]
    public async Task Reminders_come_a_day_and_two_hours_before_and_move_with_the_appointment()
    {
        var salon = await Salon.Open(backend);
        var booked = await salon.Book(salon.At(10));
        await salon.Pass(booked.Start - TimeSpan.FromHours(24) - TimeSpan.FromMinutes(1) - backend.Clock.GetUtcNow());
        Assert.Equal("booking-confirmed", await salon.Posted("Guest"));
        await salon.Pass(TimeSpan.FromMinutes(1));
        await salon.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal("booking-confirmed booking-reminder", await salon.Posted("Guest"));

        await salon.Scope.Appointment(booked.Id).MoveAsGuest(salon.Host.Id, salon.At(16), Salon.Id(backend));
        await salon.Pass(salon.At(8) - backend.Clock.GetUtcNow());
        // A day before four o'clock is still ahead of yesterday's ten: one more then, and the last two hours before.
        Assert.Equal("booking-confirmed booking-moved booking-reminder booking-reminder", await salon.Posted("Guest"));
        await salon.Pass(salon.At(14) - backend.Clock.GetUtcNow());
        await salon.Pass(TimeSpan.FromHours(4));
        Assert.Equal("booking-confirmed booking-moved booking-reminder booking-reminder booking-reminder", await salon.Posted("Guest"));
        Assert.Equal(0, await salon.Rows("remind_at is not null"));
    }

    [Fact]
    public async Task Of_a_business_that_left_nobody_is_reminded_and_nothing_waits_when_the_time_has_passed()
    {
        // By itself: time goes on for those who left, whatever other tests do.
        await using var town = await backend.Beside();
        var salon = await Salon.Open(town);
        await salon.Book(salon.At(10));
        await salon.Scope.Leaving().Cancel();
        await salon.Pass(salon.At(9) - town.Clock.GetUtcNow());
        Assert.Equal(("booking-confirmed", 1L), (await salon.Posted("Guest"), await salon.Rows("remind_at is not null")));
        await salon.Pass(salon.At(10) - town.Clock.GetUtcNow());
        Assert.Equal(("booking-confirmed", 0L), (await salon.Posted("Guest"), await salon.Rows("remind_at is not null")));
    }

    [Fact]
    public async Task After_a_cancellation_or_without_reminders_none_comes_and_one_that_is_late_comes_once()
    {
        var salon = await Salon.Open(backend);
        var cancelled = await salon.Book(salon.At(10));
        await salon.Scope.Appointment(cancelled.Id).Cancel("", salon.Account);
        var late = await salon.Book(salon.At(12));
        await salon.Pass(late.Start - TimeSpan.FromMinutes(30) - backend.Clock.GetUtcNow());
        Assert.Equal("booking-cancelled booking-confirmed booking-confirmed booking-reminder", await salon.Posted("Guest"));

        var quiet = await Salon.Open(backend);
        await quiet.Book(quiet.At(12));
        await quiet.Scope.Booking().Change(new BookingSettings(IsOn: true, []));
        await quiet.Pass(TimeSpan.FromDays(7));
        Assert.Equal("booking-confirmed", await quiet.Posted("Guest"));
    }
}
