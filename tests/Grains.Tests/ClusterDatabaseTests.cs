using System.Net;
using Backsoon.Embedded;
using Npgsql;

namespace Backsoon;

/// <summary>What a silo does before it joins, which needs no Orleans to be looked at.</summary>
[Collection(Backend.Name)]
public sealed class ClusterDatabaseTests(Backend backend)
{
    [Fact]
    public async Task Silos_share_a_database_and_a_process_by_itself_is_refused_while_one_is_there()
    {
        await using var database = await backend.NewDatabase();
        await using var alone = new DatabaseLock(database);
        await using (var one = await ClusterDatabase.Join(Address(database), Hash))
        await using (var other = await ClusterDatabase.Join(Address(database), Hash))
            Assert.False(await alone.Take(TimeSpan.Zero, TimeProvider.System, CancellationToken.None));
        Assert.True(await alone.Take(TimeSpan.FromSeconds(30), TimeProvider.System, CancellationToken.None));
    }

    [Fact]
    public async Task A_silo_is_refused_while_a_process_by_itself_has_the_database()
    {
        await using var database = await backend.NewDatabase();
        await using var alone = new DatabaseLock(database);
        Assert.True(await alone.Take(TimeSpan.Zero, TimeProvider.System, CancellationToken.None));
        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => ClusterDatabase.Join(Address(database), Hash));
        Assert.Contains("runs by itself holds this database", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reminders_that_the_embedded_host_wrote_get_the_hash_by_which_silos_find_them_and_others_keep_theirs()
    {
        await using var database = await backend.NewDatabase();
        await database.Execute(
            """
            insert into reminder (service_id, grain_id, reminder_name, start_time, period_ms, due_at, grain_hash)
            select 'backsoon', 'tenant/' || n % 12000, 'r' || n / 12000, now(), 60000, now(), case when n = 7 then 1 end from generate_series(0, 20000) n
            """);
        await using (await ClusterDatabase.Join(Address(database), Hash))
        {
        }

        Assert.Equal(0, await database.Scalar<long>("select count(*) from reminder where grain_hash is null"));
        Assert.Equal(1, await database.Scalar<int>("select grain_hash from reminder where grain_id = 'tenant/7' and reminder_name = 'r0'"));
        Assert.Equal(20_000, await database.Scalar<long>("select count(*) from reminder where grain_hash = length(grain_id) * 1000 + ascii(right(grain_id, 1))"));
    }

    [Fact, Promise("P19")]
    public async Task The_role_of_web_nodes_sees_where_the_silos_are_and_nothing_of_anybody()
    {
        await using var database = await backend.NewDatabase();
        await using var administrator = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(Address(database)) { Username = "postgres" });
        await administrator.Execute($"create role {ClusterDatabase.WebRole} login");
        await using (await ClusterDatabase.Join(Address(database), Hash))
        {
        }

        await using var web = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(Address(database)) { Username = ClusterDatabase.WebRole });
        foreach (var seen in new[] { "cluster_member", "cluster_version", "orleansquery" })
            await web.Scalar<long>($"select count(*) from {seen}");
        var tables = await database.Scalar<string[]>("select array_agg(table_name::text) from information_schema.tables where table_schema = 'public' and table_name not in ('cluster_member', 'cluster_version', 'orleansquery')");
        Assert.Contains("dispatch", tables);
        foreach (var hidden in tables)
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, (await Assert.ThrowsAsync<PostgresException>(() => web.Scalar<long>($"select count(*) from {hidden}"))).SqlState);
        await Assert.ThrowsAsync<PostgresException>(() => web.Execute("delete from cluster_member"));
    }

    [Theory]
    [InlineData("postgres://db/backsoon", "is not a connection string")]
    [InlineData("Host=/nowhere/at/all;Username=backsoon;Password=secret", "does not let us in")]
    public async Task A_database_that_cannot_be_had_is_told_in_words_without_its_password(string address, string said)
    {
        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => ClusterDatabase.Join(address, Hash));
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_silo_with_nothing_set_names_everything_that_is_missing_and_goes_by_its_own_address()
    {
        var settings = SiloSettings.Read(_ => null, () => IPAddress.Parse("10.1.2.3"), () => ["MAIL"]);
        foreach (var name in new[] { "DOMAIN", "BACKSOON_DATABASE", "BACKSOON_ERASED", "MAIL" })
            Assert.Contains(settings.Problems, problem => problem.StartsWith(name, StringComparison.Ordinal));
        Assert.Equal((IPAddress.Parse("10.1.2.3"), 11111, 30000, 8081), (settings.Address, settings.SiloPort, settings.GatewayPort, settings.Port));
    }

    [Fact]
    public void What_a_silo_is_given_is_what_it_goes_by_and_what_is_misspelt_is_named()
    {
        var set = new Dictionary<string, string>
        {
            ["DOMAIN"] = "Desks.example.", ["BACKSOON_DATABASE"] = "Host=db", ["BACKSOON_ROOT_KEY"] = "00", ["BACKSOON_ERASED"] = "/shared/erased",
            ["SILO_ADDRESS"] = "10.0.0.9", ["SILO_PORT"] = "11112", ["GATEWAY_PORT"] = "many", ["BACKSOON_CLUSTER"] = "blue",
        };
        var settings = SiloSettings.Read(set.GetValueOrDefault, () => IPAddress.Loopback, () => []);
        Assert.StartsWith("GATEWAY_PORT is many", Assert.Single(settings.Problems), StringComparison.Ordinal);
        Assert.Equal(("https", "desks.example", IPAddress.Parse("10.0.0.9"), 11112, "blue"), (settings.Site.Scheme, settings.Site.Domain, settings.Address, settings.SiloPort, settings.Cluster));
    }

    private static string Address(NpgsqlDataSource database) => database.ConnectionString;

    private static int Hash(string grain) => grain.Length * 1000 + grain[^1];
}
