using Backsoon.Accounts;
using Backsoon.Mail;

namespace Backsoon.Booking;

/// <summary>Appointments of a host whose calendar is connected: what it hides, and what comes to stand in it.</summary>
[Collection(Backend.Name)]
public sealed class BookedCalendarTests(Backend backend)
{
    private static readonly DateTimeOffset s_day = new(2026, 1, 8, 0, 0, 0, TimeSpan.Zero);
    private static readonly Service s_lesson = Shop.Lesson;

    [Fact, Promise("R17", "R18", "R20")]
    public async Task Busy_times_hide_slots_and_an_appointment_asks_anew()
    {
        await using var office = await Open();
        office.Google.Busy[office.Google.Email] = [(s_day.AddHours(10), s_day.AddHours(11.5))];
        Assert.Contains(s_day.AddHours(10), await Starts(office));
        await office.Connect();

        Assert.Equal([s_day.AddHours(9), s_day.AddHours(12)], await Starts(office, 9, 13));
        Assert.Equal(SlotReason.CalendarBusy, (await Schedule(office).Why(s_lesson.Id, s_day.AddHours(11), null)).Reason);
        office.Google.Busy[office.Google.Email].Add((s_day.AddHours(15), s_day.AddHours(16)));
        await office.Advance(BusyTimes.FreshFor);
        var refused = Assert.IsType<BookOutcome.Taken>(await Schedule(office).Book(Id(office), Form(s_day.AddHours(15))));

        Assert.Equal(SlotReason.CalendarBusy, refused.Why);
        Assert.Contains(refused.Nearest, slot => slot.Start == s_day.AddHours(14));
        Assert.Equal(0, await office.Database.Scalar<long>("select count(*) from appointment"));
    }

    [Fact, Promise("R20")]
    public async Task While_a_calendar_does_not_tell_nothing_is_offered_or_taken_but_by_the_owner()
    {
        await using var office = await Open();
        await office.Connect();
        office.Google.Busy.Remove(office.Google.Email);

        var slots = await Schedule(office).Slots(s_lesson.Id, s_day, s_day.AddDays(1), null);

        Assert.Equal((0, false), (slots.Slots.Length, slots.IsCalendarKnown));
        Assert.Equal(SlotReason.CalendarUnknown, Assert.IsType<BookOutcome.Taken>(await Schedule(office).Book(Id(office), Form(s_day.AddHours(15)))).Why);
        Assert.IsType<BookOutcome.Booked>(await Schedule(office).BookByOwner(Id(office), Form(s_day.AddHours(15)), AccountId.New(office.Clock.GetUtcNow())));
    }

    [Fact, Promise("R20")]
    public async Task An_installation_that_lost_its_access_to_google_offers_nothing_with_a_connected_host()
    {
        await using var office = await Open();
        office.Google.Busy[office.Google.Email] = [(s_day.AddHours(10), s_day.AddHours(11))];
        await office.Connect();
        await office.Restart(withGoogle: false);

        var slots = await Schedule(office).Slots(s_lesson.Id, s_day, s_day.AddDays(1), null);

        Assert.Equal((0, false), (slots.Slots.Length, slots.IsCalendarKnown));
        Assert.Equal(SlotReason.CalendarUnknown, Assert.IsType<BookOutcome.Taken>(await Schedule(office).Book(Id(office), Form(s_day.AddHours(10)))).Why);
        Assert.Equal(CalendarTrouble.Unasked, (await office.Calendar.Look()).Trouble);
        Assert.Equal((office.Host, CalendarTrouble.Unasked), Assert.Single(await office.Scope.Calendars().Troubled()) is var one ? (one.Host, one.Trouble) : default);
        await office.Restart(withGoogle: true);
        Assert.Equal([s_day.AddHours(9), s_day.AddHours(11)], await Starts(office, 9, 12));
        Assert.Empty(await office.Scope.Calendars().Troubled());
        await office.Restart(withGoogle: false);
        await office.Calendar.Disconnect();
        Assert.Equal([s_day.AddHours(9), s_day.AddHours(10), s_day.AddHours(11)], await Starts(office, 9, 12));
        Assert.Empty(await office.Scope.Calendars().Troubled());
    }

