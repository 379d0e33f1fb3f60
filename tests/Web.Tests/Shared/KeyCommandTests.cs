using Backsoon.Faults;
using Npgsql;

namespace Backsoon.Shared;

/// <summary>What <c>./run rotate-keys</c>, <c>replace-keys</c> and <c>change-root-key</c> do, as commands.</summary>
public sealed class KeyCommandTests : Installation
{
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
        Assert.Empty(Directory.GetFiles(Data, "root.key*"));
    }

    [Fact, Promise("R44")]
    public async Task The_root_key_is_changed_where_it_is_a_file_and_a_change_that_was_cut_off_is_ended_by_the_next_start()
    {
        await FirstRun();
        var file = Path.Combine(Data, "root.key");
        (string, string) own = ("BACKSOON_ROOT_KEY", "");
        await File.WriteAllTextAsync(file, ProductProcess.RootKey);
        var backup = Path.Combine(Data, "before.tar");
        Assert.Equal(0, await BackupCommand.Run(["backup", backup], Data, Database, null));

        await Changes("change-root-key", "The root key was changed", own);
        var key = await File.ReadAllTextAsync(file);
        Assert.Equal((65, UnixFileMode.UserRead | UnixFileMode.UserWrite), (key.Length, File.GetUnixFileMode(file)));
        var former = Assert.Single(Directory.GetFiles(Data, "root.key.before-*"));
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
        await using (var administrator = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(Database) { Username = "postgres", Pooling = false }.ConnectionString))
        await using (var allow = administrator.CreateCommand("alter role backsoon createdb"))
            await allow.ExecuteNonQueryAsync();
        Assert.Equal(0, await BackupCommand.Run(["restore", backup], Data, Database, null));
        Assert.Equal(ProductProcess.RootKey, (await File.ReadAllTextAsync(file)).Trim());
        await Changes("rotate-keys", "A new signing key", own);
    }

    [Fact]
    public async Task Keys_are_not_rotated_and_no_key_is_made_where_there_is_none()
    {
        var rotation = await Refusal.Of(Settings(("BACKSOON_ROOT_KEY", "")), "rotate-keys");
        rotation.Says("There is no root key");
        Assert.False(File.Exists(Path.Combine(Data, "root.key")));
    }

    private async Task Changes(string command, string said, params (string Name, string Value)[] changes)
    {
        var change = await Refusal.Of(Settings(changes), command);
        Assert.True(change.Code == 0, change.Said);
        Assert.Contains(said, change.Said, StringComparison.Ordinal);
    }
}
