namespace Backsoon.Accounts;

/// <summary>Nothing that can be seen from outside tells whether an address has an account: not the answer, and not the work that precedes it.</summary>
[Collection(Backend.Name)]
public sealed class SecrecyTests(Backend backend)
{
    [Fact]
    public async Task Asking_costs_the_same_writes_whether_or_not_the_address_is_known()
    {
        await using var database = await backend.NewDatabase();
        // With timers that never ring, all there is to see is what happens before the answer.
        using var host = Skewed.Host(backend, database, out _, rings: false);
        await host.StartAsync();
        var grains = Skewed.Grains(host);
        var ring = await grains.GetGrain<IKeyRingGrain>(IKeyRingGrain.Key).Read();
        IAddressGrain Address(Person person) => grains.GetGrain<IAddressGrain>($"address/{ring.For(person.Email)}");

        var (unknown, known) = (new Person(backend), new Person(backend));
        await Address(known).Claim(AccountId.New(backend.Clock.GetUtcNow()));
        var seen = new List<(long SignIn, long SignUp, long Wrong)>();
        foreach (var person in new[] { unknown, known })
        {
            await using var writes = await Fault.CountingOnly(database);
            var request = person.Request();
            Assert.IsType<Asked.Accepted>(await Address(person).AskToSignIn(request));
            var signIn = await writes.Seen();
            Assert.IsType<CodeRedemption.Wrong>(await Address(person).RedeemCode(request.Id, person.Browser, "000000"));
            var wrong = await writes.Seen();
            Assert.IsType<Asked.Accepted>(await Address(person).AskToSignUp(person.Request(), person.Details));
            seen.Add((signIn, await writes.Seen() - wrong, wrong - signIn));
        }

        Assert.Equal(seen[0], seen[1]);
        // The reminder's row, which is counted as inserted and as updated, and the state's.
        Assert.Equal(3, seen[0].SignIn);
        await host.StopAsync();
    }

    [Fact]
    public async Task The_next_caller_does_not_wait_for_the_mail_of_the_last()
    {
        await using var database = await backend.NewDatabase();
        using var host = Skewed.Host(backend, database, out _);
        await host.StartAsync();
        var grains = Skewed.Grains(host);
        var ring = await grains.GetGrain<IKeyRingGrain>(IKeyRingGrain.Key).Read();
        var person = new Person(backend);
        var address = grains.GetGrain<IAddressGrain>($"address/{ring.For(person.Email)}");
        await address.Claim(AccountId.New(backend.Clock.GetUtcNow()));

        // Posting the mail hangs for as long as this holds the outbox.
        await using (var connection = await database.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await using var hold = new Npgsql.NpgsqlCommand("lock table outbox in access exclusive mode", connection, transaction);
            await hold.ExecuteNonQueryAsync();
            Assert.IsType<Asked.Accepted>(await address.AskToSignIn(person.Request()));
            await Backend.Eventually(async () => await database.Scalar<long>("select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like 'insert into outbox%'") > 0, "the mail waits for the outbox");
            Assert.IsType<Asked.Accepted>(await address.AskToSignIn(person.Request()).WaitAsync(TimeSpan.FromMinutes(1)));
        }

        await Backend.Eventually(async () => await database.Scalar<long>("select count(*) from outbox") == 2, "both mails were posted");
        await host.StopAsync();
    }

    [Fact, Trait("Abuse", "38")]
    public async Task A_mail_that_is_being_posted_while_its_account_is_erased_does_not_outlive_it()
    {
        await using var database = await backend.NewDatabase();
        using var host = Skewed.Host(backend, database, out _);
        await host.StartAsync();
        var grains = Skewed.Grains(host);
        var ring = await grains.GetGrain<IKeyRingGrain>(IKeyRingGrain.Key).Read();
        var person = new Person(backend);
        var account = AccountId.New(backend.Clock.GetUtcNow());
        var address = grains.GetGrain<IAddressGrain>($"address/{ring.For(person.Email)}");
        await address.Claim(account);
        await grains.GetGrain<IAccountGrain>($"account/{account}").Open(person.Email, person.Name);

        // Posting hangs until the lock is let go; deleting does not.
        await database.Execute("create function slow() returns trigger language plpgsql as $$ begin perform pg_advisory_xact_lock(38); return new; end $$; create trigger slow before insert on outbox for each row execute function slow()");
        await using (var connection = await database.OpenConnectionAsync())
        {
            await using var hold = new Npgsql.NpgsqlCommand("select pg_advisory_lock(38)", connection);
            await hold.ExecuteNonQueryAsync();
            Assert.IsType<Asked.Accepted>(await address.AskToSignIn(person.Request()));
            await Backend.Eventually(async () => await database.Scalar<long>("select count(*) from pg_locks where locktype = 'advisory' and not granted") > 0, "the mail is being posted");
            await grains.GetGrain<IAccountGrain>($"account/{account}").Erase();
            await using var letGo = new Npgsql.NpgsqlCommand("select pg_advisory_unlock(38)", connection);
            await letGo.ExecuteNonQueryAsync();
        }

        await Backend.Eventually(async () => await database.Scalar<long>("select count(*) from pg_stat_activity where datname = current_database() and state = 'active' and query like 'insert into outbox%'") == 0, "the mail was posted");
        await Backend.Eventually(async () => await database.Scalar<long>("select (select count(*) from outbox) + (select count(*) from development_mail) + (select count(*) from grain_state where grain_type in ('magic-link', 'address', 'account'))") == 0, "nothing of it is left");
        await host.StopAsync();
    }

    [Fact]
    public async Task What_strangers_asked_about_an_unknown_address_is_gone_after_a_day()
    {
        var person = new Person(backend);
        var address = await person.Address();
        var request = person.Request();
        await address.AskToSignUp(request, person.Details);
        await address.RedeemCode(request.Id, person.Browser, "000000");
        await person.Settled();
        await backend.Advance(TimeSpan.FromHours(23));
        Assert.Equal(1, await Kept(person));
        await backend.Advance(TimeSpan.FromHours(2));
        Assert.Equal(0, await Kept(person));
        Assert.Equal(0, await backend.Database.Scalar<long>("select count(*) from reminder where grain_id = $1", $"address/{await person.AddressKey()}"));
    }

    [Fact]
    public async Task What_was_asked_about_a_known_address_is_gone_after_a_day_and_the_account_stays()
    {
        var person = new Person(backend);
        var (accepted, _) = await person.SignUp();
        await person.Settled();
        await backend.Advance(TimeSpan.FromHours(25));
        var kept = await backend.Database.Scalar<string>("select convert_from(payload, 'UTF8') from grain_state where grain_key = $1", await person.AddressKey());
        Assert.Contains(accepted.Account.Value, kept, StringComparison.Ordinal);
        using var state = System.Text.Json.JsonDocument.Parse(kept);
        Assert.Equal(0, state.RootElement.GetProperty("Requests").GetArrayLength());
        // The browser that signed in stays known; those that only asked do not.
        Assert.Equal([person.Browser], state.RootElement.GetProperty("Browsers").EnumerateArray().Select(browser => browser.GetString()));
        Assert.Equal(kept.IndexOf(person.Browser, StringComparison.Ordinal), kept.LastIndexOf(person.Browser, StringComparison.Ordinal));
        await person.AskToSignIn();
    }

    private async Task<long> Kept(Person person) => await backend.Database.Scalar<long>("select count(*) from grain_state where grain_key = $1", await person.AddressKey());
}
