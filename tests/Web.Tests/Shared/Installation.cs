using Backsoon.Embedded;
using Backsoon.Faults;
using Npgsql;

namespace Backsoon.Shared;

/// <summary>A folder and a database for the product in processes of its own, to be started, refused and given commands.</summary>
public abstract class Installation : IAsyncLifetime
{
    protected const string OtherKey = "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff";
    private PrivatePostgres _postgres = null!;

    protected string Data { get; } = Directory.CreateTempSubdirectory("backsoon-start").FullName;

    protected string Database { get; private set; } = "";

    public async Task InitializeAsync()
    {
        _postgres = await PrivatePostgres.StartThrowaway();
        Database = await _postgres.CreateDatabase("start");
    }

    public async Task DisposeAsync()
    {
        await _postgres.DisposeAsync();
        Directory.Delete(Data, recursive: true);
    }

    protected async Task FirstRun()
    {
        await using var product = new ProductProcess(Database, new Dictionary<string, string>());
        await product.Start();
        await product.Kill();
    }

    protected Task<Refusal> Refused(params (string Name, string Value)[] changes) => Refusal.Of(Settings(changes));

    protected Dictionary<string, string> Settings(params (string Name, string Value)[] changes)
    {
        var settings = new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["PORT"] = $"{FrontDesk.FreePort()}",
            ["DATA"] = Data,
            ["BACKSOON_DATABASE"] = Database,
            ["BACKSOON_ROOT_KEY"] = ProductProcess.RootKey,
            ["BACKSOON_DEMO"] = "false",
        };
        foreach (var (name, value) in changes)
            settings[name] = value;
        return settings;
    }

    protected async Task Execute(string sql)
    {
        await using var source = NpgsqlDataSource.Create(Database + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    protected async Task<T> Scalar<T>(string sql)
    {
        await using var source = NpgsqlDataSource.Create(Database + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }
}
