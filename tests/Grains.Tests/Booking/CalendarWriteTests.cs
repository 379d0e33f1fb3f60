namespace Backsoon.Booking;

[Collection(Backend.Name)]
public sealed class CalendarWriteTests(Backend backend)
{
    [Fact, Promise("R21")]
    public async Task An_appointment_stands_in_the_chosen_calendar_and_the_guest_is_invited()
    {
        await using var office = await CalendarOffice.Open(backend);
        await office.Connect();
        var booked = office.Appointment();

        await office.Tell(booked);
        await office.Written();

        var made = Assert.Single(office.Google.Events());
        Assert.Equal(("Viewing with Tom Baker", "Phone: +351 910 000 001", "14 Elm Street"), (CalendarOffice.Text(made, "summary"), CalendarOffice.Text(made, "description"), CalendarOffice.Text(made, "location")));
        Assert.Equal("2026-01-06T09:00:00Z", (string)made["start"]!["dateTime"]!);
        Assert.Equal("Europe/Lisbon", (string)made["start"]!["timeZone"]!);
        Assert.Equal("tom@example.com", (string)made["attendees"]![0]!["email"]!);
        Assert.Equal([(GoogleCalendar.EventId(booked.Appointment, office.Host), "invited")], office.Google.Notices);
        Assert.Empty(office.Google.Violations);
    }

    [Fact]
    public async Task It_is_moved_and_cancelled_there_as_it_is_here()
    {
        await using var office = await CalendarOffice.Open(backend);
        await office.Connect();
        var booked = office.Appointment();
        await office.Tell(booked);
        await office.Written();

        await office.Tell(booked with { Sequence = 1, Start = booked.Start.AddHours(3), End = booked.End.AddHours(3) });
        await office.Written();
        Assert.Equal("2026-01-06T12:00:00Z", (string)Assert.Single(office.Google.Events())["start"]!["dateTime"]!);
        await office.Tell(booked with { Sequence = 2, Kind = CalendarWriteKind.Delete });
        await office.Written();

        Assert.Empty(office.Google.Events());
        Assert.Equal(["invited", "updated", "cancelled"], office.Google.Notices.Select(notice => notice.What));
        Assert.Equal(0, await office.Database.Scalar<long>("select count(*) from calendar_event"));
    }

    [Fact]
    public async Task Of_changes_that_wait_together_the_newest_counts_and_none_comes_after_it()
    {
        await using var office = await CalendarOffice.Open(backend);
        await office.Connect();
        var (moved, cancelled) = (office.Appointment(), office.Appointment("Joana Reis"));

        await office.Tell(moved with { Sequence = 1, Title = "Moved" }, moved, cancelled, cancelled with { Sequence = 1, Kind = CalendarWriteKind.Delete });
        await office.Written();

        Assert.Equal("Moved", CalendarOffice.Text(Assert.Single(office.Google.Events()), "summary"));
        Assert.Equal([(GoogleCalendar.EventId(moved.Appointment, office.Host), "invited")], office.Google.Notices);
    }

    [Fact]
    public async Task Whatever_google_does_each_appointment_is_one_event_and_ends_as_it_was_last()
    {
        await using var office = await CalendarOffice.Open(backend, misbehaves: true);
        await office.Connect();
        var booked = Enumerable.Range(0, 40).Select(number => office.Appointment($"Guest {number}")).ToArray();
        foreach (var some in booked.Chunk(10))
        {
            await office.Tell(some);
            await office.Advance(TimeSpan.FromSeconds(1));
        }

        await office.Until(async () => await office.Waiting() < 30, "some are written");
        await office.Tell([.. booked.Take(20).Select(write => write with { Sequence = 1, Title = $"{write.Title}, moved", Start = write.Start.AddHours(1), End = write.End.AddHours(1) })]);
        await office.Tell([.. booked.Skip(30).Select(write => write with { Sequence = 1, Kind = CalendarWriteKind.Delete })]);
        await office.Until(async () =>
        {
            await office.Busy();
            return await office.Waiting() == 0 && office.Google.Faults.IsEmpty;
        }, "everything is written");

        Assert.Equal(Enum.GetValues<GoogleFault>().Order(), office.Google.Fired.Order());
        Assert.Equal(
            booked.Take(20).Select(write => $"{write.Title}, moved").Concat(booked.Skip(20).Take(10).Select(write => write.Title)).Order(),
            office.Google.Events().Select(made => CalendarOffice.Text(made, "summary")).Order());
        // A guest is not told twice of the same.
        Assert.All(office.Google.Notices.GroupBy(notice => notice), same => Assert.Single(same));
        Assert.Empty(office.Google.Violations);
    }

