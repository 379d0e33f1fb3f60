using Backsoon.Accounts;

namespace Backsoon.Operators;

[Collection(Backend.Name)]
public sealed class AuditTests(Backend backend)
{
    [Fact]
    public async Task A_row_is_there_for_a_year_and_no_longer()
    {
        var now = backend.Clock.GetUtcNow();
        var (old, kept) = (Guid.CreateVersion7(now), Guid.CreateVersion7(now));
        foreach (var (id, at) in new[] { (old, now - IAuditGrain.Life), (kept, now - IAuditGrain.Life + TimeSpan.FromDays(30)) })
            await backend.Database.Execute("insert into audit (id, at, operator, act, subject) values ($1, $2, 'Ana', 1, '')", id, at);
        await backend.Database.Execute("insert into operator_link (key, expires_at) values ('over', $1)", now);
        await backend.Database.Execute("insert into operator_session (key, operator, started_at, expires_at) values ('over', 'Ana', $1, $1)", now - TimeSpan.FromMinutes(1));

        await backend.Grains.GetGrain<ISweeperGrain>(ISweeperGrain.Key).Sweep();

        Assert.Equal(0, await backend.Database.Scalar<long>("select count(*) from audit where id = $1", old));
        Assert.Equal(1, await backend.Database.Scalar<long>("select count(*) from audit where id = $1", kept));
        Assert.Equal(0, await backend.Database.Scalar<long>("select count(*) from operator_session where key = 'over'"));
        await backend.Database.Execute("delete from audit where id = $1", kept);
    }

    [Fact]
    public async Task Whoever_is_not_configured_any_more_is_signed_out()
    {
        var now = backend.Clock.GetUtcNow();
        await backend.Database.Execute("insert into operator_session (key, operator, started_at, expires_at) values ('former', 'Former', $1, $2)", now, now.AddHours(8));

        Assert.Null(await backend.Grains.GetGrain<IOperatorsGrain>(IOperatorsGrain.Key).Session("former"));
        Assert.Null(await backend.Grains.GetGrain<IOverviewGrain>(IOverviewGrain.Key).Read("former"));
        Assert.Null(await backend.Grains.GetGrain<IAuditGrain>(IAuditGrain.Key).Read("former", null));
        Assert.Null(await backend.Grains.GetGrain<IAuditGrain>(IAuditGrain.Key).Csv("former", null));
        await backend.Database.Execute("delete from operator_session where key = 'former'");
    }
}
