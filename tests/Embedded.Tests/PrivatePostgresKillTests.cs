using System.Diagnostics;
using Npgsql;

namespace Backsoon.Embedded;

public sealed class PrivatePostgresKillTests : IDisposable
{
    private readonly DataFolderOfTest _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task A_server_killed_under_load_runs_again_and_has_every_answered_write()
    {
        await using var postgres = await _data.Start();
        await DataFolderOfTest.Ask(postgres.ConnectionString, "create table counted (number int primary key)");
        var killed = postgres.ServerProcessId;
        var answered = new List<int>();
        var (failures, afterwards) = (0, 0);
        await using var database = NpgsqlDataSource.Create(postgres.ConnectionString);
        for (var number = 0; afterwards < 20; number++)
        {
            if (number == 100) Process.GetProcessById(killed).Kill();
            try
            {
                await using var command = database.CreateCommand($"insert into counted values ({number})");
                await command.ExecuteNonQueryAsync();
                answered.Add(number);
                if (failures > 0) afterwards++;
            }
            catch (NpgsqlException)
            {
                failures++;
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            }
        }
        // The new server answers a moment before its supervisor has taken note of it.
        await DataFolderOfTest.Until(() => Task.FromResult(postgres.ServerProcessId != killed));
        Assert.Equal((long)answered.Count, await DataFolderOfTest.Ask(postgres.ConnectionString, $"select count(*) from counted where number in ({string.Join(',', answered)})"));
    }

    [Fact]
    public async Task A_server_whose_product_was_killed_is_taken_over()
    {
        using var killed = await Product.On(_data.Path);
        await DataFolderOfTest.Ask(killed.ConnectionString, "create table kept (word text)");
        await killed.Kill();
        await using var next = await _data.Start();
        Assert.Equal(killed.ServerProcessId, next.ServerProcessId);
        Assert.Equal(0L, await DataFolderOfTest.Ask(next.ConnectionString, "select count(*) from kept"));
    }

    [Fact]
    public async Task A_server_taken_over_is_started_again_too_when_it_is_killed()
    {
        using var killed = await Product.On(_data.Path);
        await killed.Kill();
        await using var next = await _data.Start();
        Process.GetProcessById(killed.ServerProcessId).Kill();
        await DataFolderOfTest.Until(async () => next.ServerProcessId != killed.ServerProcessId && await Answers(next));
    }

    [Fact]
    public async Task It_starts_after_everything_was_killed()
    {
        using var killed = await Product.On(_data.Path);
        await DataFolderOfTest.Ask(killed.ConnectionString, "create table kept (word text); insert into kept values ('still here')");
        var backend = (int)(await DataFolderOfTest.Ask(DataFolderOfTest.AsAdministrator(killed.ConnectionString), "select pid from pg_stat_activity where backend_type = 'checkpointer'"))!;
        // The product first, which would start the server again; and the checkpointer by a handle, because it leaves by itself once its server is gone.
        using var checkpointer = Process.GetProcessById(backend);
        await killed.Kill();
        Process.GetProcessById(killed.ServerProcessId).Kill();
        checkpointer.Kill();
        Assert.True(File.Exists(Path.Combine(_data.Cluster, "postmaster.pid")));

        await using var next = await _data.Start();
        Assert.Equal("still here", await DataFolderOfTest.Ask(next.ConnectionString, "select word from kept"));
    }

    [Fact]
    public async Task A_stranger_who_has_the_dead_servers_number_is_no_obstacle()
    {
        using var killed = await Product.On(_data.Path);
        await killed.Kill();
        Process.GetProcessById(killed.ServerProcessId).Kill();
        string[] owner = Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "sleep", "600"] : ["sleep", "600"];
        using var stranger = Process.Start(owner[0], owner.Skip(1));
        var note = Path.Combine(_data.Cluster, "postmaster.pid");
        await File.WriteAllLinesAsync(note, [$"{stranger.Id}", .. (await File.ReadAllLinesAsync(note)).Skip(1)]);

        await using (var next = await _data.Start())
            Assert.Equal(1, await DataFolderOfTest.Ask(next.ConnectionString, "select 1"));
        Assert.False(stranger.HasExited);
        stranger.Kill();
    }

    [Fact]
    public async Task A_server_whose_socket_was_cleaned_away_is_started_anew()
    {
        using var killed = await Product.On(_data.Path);
        await killed.Kill();
        Directory.Delete(new NpgsqlConnectionStringBuilder(killed.ConnectionString).Host!, recursive: true);
        await using var next = await _data.Start();
        Assert.NotEqual(killed.ServerProcessId, next.ServerProcessId);
    }

    [Fact]
    public async Task A_throwaway_ends_with_its_process_and_leaves_nothing()
    {
        using var killed = await Product.OnThrowaway();
        var folder = Path.GetDirectoryName((string)(await DataFolderOfTest.Ask(DataFolderOfTest.AsAdministrator(killed.ConnectionString), "show data_directory"))!)!;
        Assert.True(Directory.Exists(folder));
        await killed.Kill();
        await DataFolderOfTest.Until(() => Task.FromResult(!Directory.Exists(folder) && !Directory.Exists(new NpgsqlConnectionStringBuilder(killed.ConnectionString).Host)));
    }

    private static async Task<bool> Answers(PrivatePostgres postgres)
    {
        try
        {
            return await DataFolderOfTest.Ask(postgres.ConnectionString, "select 1") is 1;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