    [Fact]
    public async Task What_was_committed_before_a_crash_is_written_after_it()
    {
        await using var office = await CalendarOffice.Open(backend);
        await office.Connect();
        await office.Insert(office.Appointment());
        await office.Restart();

        await office.Written();

        Assert.Single(office.Google.Events());
    }

    [Fact]
    public async Task What_is_refused_for_good_holds_up_nobody_and_waits_for_a_person()
    {
        await using var office = await CalendarOffice.Open(backend);
        office.Google.Others.Add(("work", "owner"));
        await office.Connect();
        await office.Calendar.Choose([office.Google.Email], "work");
        office.Google.Others.Clear();

        await office.Tell(office.Appointment());
        await office.Until(async () => (await office.Calendar.Look()).Parked == 1, "it is given up");
        Assert.Contains("not there any more", (await office.Calendar.Look()).LastError);
        await office.Advance(TimeSpan.FromDays(1));
        Assert.Single(office.Google.Calls, call => call == "POST /calendar/v3/calendars/work/events");

        office.Google.Others.Add(("work", "owner"));
        await office.Calendar.WriteAgain();

        Assert.Single(office.Google.Events("work"));
        Assert.Equal((0, 0), (await office.Calendar.Look()) is var view ? (view.Waiting, view.Parked) : default);
    }

    [Fact]
    public async Task It_is_given_up_after_most_of_a_day_and_the_next_change_is_tried_anew()
    {
        await using var office = await CalendarOffice.Open(backend);
        await office.Connect();
        var booked = office.Appointment();
        office.Google.IsAway = true;
        await office.Tell(booked);
        await office.Until(async () => (await office.Calendar.Look()).Parked == 1, "it is given up", TimeSpan.FromMinutes(20));
        Assert.Equal("Google cannot be reached.", (await office.Calendar.Look()).LastError);

        office.Google.IsAway = false;
        await office.Tell(booked with { Sequence = 1, Title = "Moved" });
        await office.Written();

        Assert.Equal("Moved", CalendarOffice.Text(Assert.Single(office.Google.Events()), "summary"));
    }

    [Fact]
    public async Task An_event_that_the_host_threw_away_is_back_when_its_appointment_is_moved_and_no_trouble_when_it_is_cancelled()
    {
        await using var office = await CalendarOffice.Open(backend);
        await office.Connect();
        var (moved, cancelled) = (office.Appointment(), office.Appointment("Joana Reis"));
        await office.Tell(moved, cancelled);
        await office.Written();
        office.Google.Throw(GoogleCalendar.EventId(moved.Appointment, office.Host));
        office.Google.Throw(GoogleCalendar.EventId(cancelled.Appointment, office.Host));

        await office.Tell(moved with { Sequence = 1, Title = "Moved" }, cancelled with { Sequence = 1, Kind = CalendarWriteKind.Delete });
        await office.Written();

        Assert.Equal("Moved", CalendarOffice.Text(Assert.Single(office.Google.Events()), "summary"));
    }

    [Fact]
    public async Task An_event_stays_in_the_calendar_it_is_in_whichever_is_chosen_later()
    {
        await using var office = await CalendarOffice.Open(backend);
        office.Google.Others.Add(("work", "owner"));
        await office.Connect();
        var (before, after) = (office.Appointment(), office.Appointment("Joana Reis"));
        await office.Tell(before);
        await office.Written();

        await office.Calendar.Choose([office.Google.Email], "work");
        await office.Tell(before with { Sequence = 1, Title = "Moved" }, after);
        await office.Written();

        Assert.Equal("Moved", CalendarOffice.Text(Assert.Single(office.Google.Events()), "summary"));
        Assert.Equal(after.Title, CalendarOffice.Text(Assert.Single(office.Google.Events("work")), "summary"));
    }

    [Theory]
    [InlineData("00000000-0000-0000-0000-000000000000", "00000000000000000000000000")]
    [InlineData("ffffffff-ffff-ffff-ffff-ffffffffffff", "vvvvvvvvvvvvvvvvvvvvvvvvvs")]
    [InlineData("66666666-6666-6666-6666-666666666666", "cpj6cpj6cpj6cpj6cpj6cpj6co")]
    [InlineData("01234567-89ab-cdef-0123-456789abcdef", "04hkaps9lf6uu0938ljojaudts")]
    public void The_id_of_an_event_is_its_appointments_and_its_hosts_in_base32hex(string appointment, string id) =>
        Assert.Equal($"{id}vvvvvvvvvvvvvvvvvvvvvvvvvs", GoogleCalendar.EventId(new Guid(appointment), Guid.AllBitsSet));
}
