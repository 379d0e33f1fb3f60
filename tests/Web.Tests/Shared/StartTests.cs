using Backsoon.Embedded;
using Backsoon.Faults;
using Npgsql;

namespace Backsoon.Shared;

/// <summary>What keeps the product from starting is said in a sentence or two, with what to do about it, and nothing was changed.</summary>
public sealed class StartTests : IAsyncLifetime
{
    private const string OtherKey = "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff";
    private readonly string _data = Directory.CreateTempSubdirectory("backsoon-start").FullName;
    private PrivatePostgres _postgres = null!;
    private string _database = "";

    public async Task InitializeAsync()
    {
        _postgres = await PrivatePostgres.StartThrowaway();
        _database = await _postgres.CreateDatabase("start");
    }

    public async Task DisposeAsync()
    {
        await _postgres.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

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

    [Theory, Promise("R12")]
    [InlineData("rotate-keys", "A new signing key was made")]
    [InlineData("replace-keys", "in the place of all others")]
    public async Task Keys_are_changed_without_anything_else_coming_to_life(string command, string said)
    {
        await FirstRun();
        await Execute("insert into outbox (id, account_id, kind, recipient, priority, created_at, due_at, body) values (gen_random_uuid(), 'account_x', 'sign-in', 'You', 0, now(), now(), '\\x01')");
        await Execute("update reminder set due_at = now() - interval '1 hour'");
        var (outbox, reminders) = (await Scalar<string>("select string_agg(outbox::text, ' ') from outbox"), await Scalar<string>("select string_agg(reminder::text, ' ' order by grain_id) from reminder"));
        Assert.NotEmpty(reminders);
        var ring = await Scalar<string>("select md5(payload) from grain_state where grain_type = 'key-ring'");

        // The port is taken: whatever listens would fail.
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;
        await Changes(command, said, ("PORT", $"{port}"));

        Assert.NotEqual(ring, await Scalar<string>("select md5(payload) from grain_state where grain_type = 'key-ring'"));
        Assert.Equal(outbox, await Scalar<string>("select string_agg(outbox::text, ' ') from outbox"));
        Assert.Equal(reminders, await Scalar<string>("select string_agg(reminder::text, ' ' order by grain_id) from reminder"));
    }

    [Fact, Promise("R44")]
    public async Task The_root_key_is_changed_where_it_is_a_setting()
    {
        await FirstRun();
        const string ring = "select md5(payload) from grain_state where grain_type = 'key-ring'";
        var before = await Scalar<string>(ring);
        (await Refusal.Of(Settings(), "change-root-key")).Says("BACKSOON_ROOT_KEY is set", "BACKSOON_NEW_ROOT_KEY");
        (await Refusal.Of(Settings(("BACKSOON_NEW_ROOT_KEY", "abc")), "change-root-key")).Says("BACKSOON_NEW_ROOT_KEY cannot be read", "openssl rand -hex 32");
        (await Refusal.Of(Settings(("BACKSOON_NEW_ROOT_KEY", ProductProcess.RootKey)), "change-root-key")).Says("has already");
        Assert.Equal(before, await Scalar<string>(ring));

        await Changes("change-root-key", "The root key was changed", ("BACKSOON_NEW_ROOT_KEY", OtherKey));

        (await Refused()).Says("another root key");
        await Changes("rotate-keys", "A new signing key", ("BACKSOON_ROOT_KEY", OtherKey));
        Assert.Empty(Directory.GetFiles(_data, "root.key*"));
    }

    [Fact, Promise("R44")]
    public async Task The_root_key_is_changed_where_it_is_a_file_and_a_change_that_was_cut_off_is_ended_by_the_next_start()
    {
        await FirstRun();
        var file = Path.Combine(_data, "root.key");
        (string, string) own = ("BACKSOON_ROOT_KEY", "");
        await File.WriteAllTextAsync(file, ProductProcess.RootKey);
        var backup = Path.Combine(_data, "before.tar");
        Assert.Equal(0, await BackupCommand.Run(["backup", backup], _data, _database, null));

        await Changes("change-root-key", "The root key was changed", own);
        var key = await File.ReadAllTextAsync(file);
        Assert.Equal((65, UnixFileMode.UserRead | UnixFileMode.UserWrite), (key.Length, File.GetUnixFileMode(file)));
        var former = Assert.Single(Directory.GetFiles(_data, "root.key.before-*"));
        Assert.Equal((ProductProcess.RootKey, UnixFileMode.UserRead | UnixFileMode.UserWrite), (await File.ReadAllTextAsync(former), File.GetUnixFileMode(former)));
        (await Refused(("BACKSOON_ROOT_KEY", ProductProcess.RootKey))).Says("another root key");

        // Cut off before the database was written, and after it.
        await File.WriteAllTextAsync($"{file}.next", OtherKey);
        await Changes("rotate-keys", "A new signing key", own);
        Assert.Equal(key, await File.ReadAllTextAsync(file));
        Assert.False(File.Exists($"{file}.next"));
        File.Move(file, $"{file}.next");
        await File.WriteAllTextAsync(file, ProductProcess.RootKey);
        await Changes("rotate-keys", "A new signing key", own);
        Assert.Equal(key, await File.ReadAllTextAsync(file));

        // A backup from before is given the key it was made with.
        await using (var administrator = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_database) { Username = "postgres", Pooling = false }.ConnectionString))
        await using (var allow = administrator.CreateCommand("alter role backsoon createdb"))
            await allow.ExecuteNonQueryAsync();
        Assert.Equal(0, await BackupCommand.Run(["restore", backup], _data, _database, null));
        Assert.Equal(ProductProcess.RootKey, (await File.ReadAllTextAsync(file)).Trim());
        await Changes("rotate-keys", "A new signing key", own);
    }

    [Fact]
    public async Task Keys_are_not_rotated_and_no_key_is_made_where_there_is_none()
    {
        var rotation = await Refusal.Of(Settings(("BACKSOON_ROOT_KEY", "")), "rotate-keys");
        rotation.Says("There is no root key");
        Assert.False(File.Exists(Path.Combine(_data, "root.key")));
    }

    [Fact, Promise("R44")]
    public async Task A_root_key_that_was_lost_is_asked_for_and_not_replaced()
    {
        await FirstRun();
        (await Refused(("BACKSOON_ROOT_KEY", ""))).Says("There is no root key", "root.key");
        Assert.False(File.Exists(Path.Combine(_data, "root.key")));
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
        await using var holder = new NpgsqlConnection(_database + ";Pooling=false;Application Name=the other one");
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
        var data = Path.Combine(_data, "fresh");
        var refused = await Refused(("BACKSOON_ROOT_KEY", "abc"), ("BACKSOON_DATABASE", ""), ("DATA", data));
        refused.Says("BACKSOON_ROOT_KEY cannot be read", "openssl rand -hex 32");
        Assert.False(Directory.Exists(data));
    }

    [Fact, Promise("R44")]
    public async Task Production_with_nothing_set_names_everything_that_is_missing()
    {
        var refused = await Refusal.Of(new Dictionary<string, string> { ["ASPNETCORE_ENVIRONMENT"] = "Production", ["DATA"] = Path.Combine(_data, "fresh") });
        refused.Says("DOMAIN", "BACKSOON_ROOT_KEY", "CERTIFICATE", "TRUSTED_PROXY", "SMTP_URL", "RESEND_API_KEY", "MAIL_FROM");
        Assert.False(Directory.Exists(Path.Combine(_data, "fresh")));
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
        await using var product = new ProductProcess(_database, new Dictionary<string, string> { ["BACKSOON_DEMO"] = "true" });
        await product.Start();
        var site = $"localhost:{product.Port}";
        foreach (var address in new[] { $"http://{site}/", $"http://harbour.{site}/", $"http://app.{site}/sign-in?email=maria@harbour.example", $"http://{site}/dev/mail" })
        {
            await Eventually(() => product.Log().Contains(address, StringComparison.Ordinal));
            using var client = product.Client();
            using var answer = await client.GetAsync(new Uri(address));
            Assert.True(answer.IsSuccessStatusCode, $"{address}: {answer.StatusCode}");
        }

        Assert.Equal(2, product.Log().Split("Backsoon runs").Length);
        await product.Kill();
        var began = System.Diagnostics.Stopwatch.StartNew();
        await product.Start();
        Assert.True(began.Elapsed < TimeSpan.FromSeconds(15), $"The second start took {began.Elapsed}.");
    }

    private static async Task Eventually(Func<bool> seen)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!seen())
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
    }

    private async Task FirstRun()
    {
        await using var product = new ProductProcess(_database, new Dictionary<string, string>());
        await product.Start();
        await product.Kill();
    }

    private async Task Changes(string command, string said, params (string Name, string Value)[] changes)
    {
        var change = await Refusal.Of(Settings(changes), command);
        Assert.True(change.Code == 0, change.Said);
        Assert.Contains(said, change.Said, StringComparison.Ordinal);
    }

    private Task<Refusal> Refused(params (string Name, string Value)[] changes) => Refusal.Of(Settings(changes));

    private Dictionary<string, string> Settings(params (string Name, string Value)[] changes)
    {
        var settings = new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["PORT"] = $"{FrontDesk.FreePort()}",
            ["DATA"] = _data,
            ["BACKSOON_DATABASE"] = _database,
            ["BACKSOON_ROOT_KEY"] = ProductProcess.RootKey,
            ["BACKSOON_DEMO"] = "false",
        };
        foreach (var (name, value) in changes)
            settings[name] = value;
        return settings;
    }

    private Task<string> State() => Scalar<string>(
        "select (select string_agg(outbox::text, ' ' order by id) from outbox) || (select string_agg(grain_state::text, ' ' order by grain_type, grain_key) from grain_state) || (select count(*) from mail_attempt)");

    private async Task Execute(string sql)
    {
        await using var source = NpgsqlDataSource.Create(_database + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<T> Scalar<T>(string sql)
    {
        await using var source = NpgsqlDataSource.Create(_database + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }
}
