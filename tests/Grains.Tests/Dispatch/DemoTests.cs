using Backsoon.Accounts;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

[Collection(Backend.Name)]
public sealed class DemoTests(Backend backend)
{
    private const string Everything =
        """
        select format('%s tenants, %s vendors, %s subjects, %s rules, %s steps, %s requests, %s events, %s appointments', (select count(*) from tenant), (select count(*) from vendor), (select count(*) from subject),
            (select count(*) from rule), (select count(*) from rule_step), (select count(*) from dispatch), (select count(*) from dispatch_event), (select count(*) from appointment))
        """;

    [Fact]
    public async Task A_first_start_that_is_cut_off_anywhere_is_finished_by_the_next()
    {
        var whole = await Plant(cutOffAt: null);
        Assert.StartsWith("1 tenants, 4 vendors, 6 subjects, 5 rules", whole, StringComparison.Ordinal);
        Assert.EndsWith("5 appointments", whole, StringComparison.Ordinal);
        for (var write = 3; write <= 99; write += 8)
            Assert.Equal((write, whole), (write, await Plant(write)));
    }

    private async Task<string> Plant(int? cutOffAt)
    {
        await using var database = await backend.NewDatabase();
        using var host = Skewed.Host(backend, database, out _);
        await host.StartAsync();
        var grains = Skewed.Grains(host);
        var demo = grains.GetGrain<IDemoGrain>(IDemoGrain.Key);
        if (cutOffAt is { } write)
        {
            await using var fault = await Fault.OnWrite(database, write);
            await Assert.ThrowsAnyAsync<Exception>(demo.Plant);
            Assert.True(await fault.HasFired());
            Assert.Null(await grains.Slug(Slug.Parse(IDemoGrain.Slug)).Resolve());
        }

        await demo.Plant();
        await demo.Plant();
        Assert.NotNull(await grains.Slug(Slug.Parse(IDemoGrain.Slug)).Resolve());
        await host.StopAsync();
        return await database.Scalar<string>(Everything);
    }
}
