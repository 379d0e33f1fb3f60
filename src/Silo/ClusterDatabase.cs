using Backsoon.Embedded;
using Backsoon.Storage;
using Npgsql;

namespace Backsoon;

/// <summary>The database of a cluster, as one silo joins it: shared with the other silos and with nobody else, with the tables this build works on, and with reminders that a silo finds.</summary>
public sealed class ClusterDatabase : IAsyncDisposable
{
    /// <summary>The role of web nodes: it is given the right to see where the silos are, and no other.</summary>
    public const string WebRole = "backsoon_web";

    // Orleans keeps a pool of its own with as many again.
    private const int Connections = 20;

    // How many reminders are given their hash in one statement.
    private const int Slice = 5_000;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private ClusterDatabase(string connectionString)
    {
        ConnectionString = connectionString;
        Source = NpgsqlDataSource.Create(connectionString);
        Hold = new DatabaseLock(Source, shared: true);
    }

    /// <summary>For whoever makes connections of their own: bounded like ours.</summary>
    public string ConnectionString { get; }

    public NpgsqlDataSource Source { get; }

    public DatabaseLock Hold { get; }

    /// <summary>What a newer version has added, and this one does not know.</summary>
    public IReadOnlyList<string> Added { get; private set; } = [];

    /// <param name="connectionString">The database, with a role that may change its tables.</param>
    /// <param name="hash">By what a silo finds the reminders of a grain id.</param>
    /// <exception cref="StartRefusedException">The operator has to see to something first.</exception>
    public static async Task<ClusterDatabase> Join(string connectionString, Func<string, int> hash)
    {
        var joined = new ClusterDatabase(DatabaseAddress.WithPool(DatabaseAddress.Read(connectionString), Connections));
        try
        {
            await joined.Prepare();
            await FillHashes(joined.Source, hash);
            await LetWebNodesIn(joined.Source);
            return joined;
        }
        catch
        {
            await joined.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Hold.DisposeAsync();
        await Source.DisposeAsync();
    }

    private async Task Prepare()
    {
        try
        {
            if (!await Hold.Take(s_patience, TimeProvider.System, CancellationToken.None))
                throw new StartRefusedException($"A process that runs by itself holds this database ({await Hold.Holder(CancellationToken.None)}). Stop it before you start a cluster on the same database.");
            Added = await Migrations.Apply(Source);
        }
        catch (InvalidOperationException newer)
        {
            throw StartRefusedException.Newer(newer);
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException or System.Net.Sockets.SocketException)
        {
            throw StartRefusedException.NotLetIn(failure);
        }
    }

    // Only where the operator has made such a role: web nodes may as well come with any other that can read these.
    private static async Task LetWebNodesIn(NpgsqlDataSource database)
    {
        await using var grant = database.CreateCommand(
            $"do $$ begin if exists (select from pg_roles where rolname = '{WebRole}') then grant select on cluster_member, cluster_version, orleansquery to {WebRole}; end if; end $$");
        await grant.ExecuteNonQueryAsync();
    }

    // The embedded host does not know the hash and leaves it out. By key, so that a million cost one walk.
    private static async Task FillHashes(NpgsqlDataSource database, Func<string, int> hash)
    {
        for (var last = ""; ;)
        {
            var grains = new List<string>();
            await using (var read = database.CreateCommand("select distinct grain_id from reminder where grain_hash is null and grain_id > $1 order by grain_id limit $2"))
            {
                read.Parameters.Add(new() { Value = last });
                read.Parameters.Add(new() { Value = Slice });
                await using var row = await read.ExecuteReaderAsync();
                while (await row.ReadAsync())
                    grains.Add(row.GetString(0));
            }

            if (grains is [])
                return;
            await using var fill = database.CreateCommand(
                "update reminder set grain_hash = hashed.hash from unnest($1::text[], $2::int[]) hashed(id, hash) where grain_id = hashed.id and grain_hash is null");
            fill.Parameters.Add(new() { Value = grains });
            fill.Parameters.Add(new() { Value = grains.ConvertAll(grain => hash(grain)) });
            await fill.ExecuteNonQueryAsync();
            last = grains[^1];
        }
    }
}
