using Backsoon.Accounts;
using Backsoon.Mail;
using Backsoon.Tenants;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Backsoon.Promises;

/// <summary>What is promised to whoever leaves or tries it out: kept by an installation in use, broken by what should not be there.</summary>
[Collection(Backend.Name)]
public sealed class PeriodsTests(Backend shared) : IAsyncLifetime
{
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);
    private readonly ManualClock _clock = new();
    private NpgsqlDataSource _database = null!;
    private IHost _host = null!;

    public async Task InitializeAsync()
    {
        _database = await shared.NewDatabase();
        _host = shared.Build(_database, _clock, services => services.Replace(ServiceDescriptor.Singleton<MailTransport>(new RecordedMails())));
        await _host.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        await _database.DisposeAsync();
    }

    [Fact, Promise("C18", "C19", "W13")]
    public async Task Who_left_is_measured_for_as_long_as_anything_is_kept()
    {
        var scope = Grains.For(TenantId.New(_clock.GetUtcNow()));
        await scope.Tenant().Found(AccountId.New(_clock.GetUtcNow()), EmailAddress.Parse("ana@example.com"), new SignUpDetails("Ana", "Office", Slug.Parse("ana-office"), Industry.PropertyManagement, "Europe/Lisbon"));
        Assert.Equal((null, true), await Value("after-cancellation"));
        await scope.Leaving().Cancel();
        _clock.Jump(10 * s_day);
        Assert.Equal((10 * s_day, true), await Value("after-cancellation"));
        Assert.Equal(ComeBackOutcome.Back, await scope.Leaving().ComeBack(null));
        Assert.Equal((null, true), await Value("after-cancellation"));

        // Somebody whom no grain looks after.
        await _database.Execute(
            "insert into grain_state (service_id, grain_type, grain_key, payload, version) values ('x', 'leaving', 'leaving/x', convert_to(json_build_object('ClosesAt', $1::timestamptz)::text, 'UTF8'), 1)", _clock.GetUtcNow() - 97.5 * s_day);
        Assert.Equal((97.5 * s_day, false), await Value("after-cancellation"));
    }

    [Fact, Promise("W21", "R32")]
    public async Task Whatever_is_deleted_before_the_time_to_undo_it_is_over_breaks_the_promise()
    {
        _clock.Jump(10 * s_day);
        Assert.Equal((null, true), await Value("undo"));
        await Deletion(TimeSpan.FromDays(2) + TimeSpan.FromMinutes(10));
        Assert.Equal((TimeSpan.FromDays(2) + TimeSpan.FromMinutes(10), true), await Value("undo"));
        await Deletion(TimeSpan.FromHours(1));
        Assert.Equal((TimeSpan.FromHours(1), false), await Value("undo"));
    }

    [Fact, Promise("C20", "C21", "R33")]
    public async Task A_copy_that_is_not_swept_is_measured()
    {
        await _database.Execute("insert into tenant (id, founded_at) values ('tenant_x', $1)", _clock.GetUtcNow());
        await _database.Execute("insert into archive (tenant_id, id, at) values ('tenant_x', gen_random_uuid(), $1)", _clock.GetUtcNow());
        _clock.Jump(6 * s_day);
        Assert.Equal((6 * s_day, true), await Value("export-link"));
        await _database.Execute("create rule stuck as on delete to archive do instead nothing");
        _clock.Jump(3 * s_day);
        Assert.Equal((9 * s_day, false), await Value("export-link"));
    }

    [Fact, Promise("R25", "R26")]
    public async Task A_trial_that_ended_with_nobody_reminded_breaks_the_promise()
    {
        await Trial("tenant_a", TimeSpan.FromDays(7));
        _clock.Jump(15 * s_day);
        Assert.Equal((7 * s_day, true), await Value("trial-reminder"));
        await Trial("tenant_b", null);
        _clock.Jump(15 * s_day);
        Assert.Equal((TimeSpan.Zero, false), await Value("trial-reminder"));
    }

    private IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    private async Task<(TimeSpan? Measured, bool IsKept)> Value(string key)
    {
        var value = (await Grains.GetGrain<IChecksGrain>(IChecksGrain.Key).Check()).Values.Single(value => value.Key == key);
        return (value.Measured, value.IsKept);
    }

    // Asked for five days ago, and the first thing was deleted so long after.
    private Task<int> Deletion(TimeSpan after) => _database.Execute(
        """
        insert into deletion (id, salt, subject, asked_at, undo_until, deadline, done_at, steps)
        values (gen_random_uuid(), '\x01', '\x01', $1, $1::timestamptz + interval '2 days', $1::timestamptz + interval '7 days', $2, json_build_object('Page', $1::timestamptz, 'Note', $2::timestamptz, 'Rows', $3::timestamptz)::jsonb)
        """,
        _clock.GetUtcNow() - 5 * s_day, _clock.GetUtcNow() - 5 * s_day + after, _clock.GetUtcNow());

    private async Task Trial(string tenant, TimeSpan? notice)
    {
        var end = _clock.GetUtcNow() + 14 * s_day;
        await _database.Execute("insert into tenant (id, founded_at) values ($1, $2)", tenant, _clock.GetUtcNow());
        await _database.Execute(
            "insert into grain_state (service_id, grain_type, grain_key, payload, version) values ('x', 'subscription', 'subscription/' || $1, convert_to(json_build_object('Facts', json_build_object('TrialEnd', $2::timestamptz, 'Status', 0))::text, 'UTF8'), 1)", tenant, end);
        if (notice is { } before)
            await _database.Execute("insert into outbox (id, tenant_id, kind, recipient, priority, created_at, due_at, status) values (gen_random_uuid(), $1, 'trial', 'Owner', 2, $2, $2, 2)", tenant, end - before);
    }
}
