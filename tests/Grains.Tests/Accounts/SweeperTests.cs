using System.Security.Cryptography;
using Backsoon.Mail;
using Backsoon.Promises;
using Backsoon.Tenants;

namespace Backsoon.Accounts;

[Collection(Backend.Name)]
public sealed class SweeperTests(Backend backend)
{
    private readonly ISweeperGrain _sweeper = backend.Grains.GetGrain<ISweeperGrain>(ISweeperGrain.Key);

    [Fact, Promise("R13")]
    public async Task Where_requests_came_from_is_forgotten_before_it_is_30_days_old()
    {
        await _sweeper.Start();
        var tenant = TenantId.New(backend.Clock.GetUtcNow());
        await backend.Database.Execute("insert into tenant (id, founded_at) values ($1, $2)", tenant.Value, backend.Clock.GetUtcNow());
        var source = RandomNumberGenerator.GetBytes(32);
        await Requests.Insert(backend, tenant, source, backend.Clock.GetUtcNow());
        await Attempt(source);
        await backend.Advance(TimeSpan.FromDays(28));
        var younger = await Requests.Insert(backend, tenant, source, backend.Clock.GetUtcNow());
        Assert.Equal(2, await backend.Database.Scalar<long>("select count(*) from dispatch where source = $1", source));
        Assert.Equal(1, await backend.Database.Scalar<long>("select count(*) from attempt where source = $1", source));

        await backend.Advance(TimeSpan.FromHours(25));

        Assert.Equal(younger, await backend.Database.Scalar<Guid>("select id from dispatch where source = $1", source));
        Assert.Equal(0, await backend.Database.Scalar<long>("select count(*) from attempt where source = $1", source));
        Assert.Equal(2, await backend.Database.Scalar<long>("select count(*) from dispatch where tenant_id = $1", tenant.Value));
    }

    [Fact, Promise("R13")]
    public async Task However_many_there_are_all_go()
    {
        var source = RandomNumberGenerator.GetBytes(32);
        await backend.Database.Execute(
            "insert into attempt (kind, source, at) select 'sign-in-ip', $1, $2::timestamptz - make_interval(secs => n) from generate_series(1, 9000) n", source, backend.Clock.GetUtcNow() - Policy.Early(new Policy().Sources));
        Assert.True(await _sweeper.Sweep());
        Assert.Equal(0, await backend.Database.Scalar<long>("select count(*) from attempt where source = $1", source));
    }

    [Fact, Promise("W16")]
    public async Task Reports_of_mail_providers_are_forgotten_before_they_are_30_days_old()
    {
        await _sweeper.Start();
        await backend.Grains.GetGrain<IWebhooksGrain>("webhooks/resend").Keep([new("msg_swept", "{}"u8.ToArray())]);
        var tenant = TenantId.New(backend.Clock.GetUtcNow());
        await backend.Database.Execute("insert into tenant (id, founded_at) values ($1, $2)", tenant.Value, backend.Clock.GetUtcNow());
        await backend.Database.Execute("insert into mail_day (tenant_id, day) values ($1, $2)", tenant.Value, backend.Clock.GetUtcNow());
        await backend.Advance(Policy.Early(new Policy().Logs) - TimeSpan.FromHours(1));
        Assert.Equal(1, await backend.Database.Scalar<long>("select count(*) from mail_day where tenant_id = $1", tenant.Value));
        Assert.Equal(1, await backend.Database.Scalar<long>("select count(*) from webhook where event_id = 'msg_swept'"));
        await backend.Advance(TimeSpan.FromHours(2));
        Assert.Equal(0, await backend.Database.Scalar<long>("select count(*) from webhook where event_id = 'msg_swept'"));
        Assert.Equal(0, await backend.Database.Scalar<long>("select count(*) from mail_day where tenant_id = $1", tenant.Value));
    }

    private Task<int> Attempt(byte[] source) =>
        backend.Database.Execute("insert into attempt (kind, source, at) values ('sign-in-ip', $1, $2)", source, backend.Clock.GetUtcNow());
}
