using Backsoon.Booking;
using Backsoon.Dispatch;
using Orleans.Runtime;

namespace Backsoon;

/// <summary>What only a cluster can show: a silo goes without a word while it is at work, and another takes over what it had.</summary>
[Collection(Backend.Name)]
public sealed class KilledSiloTests(Backend shared) : IAsyncLifetime
{
    private const int Requests = 200;
    private const int Guests = 100;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    private Backend _backend = null!;

    private TwoSilos Silos => (TwoSilos)_backend.Host;

    public async Task InitializeAsync() => _backend = await shared.Beside();

    public Task DisposeAsync() => _backend.DisposeAsync();

    [Fact]
    public async Task Requests_that_are_sent_while_a_silo_dies_are_all_kept_and_mailed_once()
    {
        var office = await Office.Open(_backend, TimeSpan.FromMinutes(10));
        var ids = Enumerable.Range(0, Requests).Select(_ => Office.Id(_backend)).ToArray();
        var accepted = 0;
        var sent = Task.WhenAll(ids.Select(async (id, number) =>
        {
            await Insist(() => office.Scope.Dispatch(id).Submit(office.Form($"Leak {number}")));
            Interlocked.Increment(ref accepted);
        }));
        await Backend.Eventually(() => Task.FromResult(accepted >= Requests / 4), "a quarter is accepted");
        await Silos.Cluster.KillSiloAsync(Silos.Cluster.Silos[1]);
        await sent;

        Assert.Equal(Requests, await _backend.Database.Scalar<long>("select count(*) from dispatch where tenant_id = $1", office.Tenant.Value));
        Assert.Equal((long)Requests, await _backend.Database.Scalar<long>("select count(distinct dispatch_id) from outbox where tenant_id = $1 and kind = 'vendor-request'", office.Tenant.Value));
        Assert.Equal((long)Requests, await _backend.Database.Scalar<long>("select count(*) from outbox where tenant_id = $1 and kind = 'vendor-request'", office.Tenant.Value));
    }

    [Fact]
    public async Task A_time_that_many_want_while_the_silo_of_its_host_dies_is_given_once()
    {
        var salon = await Salon.Open(_backend);
        var outcomes = Enumerable.Range(0, Guests)
            .Select(guest => Insist(() => salon.Schedule.Book(Salon.Id(_backend), salon.Form(salon.At(10), $"Guest {guest}", $"guest{guest}@salon.example")))).ToArray();
        await Task.WhenAny(outcomes);
        await Silos.Cluster.KillSiloAsync(Silos.Cluster.Silos[1]);

        Assert.Single(await Task.WhenAll(outcomes), outcome => outcome is BookOutcome.Booked or BookOutcome.AlreadyBooked);
        Assert.Equal(1, await salon.Rows());
    }

    [Fact]
    public async Task What_a_silo_was_to_be_reminded_of_comes_to_the_one_that_is_left()
    {
        var office = await Office.Open(_backend, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(10));
        var dispatch = await office.Submit();
        await Silos.Cluster.KillSiloAsync(Silos.Cluster.Silos[1]);
        await Insist(async () => await office.Scope.Tenant().Profile());

        await _backend.Advance(TimeSpan.FromMinutes(31));
        await _backend.Rest();
        Assert.Contains((await dispatch.Look())!.Events, happened => happened.Vendor == office.Vendors[1].Id);
        // By its own time of day, too: whatever the dead one watched is watched by somebody.
        Assert.Equal(0, await _backend.Database.Scalar<long>("select count(*) from reminder where grain_hash is null"));
    }

    // As a browser is told to: what got no answer is sent again, by the same id.
    private static async Task<T> Insist<T>(Func<Task<T>> call)
    {
        while (true)
        {
            try
            {
                return await call();
            }
            catch (Exception lost) when (lost is OrleansException or TimeoutException)
            {
                await Task.Delay(s_pause, TimeProvider.System);
            }
        }
    }
}
