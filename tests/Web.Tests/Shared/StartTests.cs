using Backsoon.Faults;
using Npgsql;

namespace Backsoon.Shared;

/// <summary>What keeps the product from starting is said in a sentence or two, with what to do about it, and nothing was changed.</summary>
public sealed class StartTests : Installation
{
    [Fact, Promise("R44")]
    public async Task Another_root_key_is_refused_and_the_outbox_and_the_ring_stay_as_they_were()
    {
        await FirstRun();
        await Execute("insert into outbox (id, account_id, kind, recipient, priority, created_at, due_at, body) values (gen_random_uuid(), 'account_x', 'sign-in', 'You', 0, now(), now(), '\\x01')");
        var before = await State();

        (await Refused(("BACKSOON_ROOT_KEY", OtherKey))).Says("another root key", "BACKSOON_ROOT_KEY", "Nothing was changed");
        Assert.Equal(before, await State());

        var rotation = await Refusal.Of(Settings(("BACKSOON_ROOT_KEY", OtherKey)), "rotate-keys");
        rotation.Says("The keys were not changed", "another root key");
        Assert.Equal(before, await State());
    }

    [Fact, Promise("R44")]
    public async Task A_root_key_that_was_lost_is_asked_for_and_not_replaced()
    {
        await FirstRun();
        (await Refused(("BACKSOON_ROOT_KEY", ""))).Says("There is no root key", "root.key");
        Assert.False(File.Exists(Path.Combine(Data, "root.key")));
    }

    [Fact]
    public async Task A_database_of_a_newer_version_is_refused()
    {
        await FirstRun();
        await Execute("insert into migration (name) values ('9999_from_the_future.sql')");
        (await Refused()).Says("newer version", "9999_from_the_future.sql");
    }

    [Fact]
    public async Task A_database_from_which_a_newer_version_has_taken_what_this_one_needs_is_refused()
    {
        await FirstRun();
        await Execute("insert into migration (name, needs) values ('9998_added.sql', '0000'), ('9999_taken_away.sql', '9998')");
        (await Refused()).Says("newer version", "9999_taken_away.sql");
    }

    [Fact]
    public async Task A_database_to_which_a_newer_version_has_only_added_is_worked_on()
    {
        await FirstRun();
        await Execute("insert into migration (name, needs) values ('9998_added.sql', '0000'), ('9999_taken_away_long_since.sql', '0001')");
        await FirstRun();
        Assert.Equal(2, await Scalar<long>("select count(*) from migration where name like '999%'"));
    }

    [Fact]
    public async Task A_database_that_somebody_holds_is_refused_before_its_tables_are_touched()
    {
        await using var holder = new NpgsqlConnection(Database + ";Pooling=false;Application Name=the other one");
        await holder.OpenAsync();
        await using var hold = new NpgsqlCommand("select pg_advisory_lock(x'4261636B736F6F6E'::bigint)", holder);
        await hold.ExecuteNonQueryAsync();
        (await Refused()).Says("Another process holds this database", "the other one");
        Assert.Equal(0, await Scalar<long>("select count(*) from pg_tables where schemaname = 'public'"));
    }

    [Theory]
    [InlineData("Host=/nowhere/at/all;Username=backsoon;Database=backsoon", "BACKSOON_DATABASE", "does not let us in")]
    [InlineData("postgres://backsoon:secret@db/backsoon", "BACKSOON_DATABASE is not a connection string")]
    [InlineData("Username=backsoon;Password=secret", "BACKSOON_DATABASE is not a connection string")]
    public async Task A_wrong_connection_string_is_named(string database, params string[] words) =>
        Assert.DoesNotContain("secret", (await Refused(("BACKSOON_DATABASE", database))).Says(words).Said, StringComparison.Ordinal);

    [Fact]
    public async Task A_misspelt_root_key_is_named_before_any_database_is_started()
    {
        var data = Path.Combine(Data, "fresh");
        var refused = await Refused(("BACKSOON_ROOT_KEY", "abc"), ("BACKSOON_DATABASE", ""), ("DATA", data));
        refused.Says("BACKSOON_ROOT_KEY cannot be read", "openssl rand -hex 32");
        Assert.False(Directory.Exists(data));
    }

    [Fact, Promise("R44")]
    public async Task Production_with_nothing_set_names_everything_that_is_missing()
    {
        var refused = await Refusal.Of(new Dictionary<string, string> { ["ASPNETCORE_ENVIRONMENT"] = "Production", ["DATA"] = Path.Combine(Data, "fresh") });
        refused.Says("DOMAIN", "BACKSOON_ROOT_KEY", "CERTIFICATE", "TRUSTED_PROXY", "SMTP_URL", "RESEND_API_KEY", "MAIL_FROM");
        Assert.False(Directory.Exists(Path.Combine(Data, "fresh")));
    }

    [Fact]
    public async Task Production_with_everything_wrong_names_each_thing()
    {
        var refused = await Refusal.Of(Settings(
            ("ASPNETCORE_ENVIRONMENT", "Production"), ("DOMAIN", "https://desks.example.com/"), ("CERTIFICATE", "/nowhere/certificate.pem"), ("MAIL_FROM", "nobody"), ("SMTP_URL", "mail.example.com")));
        refused.Says("DOMAIN is https://desks.example.com/", "/nowhere/certificate.pem", "MAIL_FROM", "SMTP_URL");
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;
        (await Refused(("PORT", $"{port}"))).Says($"The port {port} is taken");
    }

    [Fact]
    public async Task A_start_says_once_where_to_look_and_the_second_one_is_quick()
    {
        await using var product = new ProductProcess(Database, new Dictionary<string, string> { ["BACKSOON_DEMO"] = "true" });
        var first = await Started();
        var site = $"localhost:{product.Port}";
        foreach (var address in new[] { $"http://{site}/", $"http://harbour.{site}/", $"http://app.{site}/sign-in?email=maria@harbour.example", $"http://{site}/dev/mail" })
        {
            await FrontDesk.Until(() => Task.FromResult(product.Log().Contains(address, StringComparison.Ordinal)), $"{address} is not said.");
            using var client = product.Client();
            using var answer = await client.GetAsync(new Uri(address));
            Assert.True(answer.IsSuccessStatusCode, $"{address}: {answer.StatusCode}");
        }

        Assert.Equal(2, product.Log().Split("Backsoon runs").Length);
        await product.Kill();
        var second = await Started();
        Assert.True(second < 2 * first + TimeSpan.FromSeconds(10), $"The first start took {first}, the second {second}.");

        async Task<TimeSpan> Started()
        {
            var began = System.Diagnostics.Stopwatch.StartNew();
            await product.Start();
            return began.Elapsed;
        }
    }

    private Task<string> State() => Scalar<string>(
        "select (select string_agg(outbox::text, ' ' order by id) from outbox) || (select string_agg(grain_state::text, ' ' order by grain_type, grain_key) from grain_state) || (select count(*) from mail_attempt)");
}
