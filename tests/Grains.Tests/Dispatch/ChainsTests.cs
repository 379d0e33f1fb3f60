namespace Backsoon.Dispatch;

[Collection(Backend.Name)]
public sealed class ChainsTests(Backend backend)
{
    [Fact]
    public async Task One_request_that_cannot_be_advanced_stops_no_other()
    {
        var office = await Office.Open(backend, TimeSpan.FromMinutes(2));
        var all = await Task.WhenAll(Enumerable.Range(0, 600).Select(_ => Task.Run(() => office.Submit())));
        Assert.Equal(20, await backend.Database.Execute("update dispatch set plan = '{}' where tenant_id = $1 and id in (select id from dispatch where tenant_id = $1 order by id limit 20)", office.Tenant.Value));

        await office.Pass(TimeSpan.FromMinutes(2));

        Assert.Equal(580, await backend.Database.Scalar<long>("select count(*) from dispatch where tenant_id = $1 and status = 1", office.Tenant.Value));
        await backend.Database.Execute("delete from dispatch where tenant_id = $1 and plan::text = '{}'", office.Tenant.Value);
    }

    [Fact]
    public async Task The_reminders_alone_bring_every_request_to_its_end()
    {
        var office = await Office.Open(backend, TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(3));
        for (var shard = 0; shard < IChainsGrain.Shards; shard++)
            await backend.Grains.GetGrain<IChainsGrain>($"chains/{shard}").Start();
        var dispatch = await office.Submit();

        for (var minute = 0; minute < 8; minute++)
            await backend.Advance(TimeSpan.FromMinutes(1));

        await Backend.Eventually(async () => (await office.Look(dispatch)).Status == DispatchStatus.OwnerAsked, "the owner was asked");
    }

    [Fact]
    public async Task A_wait_that_ends_soon_is_not_left_to_the_minute()
    {
        var office = await Office.Open(backend, TimeSpan.FromSeconds(70));
        var dispatch = await office.Submit();

        // Only the clock moves, no reminder is received: the timer has to be set by the submission itself.
        await Backend.Eventually(async () =>
        {
            backend.Clock.Advance(TimeSpan.FromSeconds(10));
            return (await office.Look(dispatch)).Status == DispatchStatus.OwnerAsked;
        }, "the owner was asked");
    }

    [Fact]
    public async Task Sweeping_uses_the_index_of_what_is_due()
    {
        await using var connection = await backend.Database.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "set enable_seqscan = off; explain select next_at, tenant_id, id from dispatch where shard = 3 and next_at <= now() and (next_at, tenant_id, id) > ('1970-01-01', '', '00000000-0000-0000-0000-000000000000') order by next_at, tenant_id, id limit 256";
        await using var reader = await command.ExecuteReaderAsync();
        var plan = new List<string>();
        while (await reader.ReadAsync())
            plan.Add(reader.GetString(0));
        Assert.Contains(plan, line => line.Contains("dispatch_due", StringComparison.Ordinal));
    }
}
