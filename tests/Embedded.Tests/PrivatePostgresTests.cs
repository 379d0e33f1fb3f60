using System.Diagnostics;
using Npgsql;

namespace Backsoon.Embedded;

public sealed class PrivatePostgresTests : IDisposable
{
    private readonly DataFolderOfTest _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task What_is_committed_is_there_after_a_stop_and_a_start()
    {
        await using (var first = await _data.Start())
            await DataFolderOfTest.Ask(first.ConnectionString, "create table kept (word text); insert into kept values ('still here')");
        await using var second = await _data.Start();
        Assert.Equal("still here", await DataFolderOfTest.Ask(second.ConnectionString, "select word from kept"));
    }

    [Fact]
    public async Task It_listens_on_nothing_but_a_socket_that_only_its_owner_can_reach()
    {
        await using var postgres = await _data.Start();
        var folder = new NpgsqlConnectionStringBuilder(postgres.ConnectionString).Host!;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        Assert.Equal("", await DataFolderOfTest.Ask(postgres.ConnectionString, "show listen_addresses"));
        Assert.Equal(false, await DataFolderOfTest.Ask(postgres.ConnectionString, "select rolsuper from pg_roles where rolname = current_user"));
    }

    [Fact]
    public async Task A_socket_fits_however_long_the_path_of_the_data_is()
    {
        using var deep = new DataFolderOfTest(length: 190);
        await using var postgres = await deep.Start();
        Assert.Equal(1, await DataFolderOfTest.Ask(postgres.ConnectionString, "select 1"));
    }

    [Fact]
    public async Task A_folder_that_only_its_owner_can_enter_will_do()
    {
        Directory.CreateDirectory(_data.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var inside = new DataFolderOfTest(_data.Path);
        await using (var first = await inside.Start())
            await DataFolderOfTest.Ask(first.ConnectionString, "create table kept (word text)");
        // Root's server runs as a user who cannot follow it in there.
        Assert.Equal(Environment.IsPrivilegedProcess, File.Exists(inside.Place));
        await using var second = await inside.Start();
        Assert.Equal(0L, await DataFolderOfTest.Ask(second.ConnectionString, "select count(*) from kept"));
    }

    [Fact]
    public async Task An_ordinary_user_can_run_it()
    {
        using var elsewhere = new DataFolderOfTest();
        var copy = Path.Combine(elsewhere.Path, "program");
        var open = $"mkdir -p {copy} && cp -r {AppContext.BaseDirectory}. {copy} && chmod -R a+rX {elsewhere.Path} && mkdir {_data.Path} && chmod 777 {_data.Path}";
        await Process.Start("sh", ["-c", open]).WaitForExitAsync();
        string[] user = Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [];
        using var product = await Product.Start([.. user, "dotnet", Path.Combine(copy, Path.GetFileName(typeof(Product).Assembly.Location)), Path.Combine(_data.Path, "data")]);
        Assert.Equal(1, await DataFolderOfTest.Ask(product.ConnectionString, "select 1"));
        await product.Stop();
        Assert.False(Directory.Exists($"/proc/{product.ServerProcessId}"));
    }

    [Fact]
    public async Task A_second_product_on_the_same_data_is_told_who_has_it()
    {
        await using var first = await _data.Start();
        var refused = await Assert.ThrowsAsync<PrivatePostgresException>(_data.Start);
        Assert.Contains($"{_data.Path} (process {Environment.ProcessId})", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, await DataFolderOfTest.Ask(first.ConnectionString, "select 1"));
    }

    [Fact]
    public async Task A_cluster_of_another_version_is_left_alone_and_explained()
    {
        await using (await _data.Start()) { }
        await File.WriteAllTextAsync(Path.Combine(_data.Cluster, "PG_VERSION"), "9\n");
        var refused = await Assert.ThrowsAsync<PrivatePostgresException>(_data.Start);
        Assert.Contains("was made by PostgreSQL 9", refused.Message, StringComparison.Ordinal);
        Assert.Contains("apt-get install postgresql-9", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_first_start_that_was_cut_short_is_begun_again()
    {
        Directory.CreateDirectory(_data.Place + ".part");
        await File.WriteAllTextAsync(Path.Combine(_data.Place + ".part", "PG_VERSION"), "15\n");
        await using var postgres = await _data.Start();
        Assert.Equal(1, await DataFolderOfTest.Ask(postgres.ConnectionString, "select 1"));
        Assert.False(Directory.Exists(_data.Place + ".part"));
    }

    [Fact]
    public async Task Its_logs_repeat_nothing_that_anybody_typed()
    {
        await using (var postgres = await _data.Start())
        {
            await DataFolderOfTest.Ask(postgres.ConnectionString, "create table people (name text primary key); insert into people values ('Petronella')");
            foreach (var mistake in new[] { "insert into people values ('Petronella')", "select 'Petronella'::int", "select 'Petronella' frm people", "select count(*) from \"Petronella\"" })
                await Assert.ThrowsAsync<PostgresException>(() => DataFolderOfTest.Ask(postgres.ConnectionString, mistake));
        }
        var log = string.Concat(Directory.GetFiles(Path.Combine(Path.GetDirectoryName(_data.Cluster)!, "logs")).Select(File.ReadAllText));
        Assert.Contains("database system is shut down", log, StringComparison.Ordinal);
        Assert.DoesNotContain("Petronella", log, StringComparison.Ordinal);
    }
}
