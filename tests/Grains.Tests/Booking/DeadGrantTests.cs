namespace Backsoon.Booking;

/// <summary>What happens when Google lets nobody in any more.</summary>
[Collection(Backend.Name)]
public sealed class DeadGrantTests(Backend backend)
{
    [Fact, Trait("Abuse", "39")]
    public async Task The_owner_is_told_once_and_at_once_and_google_is_left_alone()
    {
        await using var office = await CalendarOffice.Open(backend);
        office.Google.Busy[office.Google.Email] = [office.Hour(2)];
        await office.Connect();
        var before = await office.Busy();
        End(office);

        var snapshot = await office.Busy();

        // Bookings go on by what was said last.
        Assert.Equal((true, true, before.AsOf), (snapshot.IsConnected, snapshot.IsKnown, snapshot.AsOf));
        Assert.Single(snapshot.Busy);
        var mail = await office.Mails.Next(office.Owner, "calendar-ended");
        Assert.Contains(office.Google.Email, mail.Text);
        Assert.Contains("/bookings/calendars", mail.Text);
        Assert.Equal(CalendarTrouble.Ended, Assert.Single(await office.Scope.Calendars().Troubled()).Trouble);
        Assert.Equal(CalendarTrouble.Ended, (await office.Calendar.Look()).Trouble);

        var calls = office.Google.Calls.Count;
        await office.Tell(office.Appointment());
        for (var hour = 0; hour < 48; hour++)
        {
            await office.Advance(TimeSpan.FromHours(1));
            await office.Busy();
        }

        await office.Restart();
        Assert.True((await office.Busy()).IsKnown);
        Assert.Equal(calls, office.Google.Calls.Count);
        Assert.Single(office.Mails.To(office.Owner));
    }

    [Fact]
    public async Task What_was_booked_meanwhile_is_written_after_reconnecting_in_order()
    {
        await using var office = await CalendarOffice.Open(backend);
        office.Google.Others.Add(("work", "owner"));
        await office.Connect();
        await office.Calendar.Choose([office.Google.Email], "work");
        var (first, second) = (office.Appointment(), office.Appointment("Joana Reis"));
        await office.Tell(first);
        await office.Written();
        End(office);
        await office.Tell(first with { Sequence = 1, Title = "Moved" }, second);
        await office.Until(async () => (await office.Calendar.Look()).Trouble == CalendarTrouble.Ended, "it is noticed");
        await office.Tell(second with { Sequence = 1, Kind = CalendarWriteKind.Delete });
        await office.Advance(TimeSpan.FromDays(3));
        Assert.Equal((3, 0), (await office.Calendar.Look()) is var view ? (view.Waiting, view.Parked) : default);

        Assert.IsType<ConnectOutcome.Connected>(await office.Connect());
        await office.Written();

        Assert.Equal("Moved", CalendarOffice.Text(Assert.Single(office.Google.Events("work")), "summary"));
        Assert.Empty(office.Google.Events());
        Assert.Null((await office.Calendar.Look()).Trouble);
        Assert.Empty(await office.Scope.Calendars().Troubled());
        // The second end is told as the first was.
        End(office);
        await office.Advance(BusyTimes.FreshFor);
        await office.Busy();
        await office.Mails.Next(office.Owner, "calendar-ended", 2);
    }

    [Fact]
    public async Task A_writer_who_finds_it_out_first_tells_the_owner_too()
    {
        await using var office = await CalendarOffice.Open(backend);
        await office.Connect();
        End(office);

        await office.Tell(office.Appointment());

        await office.Mails.Next(office.Owner, "calendar-ended");
        Assert.Equal(1, await office.Waiting());
    }

    [Fact]
    public async Task It_can_be_disconnected_all_the_same()
    {
        await using var office = await CalendarOffice.Open(backend);
        await office.Connect();
        End(office);
        await office.Busy();

        var view = await office.Calendar.Disconnect();

        Assert.Equal((null, null, null), (view.Email, view.Trouble, view.RevokingUntil));
        Assert.Equal(BusySnapshot.None, await office.Busy());
    }

    [Fact]
    public async Task A_credential_of_ours_that_google_does_not_know_ends_nothing()
    {
        await using var office = await CalendarOffice.Open(backend);
        await office.Connect();
        office.Google.ForgetsClient = true;

        Assert.False((await office.Busy()).IsKnown);
        Assert.Null((await office.Calendar.Look()).Trouble);
        Assert.Contains("credentials", (await office.Calendar.Look()).LastError);
        office.Google.ForgetsClient = false;
        await office.Until(async () => (await office.Busy()).IsKnown, "it is known again");
        Assert.Empty(office.Mails.To(office.Owner));
    }

    private static void End(CalendarOffice office)
    {
        office.Google.Revoke();
        office.Google.ExpireTokens();
        office.Clock.Advance(BusyTimes.FreshFor);
    }
}
