using System.Text;
using Backsoon.Mail;
using Backsoon.Tenants;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Backsoon.Promises;

/// <summary>A person who is made up each day, deleted the next, and looked for.</summary>
[Collection(Backend.Name)]
public sealed class CanaryTests(Backend shared) : IAsyncLifetime
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);
    private readonly ManualClock _clock = new();
    private readonly RecordedMails _mails = new();
    private NpgsqlDataSource _database = null!;
    private IHost _host = null!;

    public async Task InitializeAsync()
    {
        _database = await shared.NewDatabase();
        await Run();
    }

    public async Task DisposeAsync()
    {
        await Stop();
        await _database.DisposeAsync();
    }

    [Fact, Promise("R34", "P13")]
    public async Task One_is_planted_through_every_door_and_a_day_later_deleted_and_nothing_of_it_found()
    {
        await Canary.Tend();
        await Backend.Rest(_host, _clock);
        var (tenant, word) = await Planted();
        var there = await Dump.Find(_database, [word, tenant]);
        foreach (var column in new[] { "dispatch.caller_name", "dispatch.caller_email", "dispatch.body", "dispatch.subject_reference", "dispatch_event.text", "vendor.email", "subject.reference", "outbox.tenant_id", "grain_state.payload", "grain_state.grain_key" })
            Assert.Contains(column, there);
        Assert.True(await _database.Scalar<bool>("select bool_and(length(source) = 32) from dispatch"));
        Assert.True(await _database.Scalar<long>("select count(*) from outbox") >= 3);
        // However often it is woken.
        await Canary.Tend();
        Assert.Equal(1, await _database.Scalar<long>("select count(*) from tenant"));
        Assert.Null((await Value()).Measured);

        await Pass(TimeSpan.FromDays(1));
        Assert.Equal(1, await _database.Scalar<long>("select count(*) from tenant where id <> $1", tenant));
        await Pass(s_hour);
        Assert.Empty(await Dump.Find(_database, [word, tenant]));
        Assert.Equal("[[]]", await Left());
        // It was seen to be gone then, and takes no longer by and by.
        await Pass(s_hour);
        var (measured, isKept) = ((await Value()).Measured, (await Value()).IsKept);
        Assert.InRange(measured!.Value, TimeSpan.Zero, s_hour);
        Assert.True(isKept);
        Assert.Equal(0, _mails.Count);
        Assert.Equal(0, await _database.Scalar<long>("select count(*) from outbox where sent_at is not null or status in (0, 1)"));
    }

    [Fact, Promise("R34")]
    public async Task What_is_left_of_one_is_found_wherever_it_is_and_breaks_the_promise_after_a_week()
    {
        await Canary.Tend();
        await Backend.Rest(_host, _clock);
        var (_, word) = await Planted();
        await _database.Execute("insert into letter (reference, kind, received_at, due_at, answered_at) values ($1, 1, $2, $2, $2)", $"L-{word.ToUpperInvariant()}", _clock.GetUtcNow());
        await Pass(TimeSpan.FromDays(1));
        await Pass(TimeSpan.FromDays(7));
        Assert.Equal((TimeSpan.FromDays(7), true), ((await Value()).Measured, (await Value()).IsKept));
        await Pass(s_hour);
        Assert.Equal((TimeSpan.FromDays(7) + s_hour, false), ((await Value()).Measured, (await Value()).IsKept));
        Assert.Equal("""[["letter.reference"], []]""", await Left());

        await _database.Execute("delete from letter");
        await Pass(s_hour);
        Assert.Equal("[[], []]", await Left());
        Assert.Equal(TimeSpan.FromDays(7) + 2 * s_hour, (await Value()).Measured);
        await Pass(s_hour);
        Assert.Equal(TimeSpan.FromDays(7) + 2 * s_hour, (await Value()).Measured);
        Assert.Equal(0, await _database.Scalar<long>("select count(*) from grain_state where grain_type = 'canary' and position($1 in convert_from(payload, 'UTF8')) > 0", word));
    }

    [Fact]
    public async Task After_a_week_in_which_nothing_ran_one_is_deleted_and_one_planted()
    {
        await Canary.Tend();
        var (before, _) = await Planted();
        await Stop();
        _clock.Jump(TimeSpan.FromDays(7));
        await Run();
        await Canary.Tend();
        await Backend.Rest(_host, _clock);
        var (tenant, _) = await Planted();
        Assert.NotEqual(before, tenant);
        Assert.Equal(1, await _database.Scalar<long>("select count(*) from tenant"));
    }

    [Fact]
    public async Task Every_column_of_every_table_is_looked_at_in_rows_written_since_and_in_no_other()
    {
        // Where nobody works, so that nothing is written but this.
        await using var database = await shared.NewDatabase();
        var search = new CanarySearch(new Storage.Ledger(database));
        var (tenant, now) = (TenantId.New(_clock.GetUtcNow()), _clock.GetUtcNow());
        await database.Execute("insert into tenant (id, founded_at) values ($1, $2)", tenant.Value, now);
        var mark = await search.Mark();
        var planted = await Plant.Everywhere(database, tenant, "wombatelle", now);
        var later = await search.Mark();
        byte[][] traces = [Encoding.UTF8.GetBytes("wombatelle")];
        var found = await search.Find(traces, mark);
        Assert.All(planted, column => Assert.Contains($"{column.Table}.{column.Name}", found));
        Assert.Empty(await search.Find(traces, later));
        // Where transactions count from somewhere else, nothing is passed over.
        Assert.Equal<IEnumerable<string>>(found, await search.Find(traces, later with { Cluster = "another" }));
        await database.Execute("update vendor set active = active where tenant_id = $1", tenant.Value);
        Assert.All(await search.Find(traces, later), column => Assert.StartsWith("vendor.", column, StringComparison.Ordinal));
        Assert.NotEmpty(await search.Find(traces, later));
    }

    [Fact, Promise("R25")]
    public async Task A_mail_to_a_domain_that_is_nobodys_is_given_to_no_provider()
    {
        var outbox = _host.Services.GetRequiredService<Outbox>();
        var operators = new OperatorSettings(EmailAddress.Parse("ops@desk.invalid"));
        await operators.Tell(outbox, Guid.CreateVersion7(_clock.GetUtcNow()), new PromiseBrokenEmail("Title", "Wording", "Measured", "https://example.com"));
        await Backend.Eventually(async () => await _database.Scalar<long>("select count(*) from outbox where status = 9") == 1, "it was kept back");
        Assert.Equal(0, _mails.Count);
    }

    private IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    private ICanaryGrain Canary => Grains.GetGrain<ICanaryGrain>(ICanaryGrain.Key);

    private async Task<PromiseValue> Value() => (await Grains.GetGrain<IChecksGrain>(IChecksGrain.Key).Check()).Values.Single(value => value.Key == "canary");

    private async Task<(string Tenant, string Word)> Planted() => (
        await _database.Scalar<string>("select tenant_id from dispatch order by received_at desc limit 1"),
        (await _database.Scalar<string>("select caller_name from dispatch order by received_at desc limit 1"))["Caller ".Length..]);

    private Task<string> Left() => _database.Scalar<string>("select jsonb_agg(one -> 'Left')::text from grain_state, jsonb_array_elements(convert_from(payload, 'UTF8')::jsonb -> 'Canaries') one where grain_type = 'canary' and one ->> 'DeletedAt' is not null");

    private async Task Pass(TimeSpan time)
    {
        _clock.Jump(time);
        await _host.Tick();
        await Backend.Rest(_host, _clock);
        await Canary.Tend();
        await Backend.Rest(_host, _clock);
    }

    private async Task Run()
    {
        _host = shared.Build(_database, _clock, services => services.Replace(ServiceDescriptor.Singleton<MailTransport>(_mails)).Replace(ServiceDescriptor.Singleton(new CanarySetting(IsOn: true))));
        await _host.StartAsync();
    }

    private async Task Stop()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