    [Fact, Promise("R21")]
    public async Task An_appointment_is_an_event_is_moved_with_it_and_goes_with_it()
    {
        await using var office = await Open();
        await office.Connect();

        var booked = await Book(office, s_day.AddHours(10));
        await office.Written();
        var made = Assert.Single(office.Google.Events());
        Assert.Equal(("Lesson: Tom Baker", "1 Quay", "2026-01-08T10:00:00Z"), (CalendarOffice.Text(made, "summary"), CalendarOffice.Text(made, "location"), (string)made["start"]!["dateTime"]!));
        Assert.All(["+351 910 000 001", "tom@example.com", "I come with a dog.", booked.Reference], said => Assert.Contains(said, CalendarOffice.Text(made, "description"), StringComparison.Ordinal));

        Assert.IsType<MoveOutcome.Moved>(await office.Scope.Appointment(booked.Id).MoveAsGuest(office.Host, s_day.AddHours(12), Id(office)));
        await office.Written();
        Assert.Equal("2026-01-08T12:00:00Z", (string)Assert.Single(office.Google.Events())["start"]!["dateTime"]!);
        Assert.Equal(CancelOutcome.Cancelled, await office.Scope.Appointment(booked.Id).CancelAsGuest(""));
        await office.Written();

        Assert.Empty(office.Google.Events());
        Assert.Equal(["invited", "updated", "cancelled"], office.Google.Notices.Select(notice => notice.What));
        Assert.Empty(office.Google.Violations);
    }

