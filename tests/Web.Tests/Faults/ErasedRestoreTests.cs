using Backsoon.Accounts;
using Backsoon.Embedded;
using Backsoon.Mail;
using Backsoon.Tenants;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Backsoon.Faults;

/// <summary>The procedure of docs/operations.md: what ./backup and ./restore do, on a database of its own.</summary>
public sealed class ErasedRestoreTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("backsoon-restore").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact, Promise("R34", "C18", "P13")]
    public async Task Whoever_was_deleted_after_a_backup_is_deleted_again_before_the_restored_one_is_served()
    {
        await using var postgres = await PrivatePostgres.StartThrowaway();
        var connection = await postgres.CreateDatabase("restored");
        await using (var administrator = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connection) { Username = "postgres", Pooling = false }.ConnectionString))
        await using (var allow = administrator.CreateCommand("alter role backsoon createdb"))
            await allow.ExecuteNonQueryAsync();
        var planted = await Planted.In(connection);
        var account = "";
        await Run(connection, async grains =>
        {
            var owner = Assert.Single((await grains.For(planted.Tenant).Tenant().Profile())!.Members);
            account = owner.Value;
            await grains.GetGrain<IAccountGrain>($"account/{owner}").Open(EmailAddress.Parse("owner@storm.example"), "Owner");
            await grains.GetGrain<IAccountGrain>($"account/{owner}").Join(planted.Tenant);
        });
        // A mail about the account, not about the business, waits.
        await Ask(connection, "with mail as (insert into outbox (id, account_id, kind, recipient, priority, created_at, due_at) values (gen_random_uuid(), $1, 'new-device', 'You', 0, now(), now() + interval '1 year') returning id) select count(*) from mail", account);
        var file = Path.Combine(_data, "before.tar");
        Assert.Equal(0, await BackupCommand.Run(["backup", file], _data, connection, ProductProcess.RootKey));

        await Run(connection, async grains =>
        {
            await grains.For(planted.Tenant).Deletion().Begin();
            await Ended(connection);
        });
        Assert.Equal(0, await Rows(connection, planted.Tenant));
        var erased = await File.ReadAllTextAsync(Path.Combine(_data, "erased"));
        Assert.NotEmpty(erased.Trim());
        Assert.DoesNotContain(planted.Tenant.Value, erased, StringComparison.Ordinal);

        await using (var pooled = new NpgsqlConnection(connection))
            NpgsqlConnection.ClearPool(pooled);
        Assert.Equal(0, await BackupCommand.Run(["restore", file], _data, connection, ProductProcess.RootKey));
        Assert.Equal(1, await Rows(connection, planted.Tenant));
        Assert.Equal(1, await Ask(connection, "select count(*) from outbox where account_id = $1", account));

        await Run(connection, async grains =>
        {
            Assert.Equal(0, await Rows(connection, planted.Tenant));
            Assert.Equal(0, await Ask(connection, "select count(*) from outbox where account_id = $1", account));
            Assert.Null(await grains.Slug(planted.Slug).Resolve());
            Assert.Null(await grains.For(planted.Tenant).Tenant().Profile());
        });
    }

    private async Task Run(string connection, Func<IGrainFactory, Task> what)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Faults" });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(new Site("http", "localhost")).AddSingleton<Keys>().AddSingleton(TimeProvider.System);
        await using var backEnd = await EmbeddedBackEnd.Start(builder, _data, connection, ProductProcess.RootKey);
        await using var app = builder.Build();
        await app.StartAsync();
        await what(app.Services.GetRequiredService<IGrainFactory>());
        await app.StopAsync();
    }

    // The last that it does is to say that it is done.
    private static Task Ended(string connection) =>
        FrontDesk.Until(async () => await Ask(connection, "select count(*) from deletion where done_at is not null") == 1, "The deletion does not end.");

    private static Task<long> Rows(string connection, TenantId tenant) => Ask(connection, "select count(*) from tenant where id = $1", tenant.Value);

    private static async Task<long> Ask(string connection, string sql, params string[] values)
    {
        await using var database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connection) { Pooling = false }.ConnectionString);
        await using var count = database.CreateCommand(sql);
        foreach (var value in values)
            count.Parameters.Add(new() { Value = value });
        return (long)(await count.ExecuteScalarAsync())!;
    }
}
