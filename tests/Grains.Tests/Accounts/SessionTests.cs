using Backsoon.Promises;

namespace Backsoon.Accounts;

[Collection(Backend.Name)]
public sealed class SessionTests(Backend backend)
{
    [Fact, Trait("Abuse", "21"), Promise("R39")]
    public async Task A_clock_that_is_set_back_revives_no_session_that_was_over()
    {
        await using var database = await backend.NewDatabase();
        using var host = Skewed.Host(backend, database, out var clock);
        await host.StartAsync();
        var session = Skewed.Grains(host).GetGrain<ISessionGrain>($"session/{Person.NewSession()}");
        Assert.True(await session.Start(AccountId.New(clock.GetUtcNow()), null, clock.GetUtcNow() + new Policy().Session));
        clock.Skew = TimeSpan.FromMinutes(-5);
        Assert.NotNull(await session.Check());
        clock.Skew = new Policy().Session;
        Assert.Null(await session.Check());
        clock.Skew = new Policy().Session - TimeSpan.FromMinutes(5);
        Assert.Null(await session.Check());
        await host.StopAsync();
    }

    [Fact, Promise("R39")]
    public async Task A_session_lasts_30_days_to_the_instant()
    {
        var (_, session) = await new Person(backend).SignUp();
        await backend.Advance(TimeSpan.FromDays(30) - TimeSpan.FromTicks(1));
        Assert.NotNull(await Session(session).Check());

        await backend.Advance(TimeSpan.FromTicks(1));
        Assert.Null(await Session(session).Check());

        await backend.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, await backend.Database.Scalar<long>("select count(*) from grain_state where grain_key = $1", $"session/{session}"));
        Assert.Equal(0, await backend.Database.Scalar<long>("select count(*) from reminder where grain_id = $1", $"session/session/{session}"));
    }

    [Fact]
    public async Task A_session_survives_a_restart()
    {
        var (accepted, session) = await new Person(backend).SignUp();
        await backend.Restart();
        Assert.Equal(accepted.Account, (await Session(session).Check())!.Account);
    }

    [Fact]
    public async Task A_session_that_nobody_started_is_none() => Assert.Null(await Session(Person.NewSession()).Check());

    [Fact]
    public async Task Signing_out_ends_the_session_at_once_and_for_good()
    {
        var (accepted, session) = await new Person(backend).SignUp();
        await Session(session).End();

        Assert.Null(await Session(session).Check());
        Assert.False(await Session(session).Start(accepted.Account, null, accepted.ExpiresAt));
        Assert.Null(await Session(session).Check());
        await Backend.Eventually(async () => (await Account(accepted).Look())!.Sessions.IsEmpty, "the account's list is empty");
    }

    [Fact]
    public async Task A_session_ended_from_the_list_is_over_at_once()
    {
        var person = new Person(backend);
        var (accepted, first) = await person.SignUp();
        var second = await SignInAgain(person);
        var listed = (await Account(accepted).Look())!.Sessions;
        Assert.Equal(new HashSet<string> { first, second }, listed.Select(s => s.SessionKey).ToHashSet());

        Assert.True(await Account(accepted).EndSession(listed.Single(s => s.SessionKey == second).Id));

        Assert.Null(await Session(second).Check());
        Assert.NotNull(await Session(first).Check());
        Assert.False(await Account(accepted).EndSession(listed.Single(s => s.SessionKey == second).Id));
        Assert.Single((await Account(accepted).Look())!.Sessions);
    }

    [Fact]
    public async Task All_others_end_at_once_and_this_one_stays()
    {
        var person = new Person(backend);
        var (accepted, first) = await person.SignUp();
        string[] others = [await SignInAgain(person), await SignInAgain(person)];

        await Account(accepted).EndOtherSessions(first);

        foreach (var other in others)
            Assert.Null(await Session(other).Check());
        Assert.NotNull(await Session(first).Check());
        await Account(accepted).EndOtherSessions(null);
        Assert.Null(await Session(first).Check());
    }

    [Fact]
    public async Task Its_last_use_is_on_the_list()
    {
        var (accepted, session) = await new Person(backend).SignUp();
        await backend.Advance(TimeSpan.FromHours(2));
        await Session(session).Touch();
        await Backend.Eventually(async () => (await Account(accepted).Look())!.Sessions.Single().LastSeenAt == backend.Clock.GetUtcNow(), "the list shows the use");
        Assert.Equal(backend.Clock.GetUtcNow(), (await Session(session).Check())!.LastSeenAt);
    }

    [Fact]
    public async Task Ending_from_both_sides_at_once_waits_for_nobody()
    {
        var person = new Person(backend);
        var (accepted, first) = await person.SignUp();
        var second = await SignInAgain(person);
        var view = await Account(accepted).Look();

        await Task.WhenAll([
            .. view!.Sessions.Select(s => Account(accepted).EndSession(s.Id)),
            Session(first).End(), Session(second).End(), Session(first).Touch(), Session(second).Touch(),
        ]).WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Null(await Session(first).Check());
        Assert.Null(await Session(second).Check());
    }

    private ISessionGrain Session(string key) => backend.Grains.GetGrain<ISessionGrain>($"session/{key}");

    private IAccountGrain Account(Redemption.Accepted accepted) => backend.Grains.GetGrain<IAccountGrain>($"account/{accepted.Account}");

    private static async Task<string> SignInAgain(Person person)
    {
        var session = Person.NewSession();
        Assert.IsType<Redemption.Accepted>(await person.Link(await person.AskToSignIn()).Spend(session, person.Visitor));
        return session;
    }
}
