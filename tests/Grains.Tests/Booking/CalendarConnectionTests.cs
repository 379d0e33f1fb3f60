using Backsoon.Tenants;

namespace Backsoon.Booking;

[Collection(Backend.Name)]
public sealed class CalendarConnectionTests(Backend backend)
{
    [Fact, Promise("R18", "R22")]
    public async Task A_host_connects_and_sees_whose_calendar_it_is()
    {
        await using var office = await CalendarOffice.Open(backend);
        Assert.Equal(BusySnapshot.None, await office.Busy());
        Assert.Null((await office.Calendar.Look()).Email);

        var outcome = await office.Connect();

        Assert.Equal(office.Google.Email, Assert.IsType<ConnectOutcome.Connected>(outcome).Email.Value);
        var view = await office.Calendar.Look();
        Assert.Equal((true, office.Google.Email, 1, null), (view.IsOffered, view.Email!.Value, view.Reads, view.Trouble));
        await office.Restart();
        Assert.Equal(view.Email, (await office.Calendar.Look()).Email);
        Assert.Empty(office.Google.Violations);
    }

    [Fact]
    public async Task What_gives_access_is_nowhere_in_clear()
    {
        await using var office = await CalendarOffice.Open(backend);
        await office.Connect();
        await office.Busy();

        Assert.Empty(await Dump.Find(office.Database, ["1//", "ya29.", office.Google.Email]));
    }

    [Fact]
    public async Task A_consent_is_good_once_for_the_session_that_asked_and_for_half_an_hour()
    {
        await using var office = await CalendarOffice.Open(backend);
        var answer = await GoogleStandIn.Answer((await office.Calendar.Consent(CalendarOffice.Session))!);
        var another = await GoogleStandIn.Answer((await office.Calendar.Consent(CalendarOffice.Session))!);

        Assert.IsType<ConnectOutcome.Stale>(await office.Calendar.Connect("another", answer["state"], answer["code"]));
        Assert.IsType<ConnectOutcome.Stale>(await office.Calendar.Connect(CalendarOffice.Session, answer["state"][..^3] + "AAA", answer["code"]));
        Assert.IsType<ConnectOutcome.Stale>(await office.Calendar.Connect(CalendarOffice.Session, "", answer["code"]));
        Assert.IsType<ConnectOutcome.Stale>(await office.Scope.Calendar(Guid.Empty).Connect(CalendarOffice.Session, answer["state"], answer["code"]));
        Assert.DoesNotContain("POST /token authorization_code", office.Google.Calls);

        Assert.IsType<ConnectOutcome.Connected>(await office.Calendar.Connect(CalendarOffice.Session, answer["state"], answer["code"]));
        await office.Restart();
        Assert.IsType<ConnectOutcome.Stale>(await office.Calendar.Connect(CalendarOffice.Session, answer["state"], answer["code"]));
        await office.Advance(ConsentSeal.Life);
        Assert.IsType<ConnectOutcome.Stale>(await office.Calendar.Connect(CalendarOffice.Session, another["state"], another["code"]));
    }

    [Fact]
    public async Task A_code_of_another_consent_does_not_fit()
    {
        await using var office = await CalendarOffice.Open(backend);
        var answer = await GoogleStandIn.Answer((await office.Calendar.Consent(CalendarOffice.Session))!);
        var another = await GoogleStandIn.Answer((await office.Calendar.Consent(CalendarOffice.Session))!);

        Assert.IsType<ConnectOutcome.Failed>(await office.Calendar.Connect(CalendarOffice.Session, answer["state"], another["code"]));
        Assert.Null((await office.Calendar.Look()).Email);
    }

    [Theory]
    [InlineData("calendar.freebusy", false, true)]
    [InlineData("calendar.events.owned", true, false)]
    public async Task With_a_box_left_unticked_nothing_is_connected_and_what_was_given_is_given_back(string missing, bool mayRead, bool mayWrite)
    {
        await using var office = await CalendarOffice.Open(backend);
        office.Google.Granted = string.Join(' ', GoogleStandIn.Scopes.Split(' ').Where(scope => !scope.EndsWith(missing, StringComparison.Ordinal)));

        Assert.Equal(new ConnectOutcome.Partial(mayRead, mayWrite), await office.Connect());

        Assert.Null((await office.Calendar.Look()).Email);
        Assert.False(office.Google.IsGranted);
        office.Google.Granted = GoogleStandIn.Scopes;
        Assert.IsType<ConnectOutcome.Connected>(await office.Connect());
    }

    [Fact]
    public async Task The_owner_chooses_which_calendars_hide_slots_and_which_is_written_to()
    {
        await using var office = await CalendarOffice.Open(backend);
        office.Google.Others.AddRange([("work", "owner"), ("family", "reader"), ("holidays", "freeBusyReader")]);
        office.Google.Busy["family"] = [office.Hour(3)];
        await office.Connect();

        var listed = (await office.Calendar.Calendars())!.Value;
        Assert.Equal([office.Google.Email, "work", "family", "holidays"], listed.Select(choice => choice.Id));
        Assert.Equal([true, true, false, false], listed.Select(choice => choice.IsWritable));
        Assert.Equal([office.Google.Email], listed.Where(choice => choice is { IsRead: true, IsWritten: true }).Select(choice => choice.Id));
        Assert.Empty((await office.Busy()).Busy);

        Assert.False(await office.Calendar.Choose(["family"], "family"));
        Assert.False(await office.Calendar.Choose(["family"], "somebody-elses"));
        Assert.True(await office.Calendar.Choose([office.Google.Email, "family", "somebody-elses"], "work"));

        Assert.Equal(office.Hour(3).Start, Assert.Single((await office.Busy()).Busy).Start);
        Assert.Equal(2, (await office.Calendar.Look()).Reads);
        await office.Tell(office.Appointment());
        await office.Written();
        Assert.Single(office.Google.Events("work"));
        Assert.Empty(office.Google.Violations);
    }

