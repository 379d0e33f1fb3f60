using System.Security.Cryptography;
using Backsoon.Dispatch;
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

    [Fact, Promise("C27")]
    public async Task So_do_archives_of_which_only_some_go_at_a_time()
    {
        var office = await Office.Open(backend);
        await backend.Database.Execute(
            "insert into archive (tenant_id, id, at) select $1, gen_random_uuid(), $2 from generate_series(1, 45)", office.Tenant.Value, backend.Clock.GetUtcNow() - TimeSpan.FromDays(8));

        Assert.True(await _sweeper.Sweep());

        Assert.Equal(0, await backend.Database.Scalar<long>("select count(*) from archive where tenant_id = $1", office.Tenant.Value));
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

    [Fact]
    public async Task An_address_that_bounced_is_tried_again_after_a_year_and_an_answered_letter_is_forgotten()
    {
        var now = backend.Clock.GetUtcNow();
        foreach (var (age, hash) in new[] { (364, "\\x0e01"), (366, "\\x0e02") })
        {
            await backend.Database.Execute($"insert into suppression (address, reason, at) values ('{hash}', 1, $1)", now.AddDays(-age));
            await backend.Database.Execute($"insert into suppression (address, reason, at) values ('{hash}ff', 2, $1)", now.AddDays(-age));
            await backend.Database.Execute("insert into letter (reference, kind, received_at, due_at, answered_at) values ($1, 1, $2, $2, $2)", $"L-{hash[^4..]}", now.AddDays(-age));
        }

        Assert.True(await _sweeper.Sweep());

        Assert.Equal(0, await backend.Database.Scalar<long>("select count(*) from suppression where address = '\\x0e02'"));
        Assert.Equal(3, await backend.Database.Scalar<long>("select count(*) from suppression where address in ('\\x0e01', '\\x0e01ff', '\\x0e02ff')"));
        Assert.Equal("L-0e01", await backend.Database.Scalar<string>("select string_agg(reference, ' ') from letter where reference in ('L-0e01', 'L-0e02')"));
    }

    [Fact, Promise("R13")]
    public async Task An_account_whose_reminder_comes_late_is_told_to_forget()
    {
        var account = AccountId.New(backend.Clock.GetUtcNow());
        var grain = backend.Grains.GetGrain<IAccountGrain>($"account/{account}");
        await grain.Open(EmailAddress.Parse("late@forgetting.example"), "Ana");
        await grain.SignIn(Person.NewSession(), new Visitor("203.0.113.44", "Firefox", null));
        await backend.Database.Execute("delete from reminder where grain_id = $1", $"account/account/{account}");
        await backend.Advance(Policy.Early(new Policy().Sources) + TimeSpan.FromMinutes(1));

        Assert.True(await _sweeper.Sweep());

        Assert.Empty(await Tenants.Dump.Find(backend.Database, ["203.0.113.44"]));
        Assert.Null(Assert.Single((await grain.Look())!.Sessions).Ip);
    }

    private Task<int> Attempt(byte[] source) =>
        backend.Database.Execute("insert into attempt (kind, source, at) values ('sign-in-ip', $1, $2)", source, backend.Clock.GetUtcNow());
}
