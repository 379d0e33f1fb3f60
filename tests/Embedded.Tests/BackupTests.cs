using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Backsoon.Embedded;

public sealed class BackupTests : IDisposable
{
    private const string Mark = "0123456789abcdef";
    private readonly DataFolderOfTest _data = new();
    private readonly DataFolderOfTest _other = new();

    public void Dispose()
    {
        _data.Dispose();
        _other.Dispose();
    }

    private string File => Path.Combine(_other.Path, "backup.tar");

    [Fact]
    public async Task A_backup_of_a_running_product_restores_on_a_new_machine()
    {
        await using (var postgres = await _data.Start())
        {
            await Plant(postgres.ConnectionString, "saved");
            await Back("the key");
            await DataFolderOfTest.Ask(postgres.ConnectionString, "update planted set word = 'later'");
        }
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));

        var (label, key) = await Put(Path.Combine(_other.Path, "data"));
        Assert.Equal((Mark, "the key"), (label.KeyMark, key));
        await using var restored = await PrivatePostgres.Start(Path.Combine(_other.Path, "data"), NullLogger.Instance, CancellationToken.None);
        Assert.Equal("saved", await DataFolderOfTest.Ask(restored.ConnectionString, "select word from planted"));
        await restored.DisposeAsync();
    }

    [Fact]
    public async Task A_backup_of_a_product_at_rest_takes_the_place_of_what_came_later()
    {
        await using (var postgres = await _data.Start()) await Plant(postgres.ConnectionString, "saved");
        await Back(key: null);
        await using (var postgres = await _data.Start()) await DataFolderOfTest.Ask(postgres.ConnectionString, "update planted set word = 'later'; create table newer ()");

        var (_, key) = await Put(_data.Path);
        Assert.Null(key);
        await using var restored = await _data.Start();
        Assert.Equal("saved", await DataFolderOfTest.Ask(restored.ConnectionString, "select word from planted"));
        Assert.Equal(DBNull.Value, await DataFolderOfTest.Ask(restored.ConnectionString, "select to_regclass('newer')::text"));
        Assert.Equal("backsoon,postgres", await DataFolderOfTest.Ask(restored.ConnectionString, "select string_agg(datname, ',' order by datname) from pg_database where not datistemplate"));
    }

    [Fact]
    public async Task Nothing_is_restored_under_a_running_product()
    {
        await using var postgres = await _data.Start();
        await Plant(postgres.ConnectionString, "saved");
        await Back(key: null);
        await DataFolderOfTest.Ask(postgres.ConnectionString, "update planted set word = 'later'");
        var refused = await Assert.ThrowsAsync<PrivatePostgresException>(() => Put(_data.Path));
        Assert.Contains("already runs", refused.Message, StringComparison.Ordinal);
        Assert.Equal("later", await DataFolderOfTest.Ask(postgres.ConnectionString, "select word from planted"));
    }

    [Fact]
    public async Task A_damaged_file_changes_nothing()
    {
        await using (var postgres = await _data.Start()) await Plant(postgres.ConnectionString, "saved");
        await Back(key: null);
        await using (var postgres = await _data.Start()) await DataFolderOfTest.Ask(postgres.ConnectionString, "update planted set word = 'later'");

        var whole = await System.IO.File.ReadAllBytesAsync(File);
        foreach (var damaged in new[] { Flip(whole, whole.AsSpan().IndexOf("PGDMP"u8) + 300), whole[..(whole.Length / 2)], whole[..700], [], "no backup at all"u8.ToArray() })
        {
            await System.IO.File.WriteAllBytesAsync(File, damaged);
            await Assert.ThrowsAsync<PrivatePostgresException>(() => Put(_data.Path));
        }
        await using var untouched = await _data.Start();
        Assert.Equal("later", await DataFolderOfTest.Ask(untouched.ConnectionString, "select word from planted"));
    }

    [Fact]
    public async Task A_dump_that_does_not_restore_leaves_the_database_as_it_was()
    {
        await using (var postgres = await _data.Start()) await Plant(postgres.ConnectionString, "kept");
        Directory.CreateDirectory(_other.Path);
        var dump = Path.Combine(_other.Path, "dump");
        await System.IO.File.WriteAllTextAsync(dump, "PGDMP but nothing more");
        var label = new BackupLabel(1, TimeProvider.System.GetUtcNow(), 15, await BackupFile.Digest(dump, CancellationToken.None), Mark);
        await BackupFile.Write(File, label, dump, null, CancellationToken.None);

        var refused = await Assert.ThrowsAsync<PrivatePostgresException>(() => Put(_data.Path));
        Assert.Contains("pg_restore failed", refused.Message, StringComparison.Ordinal);
        await using var untouched = await _data.Start();
        Assert.Equal("kept", await DataFolderOfTest.Ask(untouched.ConnectionString, "select word from planted"));
        Assert.Equal(2L, await DataFolderOfTest.Ask(untouched.ConnectionString, "select count(*) from pg_database where not datistemplate"));
    }

    [Fact]
    public async Task A_refused_key_changes_nothing()
    {
        await using (var postgres = await _data.Start()) await Plant(postgres.ConnectionString, "saved");
        await Back(key: null);
        await Assert.ThrowsAsync<PrivatePostgresException>(() => Restore.Run(
            File, Path.Combine(_other.Path, "data"), null, (_, _) => throw new PrivatePostgresException("another key"), () => { }, _ => { }, NullLogger.Instance, CancellationToken.None));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_other.Path, "data")));
    }

    [Fact]
    public async Task Whoever_interrupts_once_the_backup_is_in_place_is_too_late_and_its_key_is_in_place_too()
    {
        await using (var postgres = await _data.Start()) await Plant(postgres.ConnectionString, "saved");
        await Back("the key");
        using var interrupted = new CancellationTokenSource();
        var inPlace = 0;
        await Restore.Run(File, _data.Path, null, (_, _) => { }, () =>
        {
            inPlace++;
            interrupted.Cancel();
        }, _ => { }, NullLogger.Instance, interrupted.Token);
        Assert.Equal(1, inPlace);
        await using var restored = await _data.Start();
        Assert.Equal("saved", await DataFolderOfTest.Ask(restored.ConnectionString, "select word from planted"));
        Assert.Equal(2L, await DataFolderOfTest.Ask(restored.ConnectionString, "select count(*) from pg_database where not datistemplate"));
    }

    [Fact]
    public async Task A_former_database_that_cannot_be_dropped_is_named_and_nothing_more()
    {
        await using (var postgres = await _data.Start()) await Plant(postgres.ConnectionString, "saved");
        await Back(key: null);
        var said = new List<string>();
        NpgsqlConnection? reader = null;
        await Restore.Run(File, _data.Path, null, (_, _) => { }, () =>
        {
            var server = PrivatePostgres.FindRunning(_data.Path, CancellationToken.None).GetAwaiter().GetResult()!;
            reader = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server) { Database = "backsoon_going", Pooling = false }.ConnectionString);
            reader.Open();
        }, said.Add, NullLogger.Instance, CancellationToken.None);
        Assert.Contains(said, line => line.Contains("The backup is in place", StringComparison.Ordinal));
        await reader!.DisposeAsync();
        await using var restored = await _data.Start();
        Assert.Equal("saved", await DataFolderOfTest.Ask(restored.ConnectionString, "select word from planted"));
    }

    [Fact]
    public async Task A_database_of_the_operators_own_is_restored_when_nobody_is_connected()
    {
        await using var postgres = await PrivatePostgres.StartThrowaway();
        var theirs = await postgres.CreateDatabase("theirs");
        await DataFolderOfTest.Ask(DataFolderOfTest.AsAdministrator(theirs), "alter role backsoon createdb");
        await Plant(theirs, "saved");
        Directory.CreateDirectory(_other.Path);
        await Backup.Write(File, _data.Path, theirs, Mark, null, NullLogger.Instance, CancellationToken.None);
        await DataFolderOfTest.Ask(theirs, "update planted set word = 'later'");

        await using (var busy = new NpgsqlConnection(theirs + ";Pooling=false"))
        {
            await busy.OpenAsync();
            var refused = await Assert.ThrowsAsync<PrivatePostgresException>(() => Put(_other.Path, theirs));
            Assert.Contains("Somebody is connected", refused.Message, StringComparison.Ordinal);
        }
        await Put(_other.Path, theirs);
        Assert.Equal("saved", await DataFolderOfTest.Ask(theirs, "select word from planted"));
    }

    [Fact]
    public async Task A_folder_without_a_database_and_a_file_that_exists_are_refused()
    {
        await Assert.ThrowsAsync<PrivatePostgresException>(() => Back(key: null));
        Assert.False(Directory.Exists(_data.Path));
        await System.IO.File.WriteAllTextAsync(File, "precious");
        await Assert.ThrowsAsync<PrivatePostgresException>(() => Back(key: null));
        Assert.Equal("precious", await System.IO.File.ReadAllTextAsync(File));
    }

    private Task<BackupLabel> Back(string? key)
    {
        Directory.CreateDirectory(_other.Path);
        return Backup.Write(File, _data.Path, null, Mark, key, NullLogger.Instance, CancellationToken.None);
    }

    private async Task<(BackupLabel Label, string? Key)> Put(string data, string? connectionString = null)
    {
        (BackupLabel, string?) seen = default;
        await Restore.Run(File, data, connectionString, (label, key) => seen = (label, key), () => { }, _ => { }, NullLogger.Instance, CancellationToken.None);
        return seen;
    }

    private static Task Plant(string connectionString, string word) =>
        DataFolderOfTest.Ask(connectionString, $"create table planted (word text); insert into planted values ('{word}'); create extension btree_gist");

    private static byte[] Flip(byte[] bytes, int at) => [.. bytes[..at], (byte)~bytes[at], .. bytes[(at + 1)..]];
}