    [Fact, Promise("R23")]
    public async Task Disconnecting_deletes_what_gives_access_and_revokes_it()
    {
        await using var office = await CalendarOffice.Open(backend);
        await office.Connect();
        await office.Insert(office.Appointment());

        var view = await office.Calendar.Disconnect();

        Assert.Equal((null, null, 0), (view.Email, view.RevokingUntil, view.Waiting));
        Assert.False(office.Google.IsGranted);
        Assert.Equal(BusySnapshot.None, await office.Busy());
        Assert.Equal(0, await office.Database.Scalar<long>("select count(*) from calendar_connection") + await office.Waiting());
        await office.Advance(ConsentSeal.Life);
        await office.Until(async () => await office.Database.Scalar<long>("select count(*) from grain_state where grain_type in ('calendar', 'revocation')") == 0, "nothing is kept", TimeSpan.FromMinutes(1));
        // What is disconnected gets no events any more.
        await office.Insert(office.Appointment());
        Assert.Equal(0, await office.Waiting());
    }

    [Fact, Promise("R23", "R34")]
    public async Task While_google_is_away_it_is_said_and_revoking_is_tried_until_it_succeeds()
    {
        await using var office = await CalendarOffice.Open(backend);
        await office.Connect();
        office.Google.IsAway = true;

        var until = (await office.Calendar.Disconnect()).RevokingUntil;

        Assert.Equal(office.Clock.GetUtcNow() + RevocationGrain.Deadline, until);
        Assert.True(RevocationGrain.Deadline < TimeSpan.FromDays(7));
        Assert.Equal(BusySnapshot.None, await office.Busy());
        await office.Restart();
        await office.Advance(TimeSpan.FromHours(1));
        Assert.Equal(until, (await office.Calendar.Look()).RevokingUntil);
        office.Google.IsAway = false;
        await office.Until(() => Task.FromResult(!office.Google.IsGranted), "it is revoked", TimeSpan.FromMinutes(10));
        await office.Until(async () => (await office.Calendar.Look()).RevokingUntil is null, "it is said so");
    }

    [Fact, Promise("R34")]
    public async Task What_cannot_be_revoked_for_a_week_is_forgotten_here_all_the_same()
    {
        await using var office = await CalendarOffice.Open(backend);
        await office.Connect();
        office.Google.IsAway = true;
        await office.Calendar.Disconnect();

        await office.Until(async () => (await office.Calendar.Look()).RevokingUntil is null, "it is over", TimeSpan.FromHours(3));

        Assert.InRange(office.Google.Calls.Count(call => call == "POST /revoke"), 12, 40);
        Assert.Equal(0, await office.Database.Scalar<long>("select count(*) from grain_state where grain_type = 'revocation'"));
        Assert.Equal(0, await office.Database.Scalar<long>("select count(*) from reminder where grain_id like 'revocation/%'"));
    }

    [Fact]
    public async Task Connecting_again_is_not_undone_by_what_is_still_to_be_revoked()
    {
        await using var office = await CalendarOffice.Open(backend);
        await office.Connect();
        office.Google.IsAway = true;
        await office.Calendar.Disconnect();
        office.Google.IsAway = false;

        await office.Connect();
        await office.Until(async () => await office.Database.Scalar<long>("select count(*) from reminder where grain_id like 'revocation/%'") == 0, "nothing is left to revoke", TimeSpan.FromHours(1));

        Assert.True(office.Google.IsGranted);
        Assert.True((await office.Busy()).IsKnown);
    }

    [Fact]
    public async Task Another_persons_calendar_takes_the_place_of_the_first_whose_access_is_given_back()
    {
        await using var office = await CalendarOffice.Open(backend);
        await office.Connect();
        var first = office.Google.Email;
        office.Google.Email = "rui.host@gmail.example";
        office.Google.Busy[office.Google.Email] = [office.Hour(5)];

        await office.Connect();

        Assert.Equal("rui.host@gmail.example", (await office.Calendar.Look()).Email!.Value);
        Assert.Single((await office.Busy()).Busy);
        office.Google.Email = first;
        Assert.False(office.Google.IsGranted);
    }

    [Fact, Promise("R43", "R34")]
    public async Task When_the_business_goes_access_is_revoked_and_nothing_is_left()
    {
        const string word = "zcalendarious";
        await using var office = await CalendarOffice.Open(backend, owner: $"owner.{word}@example.com");
        office.Google.Email = $"ana.{word}@gmail.example";
        await office.Connect();
        await office.Insert(office.Appointment(word));
        office.Google.IsAway = true;

        await office.Scope.Tenant().Erase();

        await Backend.Eventually(async () => (await Dump.Find(office.Database, [word, office.Tenant.Value])).Count == 0, $"nothing is left but {string.Join(", ", await Dump.Find(office.Database, [word, office.Tenant.Value]))}");
        Assert.True(office.Google.IsGranted);
        office.Google.IsAway = false;
        await office.Until(() => Task.FromResult(!office.Google.IsGranted), "it is revoked", TimeSpan.FromMinutes(10));
        Assert.Empty(await Dump.Find(office.Database, [word, office.Tenant.Value]));
    }
}
