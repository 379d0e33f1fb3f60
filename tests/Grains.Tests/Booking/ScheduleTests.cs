using Backsoon.Mail;
using Backsoon.Tenants;

namespace Backsoon.Booking;

[Collection(Backend.Name)]
public sealed class ScheduleTests(Backend backend)
{
    [Fact, Promise("R17")]
    public async Task Booking_is_off_until_the_owner_switches_it_on()
    {
        var salon = await Salon.Open(backend);
        Assert.NotEmpty(await salon.Starts());
        await salon.Scope.Booking().Change(BookingSettings.Default);
        Assert.False(BookingSettings.Default.IsOn);
        Assert.Empty(await salon.Starts());
        Assert.Equal(SlotReason.Inactive, Assert.IsType<BookOutcome.Taken>(await salon.Schedule.Book(Salon.Id(backend), salon.Form(salon.At(10)))).Why);
    }

    [Fact, Trait("Abuse", "16"), Promise("R18")]
    public async Task Of_a_thousand_who_want_one_slot_one_has_it_and_the_others_are_offered_the_nearest()
    {
        var salon = await Salon.Open(backend);
        var start = salon.At(10);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => salon.Schedule.Book(Salon.Id(backend), salon.Form(start, $"Guest {i}"))));
        Assert.Single(outcomes.OfType<BookOutcome.Booked>());
        Assert.Equal(999, outcomes.OfType<BookOutcome.Taken>().Count(taken => taken.Why == SlotReason.Taken));
        Assert.All(outcomes.OfType<BookOutcome.Taken>(), taken => Assert.Equal([salon.At(9), salon.At(11)], taken.Nearest.Take(2).Select(slot => slot.Start)));
        Assert.Equal(1, await salon.Rows());
        Assert.DoesNotContain(start, await salon.Starts());
    }

    [Fact, Trait("Abuse", "15")]
    public async Task A_form_sent_again_is_the_same_appointment_and_one_mail()
    {
        var salon = await Salon.Open(backend);
        var (id, form) = (Salon.Id(backend), salon.Form(salon.At(10)));
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => salon.Schedule.Book(id, form)));
        Assert.Single(outcomes.OfType<BookOutcome.Booked>());
        Assert.Equal(19, outcomes.OfType<BookOutcome.AlreadyBooked>().Count(again => again.Appointment.Id == id));
        Assert.Equal("booking-confirmed", await salon.Posted("Guest"));
        Assert.Equal("host-booked", await salon.Posted("Ana Reis"));

        var other = Assert.IsType<BookOutcome.Different>(await salon.Schedule.Book(id, form with { Start = salon.At(14) }));
        Assert.Equal(salon.At(10), other.Appointment.Start);
        await backend.Restart();
        Assert.IsType<BookOutcome.AlreadyBooked>(await salon.Schedule.Book(id, form));
        Assert.Equal(1, await salon.Rows());
    }

    [Fact, Trait("Abuse", "17")]
    public async Task Buffers_keep_appointments_apart_and_what_only_touches_is_allowed()
    {
        var salon = await Salon.Open(backend, service => service with { BufferAfter = TimeSpan.FromMinutes(20), Step = TimeSpan.FromMinutes(20) });
        await salon.Book(salon.At(10));
        Assert.Equal(SlotReason.Taken, (await salon.Schedule.Why(salon.Service.Id, salon.At(10, 20), null)).Reason);
        Assert.Equal(SlotReason.Buffer, (await salon.Schedule.Why(salon.Service.Id, salon.At(11), null)).Reason);
        Assert.Equal(SlotReason.Free, (await salon.Schedule.Why(salon.Service.Id, salon.At(11, 20), null)).Reason);
        await salon.Book(salon.At(11, 20));
        // One before it ends with its own buffer at ten.
        Assert.Equal(SlotReason.OutsideHours, (await salon.Schedule.Why(salon.Service.Id, salon.At(8, 40), null)).Reason);
    }

    [Fact]
    public async Task A_class_has_as_many_as_it_has_seats()
    {
        var salon = await Salon.Open(backend, service => service with { Seats = 3 });
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => salon.Schedule.Book(Salon.Id(backend), salon.Form(salon.At(10), $"Guest {i}"))));
        Assert.Equal([1, 2, 3], outcomes.OfType<BookOutcome.Booked>().Select(booked => booked.Appointment.Seat).Order());
        Assert.All(outcomes.OfType<BookOutcome.Taken>(), taken => Assert.Equal(SlotReason.SeatsFull, taken.Why));

        // A seat that is given back is the one that is taken next; one more there is not.
        var second = outcomes.OfType<BookOutcome.Booked>().Single(booked => booked.Appointment.Seat == 2).Appointment;
        await salon.Scope.Appointment(second.Id).Cancel("", salon.Account);
        Assert.Equal(1, (await salon.Schedule.Slots(salon.Service.Id, salon.At(10), salon.At(11), null)).Slots.Single().Seats);
        Assert.Equal(2, (await salon.Book(salon.At(10))).Seat);
        Assert.IsType<BookOutcome.Taken>(await salon.Schedule.Book(Salon.Id(backend), salon.Form(salon.At(10))));
    }

    [Fact]
    public async Task A_day_is_full_when_its_cap_is_reached()
    {
        var salon = await Salon.Open(backend, service => service with { DailyCap = 2 });
        await salon.Book(salon.At(9));
        var gone = await salon.Book(salon.At(15));
        Assert.Equal(SlotReason.DailyCap, (await salon.Schedule.Why(salon.Service.Id, salon.At(11), null)).Reason);
        Assert.Empty(await salon.Starts());
        await salon.Scope.Appointment(gone.Id).Cancel("", salon.Account);
        await salon.Book(salon.At(11));
        // By hand, the owner may go beyond it.
        Assert.IsType<BookOutcome.Booked>(await salon.Schedule.BookByOwner(Salon.Id(backend), salon.Form(salon.At(20)), salon.Account));
    }

    [Fact]
    public async Task A_slot_is_held_for_five_minutes_for_one_form()
    {
        var salon = await Salon.Open(backend);
        var (mine, other) = (Salon.Id(backend), Salon.Id(backend));
        Assert.Equal(backend.Clock.GetUtcNow() + TimeSpan.FromMinutes(5), Assert.IsType<HoldOutcome.Held>(await salon.Schedule.Hold(mine, salon.Service.Id, salon.At(10))).Until);
        Assert.Equal(SlotReason.Held, Assert.IsType<HoldOutcome.Taken>(await salon.Schedule.Hold(other, salon.Service.Id, salon.At(10))).Why);
        Assert.Equal(SlotReason.Held, Assert.IsType<BookOutcome.Taken>(await salon.Schedule.Book(other, salon.Form(salon.At(10)))).Why);
        Assert.DoesNotContain(salon.At(10), await salon.Starts());
        Assert.Contains(salon.At(10), await salon.Starts(mine));

        await backend.Advance(TimeSpan.FromMinutes(4));
        Assert.IsType<HoldOutcome.Held>(await salon.Schedule.Hold(mine, salon.Service.Id, salon.At(10)));
        await backend.Advance(TimeSpan.FromMinutes(4));
        Assert.DoesNotContain(salon.At(10), await salon.Starts());
        await backend.Advance(TimeSpan.FromMinutes(1));
        Assert.Contains(salon.At(10), await salon.Starts());

        Assert.IsType<HoldOutcome.Held>(await salon.Schedule.Hold(mine, salon.Service.Id, salon.At(10)));
        Assert.IsType<HoldOutcome.Held>(await salon.Schedule.Hold(mine, salon.Service.Id, salon.At(14)));
        Assert.Contains(salon.At(10), await salon.Starts());
        await salon.Schedule.Release(mine);
        Assert.Contains(salon.At(14), await salon.Starts());
    }

    [Fact]
    public async Task Blocked_time_is_not_offered_and_leaves_appointments_alone()
    {
        var salon = await Salon.Open(backend);
        await salon.Book(salon.At(10));
        var block = new BlockedTime(Salon.Id(backend), salon.Host.Id, salon.At(9, 30), salon.At(12), "Dentist");
        Assert.True(await salon.Schedule.Block(block));
        Assert.Equal([salon.At(12), salon.At(13), salon.At(14), salon.At(15), salon.At(16)], await salon.Starts());
        Assert.Equal(SlotReason.Blocked, (await salon.Schedule.Why(salon.Service.Id, salon.At(9), null)).Reason);
        var agenda = await salon.Scope.Bookings().Agenda(salon.Day, salon.Day.AddDays(1), null);
        Assert.Equal((1, "Dentist"), (agenda.Appointments.Length, Assert.Single(agenda.Blocks).Note));
        Assert.True(await salon.Schedule.Unblock(block.Id));
        Assert.False(await salon.Schedule.Unblock(block.Id));
        Assert.Contains(salon.At(9), await salon.Starts());
    }

    [Fact]
    public async Task While_the_business_is_away_nothing_is_offered()
    {
        var salon = await Salon.Open(backend);
        await salon.Scope.Tenant().Leave(new Absence(Salon.Id(backend), salon.At(11), salon.At(15), null, null, HoldsRoutine: false));
        Assert.Equal([salon.At(9), salon.At(10), salon.At(15), salon.At(16)], await salon.Starts());
        Assert.Equal(SlotReason.Away, (await salon.Schedule.Why(salon.Service.Id, salon.At(12), null)).Reason);
    }

    [Fact]
    public async Task Of_several_hosts_each_time_is_offered_once()
    {
        var salon = await Salon.Open(backend);
        var second = salon.Host with { Id = Salon.Id(backend), Name = "Rui", Email = EmailAddress.Parse("rui@salon.example") };
        Assert.Equal(BookingChange.Saved, await salon.Scope.Booking().PutHost(second));
        await salon.Change(service => service with { Hosts = [salon.Host.Id, second.Id] });
        await salon.Book(salon.At(10));
        var slots = (await salon.Scope.Booking().Slots(salon.Service.Id, null, salon.Day, salon.Day.AddDays(1), null)).Slots;
        Assert.Equal([9, 10, 11, 12, 13, 14, 15, 16], slots.Select(slot => slot.Start.Hour));
        Assert.All(slots, slot => Assert.Equal(second.Id, slot.Host));
        Assert.Equal(7, (await salon.Scope.Booking().Slots(salon.Service.Id, salon.Host.Id, salon.Day, salon.Day.AddDays(1), null)).Slots.Length);
    }

    [Fact, Trait("Abuse", "38"), Promise("R34")]
    public async Task A_business_that_is_gone_is_said_to_be()
    {
        var salon = await Salon.Open(backend);
        await salon.Book(salon.At(10));
        await salon.Scope.Tenant().Erase();
        Assert.IsType<BookOutcome.Gone>(await salon.Schedule.Book(Salon.Id(backend), salon.Form(salon.At(11))));
        Assert.Null(await salon.Scope.Booking().Look());
        Assert.Equal(BookingChange.Gone, await salon.Scope.Booking().PutHost(salon.Host));
        Assert.Equal(0, await salon.Rows("true"));
    }
}
