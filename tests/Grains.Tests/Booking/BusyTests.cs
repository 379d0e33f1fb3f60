using Backsoon.Tenants;

namespace Backsoon.Booking;

[Collection(Backend.Name)]
public sealed class BusyTests(Backend backend)
{
    [Fact, Promise("R20")]
    public async Task Busy_times_of_the_chosen_calendars_are_told_with_their_age()
    {
        await using var office = await CalendarOffice.Open(backend);
        office.Google.Busy[office.Google.Email] = [office.Hour(30), office.Hour(2), office.Hour(24 * 30)];
        await office.Connect();
        var asked = office.Clock.GetUtcNow();

        var snapshot = await office.Busy();

        Assert.Equal((true, true, asked), (snapshot.IsConnected, snapshot.IsKnown, snapshot.AsOf));
        Assert.Equal([office.Hour(2).Start, office.Hour(30).Start], snapshot.Busy.Select(period => period.Start));
        Assert.Equal(asked, (await office.Calendar.Look()).AsOf);
        Assert.Equal(office.Hour(24 * 30).End, Assert.Single((await office.Calendar.Busy(asked.AddDays(20), asked.AddDays(200))).Busy).End);
        Assert.Empty(office.Google.Violations);
    }

    [Fact]
    public async Task Google_is_asked_once_by_many_and_again_when_what_it_said_is_no_longer_fresh()
    {
        await using var office = await CalendarOffice.Open(backend);
        await office.Connect();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => office.Busy()));
        Assert.Equal(1, Asked(office));
        office.Google.Busy[office.Google.Email] = [office.Hour(2)];
        await office.Advance(BusyTimes.FreshFor);

        Assert.Single((await office.Busy()).Busy);
        Assert.Equal(2, Asked(office));
    }

    [Fact, Trait("Abuse", "39")]
    public async Task A_calendar_that_answers_with_an_error_is_unknown_and_never_free()
    {
        await using var office = await CalendarOffice.Open(backend);
        office.Google.Others.Add(("family", "reader"));
        office.Google.Busy["family"] = [];
        await office.Connect();
        await office.Calendar.Choose([office.Google.Email, "family"], office.Google.Email);
        Assert.True((await office.Busy()).IsKnown);

        office.Google.Busy.Remove("family");
        await office.Advance(BusyTimes.FreshFor);

        Assert.False((await office.Busy()).IsKnown);
        await Backend.Eventually(async () => (await office.Scope.Calendars().Troubled()) is [{ Trouble: CalendarTrouble.Unreadable }], "the owner can see it");
        office.Google.Busy["family"] = [];
        await office.Advance(BusyTimes.FreshFor);
        Assert.True((await office.Busy()).IsKnown);
        await Backend.Eventually(async () => (await office.Scope.Calendars().Troubled()).IsEmpty && (await office.Calendar.Look()).Trouble is null, "it is over");
    }

    [Theory]
    [InlineData(GoogleFault.TooManyRequests)]
    [InlineData(GoogleFault.RateLimit)]
    [InlineData(GoogleFault.UserRateLimit)]
    [InlineData(GoogleFault.ErrorBefore)]
    [InlineData(GoogleFault.ErrorAfter)]
    [InlineData(GoogleFault.GarbageAfter)]
    [InlineData(GoogleFault.ResetBefore)]
    [InlineData(GoogleFault.ResetAfter)]
    [InlineData(GoogleFault.CalendarError)]
    public async Task Whatever_goes_wrong_at_first_nothing_is_free_until_it_is_known(GoogleFault fault)
    {
        await using var office = await CalendarOffice.Open(backend);
        office.Google.Busy[office.Google.Email] = [office.Hour(2)];
        await office.Connect();
        office.Google.Faults.Enqueue(fault);

        var unknown = await office.Busy();

        Assert.Equal((true, false), (unknown.IsConnected, unknown.IsKnown));
        Assert.NotNull((await office.Calendar.Look()).LastError);
        await office.Until(async () => (await office.Busy()).IsKnown, "it is known");
        Assert.Single((await office.Busy()).Busy);
        Assert.Null((await office.Calendar.Look()).LastError);
    }

    [Fact]
    public async Task Google_that_does_not_answer_holds_nobody_up_for_long()
    {
        await using var office = await CalendarOffice.Open(backend);
        await office.Connect();
        office.Google.Faults.Enqueue(GoogleFault.SilenceAfter);

        var busy = office.Busy();
        await Backend.Eventually(() => Task.FromResult(office.Google.Fired.Contains(GoogleFault.SilenceAfter)), "Google is asked");
        Assert.Equal(office.Google.Email, (await office.Calendar.Look()).Email!.Value);
        await office.Advance(TimeSpan.FromSeconds(6));

        Assert.False((await busy).IsKnown);
    }

    [Fact]
    public async Task An_answer_stands_in_for_some_minutes_for_one_that_does_not_come_and_then_no_more()
    {
        await using var office = await CalendarOffice.Open(backend);
        office.Google.Busy[office.Google.Email] = [office.Hour(2)];
        await office.Connect();
        var told = await office.Busy();
        office.Google.IsAway = true;

        await office.Advance(TimeSpan.FromMinutes(2));
        var stale = await office.Busy();
        Assert.Equal((true, told.AsOf), (stale.IsKnown, stale.AsOf));
        Assert.Single(stale.Busy);
        await office.Advance(BusyTimes.StaleFor);

        Assert.False((await office.Busy()).IsKnown);
    }

    [Fact]
    public async Task While_google_fails_it_is_left_alone_ever_longer()
    {
        await using var office = await CalendarOffice.Open(backend);
        await office.Connect();
        office.Google.IsAway = true;

        for (var second = 0; second < 600; second++)
        {
            await office.Busy();
            office.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(Asked(office) + office.Google.Calls.Count(call => call == "POST /token refresh_token"), 10, 25);
    }

    [Fact]
    public async Task A_token_that_is_over_is_renewed_once()
    {
        await using var office = await CalendarOffice.Open(backend);
        await office.Connect();
        await office.Busy();
        office.Google.ExpireTokens();
        await office.Advance(BusyTimes.FreshFor);
        var before = office.Google.Calls.Count(call => call == "POST /token refresh_token");

        Assert.True((await office.Busy()).IsKnown);
        Assert.Equal(before + 1, office.Google.Calls.Count(call => call == "POST /token refresh_token"));

        await office.Advance(TimeSpan.FromHours(1));
        Assert.True((await office.Busy()).IsKnown);
        Assert.Equal(before + 2, office.Google.Calls.Count(call => call == "POST /token refresh_token"));
    }

    [Fact, Promise("R19", "R24")]
    public async Task Of_what_google_says_nothing_goes_anywhere_but_into_what_is_offered()
    {
        const string secret = "zqvisitor";
        await using var office = await CalendarOffice.Open(backend);
        var odd = new DateTimeOffset(2026, 1, 6, 3, 41, 27, TimeSpan.Zero);
        office.Google.Busy[office.Google.Email] = [(odd, odd.AddMinutes(13))];
        office.Google.Indiscretion = secret;
        await office.Connect();

        var snapshot = await office.Busy();
        await office.Tell(office.Appointment());
        await office.Written();
        office.Google.Revoke();
        office.Google.ExpireTokens();
        await office.Advance(BusyTimes.FreshFor);
        await office.Busy();
        await office.Mails.Next(office.Owner, "calendar-ended");

        // What is passed on is two instants, and there is no field for more.
        Assert.Equal(new BusyPeriod(odd, odd.AddMinutes(13)), Assert.Single(snapshot.Busy));
        Assert.Equal(["End", "Start"], typeof(BusyPeriod).GetProperties().Select(property => property.Name).Order());
        Assert.Empty(await Dump.Find(office.Database, [secret, "03:41:27", "3:41:27"]));
        Assert.All(office.Mails.To(office.Owner), mail => Assert.DoesNotContain(secret, $"{mail.Subject} {mail.Text} {mail.Mail.Html}", StringComparison.Ordinal));
        // Nothing is asked that could tell more: no event is ever read.
        Assert.DoesNotContain(office.Google.Calls, call => call.StartsWith("GET ", StringComparison.Ordinal) && call.Contains("/events", StringComparison.Ordinal));
        Assert.Empty(office.Google.Violations);
    }

    private static int Asked(CalendarOffice office) => office.Google.Calls.Count(call => call == "POST /calendar/v3/freeBusy");
}