    [Theory, Promise("R32", "C27", "W23")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_guest_who_is_removed_goes_from_the_calendar_too_whether_the_time_is_to_come_or_over(bool isOver)
    {
        await using var office = await Open();
        await office.Connect();
        var booked = await Book(office, s_day.AddHours(10));
        var other = await Book(office, s_day.AddHours(12));
        await office.Written();
        Assert.Equal(2, office.Google.Events().Count);
        if (isOver)
            await office.Advance(s_day.AddDays(1) - office.Clock.GetUtcNow());

        await office.Scope.Appointment(booked.Id).ForgetGuest(AccountId.New(office.Clock.GetUtcNow()));
        await office.Written();

        Assert.Equal(GoogleCalendar.EventId(other.Id, office.Host), CalendarOffice.Text(Assert.Single(office.Google.Events()), "id"));
        Assert.True((await office.Scope.Appointment(booked.Id).Look())!.Guest.IsRemoved);
        Assert.Empty(office.Google.Violations);
    }

    [Theory, Promise("R32", "C27", "W23")]
    [InlineData(GoogleFault.ErrorBefore)]
    [InlineData(GoogleFault.ErrorAfter)]
    public async Task A_guest_who_is_removed_while_it_is_not_known_whether_the_calendar_was_told_does_not_stand_in_it(GoogleFault fault)
    {
        await using var office = await Open();
        await office.Connect();
        // One for the question what is busy, one for the event.
        office.Google.Faults.Enqueue(fault);
        office.Google.Faults.Enqueue(fault);
        var booked = Assert.IsType<BookOutcome.Booked>(await Schedule(office).BookByOwner(Id(office), Form(s_day.AddHours(10)), AccountId.New(office.Clock.GetUtcNow()))).Appointment;
        await Backend.Eventually(() => Task.FromResult(office.Google.Faults.IsEmpty), "Google was told and failed");
        await office.Until(() => Task.FromResult(true), "it has been heard");
        Assert.Equal(fault == GoogleFault.ErrorAfter ? 1 : 0, office.Google.Events().Count);

        await office.Scope.Appointment(booked.Id).ForgetGuest(AccountId.New(office.Clock.GetUtcNow()));
        await office.Written();

        Assert.Empty(office.Google.Events());
        Assert.Equal(0, await office.Database.Scalar<long>("select count(*) from calendar_event"));
    }

    [Fact]
    public async Task An_appointment_that_goes_to_another_host_with_the_same_calendar_stays_one_event()
    {
        await using var office = await Open();
        var other = new Guid("018f0000-0000-7000-8000-0000000000a2");
        await office.Scope.Booking().PutHost(new Host(other, "Rui", EmailAddress.Parse("rui@example.com"), Active: true, null, "Europe/Lisbon"));
        await office.Scope.Booking().PutService(s_lesson with { Hosts = [office.Host, other] });
        await office.Connect();
        var answer = await GoogleStandIn.Answer((await office.Scope.Calendar(other).Consent(CalendarOffice.Session))!);
        Assert.IsType<ConnectOutcome.Connected>(await office.Scope.Calendar(other).Connect(CalendarOffice.Session, answer["state"], answer["code"]));
        var booked = await Book(office, s_day.AddHours(10));
        await office.Written();

        Assert.IsType<MoveOutcome.Moved>(await office.Scope.Appointment(booked.Id).MoveAsGuest(other, s_day.AddHours(10), Id(office)));
        await office.Written();

        Assert.Equal(GoogleCalendar.EventId(booked.Id, other), CalendarOffice.Text(Assert.Single(office.Google.Events()), "id"));
    }

    [Fact]
    public async Task What_was_booked_here_is_not_in_its_own_way_when_it_comes_back_as_busy()
    {
        await using var office = await Open(service => service with { Seats = 2, Step = TimeSpan.FromMinutes(30) });
        await office.Connect();
        var booked = await Book(office, s_day.AddHours(10));
        // Google tells of neighbours as of one.
        office.Google.Busy[office.Google.Email] = [(s_day.AddHours(9.5), s_day.AddHours(11))];
        await office.Advance(BusyTimes.FreshFor);

        Assert.Equal(SlotReason.CalendarBusy, (await Schedule(office).Why(s_lesson.Id, s_day.AddHours(9), null)).Reason);
        var second = await Book(office, s_day.AddHours(10));
        Assert.Equal(CancelOutcome.Cancelled, await office.Scope.Appointment(second.Id).CancelAsGuest(""));
        Assert.IsType<MoveOutcome.Moved>(await office.Scope.Appointment(booked.Id).MoveAsGuest(office.Host, s_day.AddHours(10.5), Id(office)));
    }

    private async Task<CalendarOffice> Open(Func<Service, Service>? change = null)
    {
        var office = await CalendarOffice.Open(backend);
        await office.Scope.Booking().PutHost(new Host(office.Host, "Ana", office.Owner, Active: true, null, "Europe/Lisbon"));
        await office.Scope.Booking().Change(BookingSettings.Default with { IsOn = true });
        await office.Scope.Booking().PutService((change ?? (service => service))(s_lesson with { Hosts = [office.Host] }));
        return office;
    }

    private static IScheduleGrain Schedule(CalendarOffice office) => office.Scope.Schedule(office.Host);

    private static async Task<DateTimeOffset[]> Starts(CalendarOffice office, int from = 0, int until = 24) =>
        [.. (await Schedule(office).Slots(s_lesson.Id, s_day.AddHours(from), s_day.AddHours(until), null)).Slots.Select(slot => slot.Start)];

    private static async Task<Appointment> Book(CalendarOffice office, DateTimeOffset start) => Assert.IsType<BookOutcome.Booked>(await Schedule(office).Book(Id(office), Form(start))).Appointment;

    private static BookingForm Form(DateTimeOffset start) => new(s_lesson.Id, start, "Tom Baker", EmailAddress.Parse("tom@example.com"), "+351 910 000 001", "I come with a dog.", [], "Europe/Madrid");

    private static Guid Id(CalendarOffice office) => Guid.CreateVersion7(office.Clock.GetUtcNow());
}
