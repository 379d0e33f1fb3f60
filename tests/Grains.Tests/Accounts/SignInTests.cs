namespace Backsoon.Accounts;

[Collection(Backend.Name)]
public sealed class SignInTests(Backend backend)
{
    [Fact, Promise("R38")]
    public async Task Looking_spends_nothing_and_the_button_signs_in_once()
    {
        var (person, mail) = await Asked();
        var link = person.Link(mail);
        for (var scan = 0; scan < 5; scan++)
            Assert.Equal(MagicLinkStanding.Open, (await link.Look())!.Standing);

        Assert.IsType<Redemption.Accepted>(await link.Spend(Person.NewSession(), person.Visitor));

        Assert.IsType<Redemption.Used>(await link.Spend(Person.NewSession(), person.Visitor));
        Assert.Equal(MagicLinkStanding.Spent, (await link.Look())!.Standing);
    }

    [Fact, Promise("R38")]
    public async Task Two_that_spend_a_link_at_once_are_one_sign_in()
    {
        var (person, mail) = await Asked();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => person.Link(mail).Spend(Person.NewSession(), person.Visitor)));
        Assert.Single(outcomes.OfType<Redemption.Accepted>());
        Assert.Equal(15, outcomes.OfType<Redemption.Used>().Count());
    }

    [Fact]
    public async Task A_double_click_is_answered_as_the_click()
    {
        var (person, mail) = await Asked();
        var session = Person.NewSession();
        var outcomes = await Task.WhenAll(person.Link(mail).Spend(session, person.Visitor), person.Link(mail).Spend(session, person.Visitor));
        Assert.Equal(Assert.IsType<Redemption.Accepted>(outcomes[0]), outcomes[1]);
        var account = ((Redemption.Accepted)outcomes[0]).Account;
        Assert.Single((await backend.Grains.GetGrain<IAccountGrain>($"account/{account}").Look())!.Sessions, s => s.SessionKey == session);
    }

    [Fact, Promise("R38")]
    public async Task A_link_is_good_for_15_minutes_to_the_instant()
    {
        var (person, mail) = await Asked();
        var (other, late) = await Asked();
        await backend.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromTicks(1));
        Assert.IsType<Redemption.Accepted>(await person.Link(mail).Spend(Person.NewSession(), person.Visitor));

        await backend.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(MagicLinkStanding.Expired, (await other.Link(late).Look())!.Standing);
        Assert.IsType<Redemption.Expired>(await other.Link(late).Spend(Person.NewSession(), other.Visitor));
    }

    [Fact, Promise("R38")]
    public async Task A_clock_that_is_set_back_revives_no_link_that_was_refused()
    {
        await using var database = await backend.NewDatabase();
        using var host = Skewed.Host(backend, database, out var clock);
        await host.StartAsync();
        var link = Skewed.Grains(host).GetGrain<IMagicLinkGrain>(MagicLinkGrain.KeyOf(Person.NewSession()));
        var person = new Person(backend);
        await link.Create(new MagicLink("address/none", person.Email, AccountId.New(clock.GetUtcNow()), null, null, clock.GetUtcNow() + TimeSpan.FromMinutes(15)));
        clock.Skew = TimeSpan.FromMinutes(16);
        Assert.IsType<Redemption.Expired>(await link.Spend(Person.NewSession(), person.Visitor));

        clock.Skew = TimeSpan.FromMinutes(-5);
        Assert.Equal(MagicLinkStanding.Expired, (await link.Look())!.Standing);
        Assert.IsType<Redemption.Expired>(await link.Spend(Person.NewSession(), person.Visitor));
        await host.StopAsync();
    }

    [Fact]
    public async Task A_link_is_forgotten_with_whom_it_was_for()
    {
        var (person, mail) = await Asked();
        await backend.Advance(TimeSpan.FromMinutes(80));
        Assert.Null(await person.Link(mail).Look());
        Assert.Equal(0, await backend.Database.Scalar<long>("select count(*) from grain_state where grain_key = $1", Person.LinkKey(mail)));
        Assert.Equal(0, await backend.Database.Scalar<long>("select count(*) from reminder where grain_id = $1", $"magic-link/{Person.LinkKey(mail)}"));
        Assert.IsType<Redemption.Expired>(await person.Link(mail).Spend(Person.NewSession(), person.Visitor));
    }

    [Fact]
    public async Task A_newer_request_leaves_older_links_alone()
    {
        var (person, older) = await Asked();
        var newer = await person.AskToSignIn();
        Assert.IsType<Redemption.Accepted>(await person.Link(older).Spend(Person.NewSession(), person.Visitor));
        Assert.IsType<Redemption.Accepted>(await person.Link(newer).Spend(Person.NewSession(), person.Visitor));
    }

    [Fact]
    public async Task Nothing_is_mailed_to_an_address_without_an_account()
    {
        var stranger = new Person(backend);
        Assert.IsType<Asked.Accepted>(await (await stranger.Address()).AskToSignIn(stranger.Request()));
        Assert.Equal(0, await stranger.MailsHad());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Five_mails_an_hour_and_twenty_a_day_are_the_limit_for_known_and_unknown_alike(bool isKnown)
    {
        var person = new Person(backend);
        var asked = 0;
        if (isKnown)
        {
            await person.SignUp();
            asked = 1;
        }

        var address = await person.Address();
        for (; asked < 5; asked++)
            Assert.IsType<Asked.Accepted>(await address.AskToSignIn(person.Request()));
        var refused = Assert.IsType<Asked.TooMany>(await address.AskToSignIn(person.Request()));
        Assert.Equal(TimeSpan.FromHours(1), refused.RetryAfter);

        for (; asked < 20; asked++)
        {
            if (asked % 5 == 0)
            {
                // A mail that is still waiting when its link is over would not be sent.
                await person.MailsHad();
                await backend.Advance(TimeSpan.FromHours(1));
            }

            Assert.IsType<Asked.Accepted>(await address.AskToSignIn(person.Request()));
        }

        await person.MailsHad();
        await backend.Advance(TimeSpan.FromHours(1));
        Assert.Equal(TimeSpan.FromHours(20), Assert.IsType<Asked.TooMany>(await address.AskToSignIn(person.Request())).RetryAfter);
        Assert.Equal(isKnown ? 20 : 0, await person.MailsHad());
    }

    [Fact]
    public async Task Limits_hold_when_all_ask_at_once()
    {
        var person = new Person(backend);
        var address = await person.Address();
        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => address.AskToSignIn(person.Request())));
        Assert.Equal(5, answers.OfType<Asked.Accepted>().Count());
        Assert.Equal(59, answers.OfType<Asked.TooMany>().Count());
    }

    [Fact, Trait("Abuse", "6")]
    public async Task Whatever_strangers_ask_for_an_address_its_owner_is_let_in()
    {
        var owner = new Person(backend);
        await owner.SignUp();
        await owner.Settled();
        var address = await owner.Address();
        var stranger = new Person(backend) { Email = owner.Email };
        for (var hour = 0; hour < 4; hour++)
        {
            await backend.Advance(TimeSpan.FromHours(1));
            for (var asked = 0; asked < 5; asked++)
                Assert.IsType<Asked.Accepted>(await address.AskToSignIn(stranger.Request()));
            Assert.IsType<Asked.TooMany>(await address.AskToSignIn(stranger.Request()));
        }

        Assert.IsType<Asked.TooMany>(await address.AskToSignIn(new Person(backend) { Email = owner.Email }.Request()));
        await backend.Restart();
        Assert.IsType<Redemption.Accepted>(await owner.Link(await owner.AskToSignIn()).Spend(Person.NewSession(), owner.Visitor));
    }

    [Fact]
    public async Task A_known_browser_has_limits_of_its_own()
    {
        var owner = new Person(backend);
        await owner.SignUp();
        var address = await owner.Address();
        for (var asked = 1; asked < 5; asked++)
            Assert.IsType<Asked.Accepted>(await address.AskToSignIn(owner.Request()));
        Assert.IsType<Asked.TooMany>(await address.AskToSignIn(owner.Request()));
        Assert.IsType<Asked.Accepted>(await address.AskToSignIn(new Person(backend) { Email = owner.Email }.Request()));
    }

    [Fact]
    public async Task The_last_ten_browsers_are_known()
    {
        var owner = new Person(backend);
        await owner.SignUp();
        var address = await owner.Address();
        for (var other = 0; other < 10; other++)
            await address.Recognise(new Person(backend).Browser);
        var kept = await backend.Database.Scalar<string>("select convert_from(payload, 'UTF8') from grain_state where grain_key = $1", await owner.AddressKey());
        using var state = System.Text.Json.JsonDocument.Parse(kept);
        Assert.Equal(10, state.RootElement.GetProperty("Browsers").GetArrayLength());
        Assert.DoesNotContain(owner.Browser, state.RootElement.GetProperty("Browsers").EnumerateArray().Select(b => b.GetString()));
    }

    [Fact]
    public async Task Nobody_becomes_known_for_an_address_without_an_account()
    {
        var stranger = new Person(backend);
        await (await stranger.Address()).Recognise(stranger.Browser);
        Assert.Equal(0, await backend.Database.Scalar<long>("select count(*) from grain_state where grain_key = $1", await stranger.AddressKey()));
    }

    private async Task<(Person Person, RecordedMail Mail)> Asked()
    {
        var person = new Person(backend);
        await person.SignUp();
        return (person, await person.AskToSignIn());
    }
}
