using Backsoon.Embedded;
using Backsoon.Mail;
using Backsoon.Tenants;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Backsoon.Dispatch;

/// <summary>Two processes that both believe they look after a request, as for a moment in a cluster that heals: the lock that keeps a database to one is out of the way.</summary>
[Collection(Backend.Name)]
public sealed class TwoActivationsTests(Backend shared) : IAsyncLifetime
{
    private const int Rounds = 200;

    private Backend _backend = null!;

    public async Task InitializeAsync() => _backend = await shared.Beside();

    public Task DisposeAsync() => _backend.DisposeAsync();

    [Fact, Trait("Abuse", "43")]
    public async Task Of_two_who_accept_at_the_same_instant_on_two_machines_exactly_one_has_it()
    {
        // Held of another database, which keeps nobody from this one.
        await using var elsewhere = await shared.NewDatabase();
        await using var hold = new DatabaseLock(elsewhere);
        Assert.True(await hold.Take(TimeSpan.Zero, TimeProvider.System, default));
        using var second = _backend.Build(_backend.Database, _backend.Clock, services => services.AddSingleton(hold).Replace(ServiceDescriptor.Singleton<MailTransport>(_backend.Mails)));
        await second.StartAsync();
        var office = await Office.Open(_backend, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(10));
        var rule = (await office.Scope.Directory().Rules(new PageRequest("", null, 10, true))).Items.Single().Rule;
        await office.Scope.Directory().PutRule(rule with { Steps = [new RuleStep([.. office.Vendors.Select(vendor => vendor.Id)], TimeSpan.FromMinutes(10))] });
        var there = second.Services.GetRequiredService<IGrainFactory>().For(office.Tenant);

        for (var round = 0; round < Rounds; round++)
        {
            var here = await office.Submit(office.Form($"Leak {round}", EmailAddress.Parse($"caller{round}@two.example")));
            var beyond = there.Dispatch((await office.Look(here)).Id);
            // Both have read the same version of the rows, so whoever is second writes on rows that are not those it decided on.
            Assert.Equal((await here.Look())!.Events.Length, (await beyond.Look())!.Events.Length);
            using var together = new Barrier(2);
            // Turn about, so that neither machine is always the quicker one.
            var (one, other) = round % 2 == 0 ? (here, beyond) : (beyond, here);
            var accepts = await Task.WhenAll(Accept(one, office.Vendors[0].Id, together), Accept(other, office.Vendors[1].Id, together));

            Assert.Equal([AnswerOutcome.Recorded, AnswerOutcome.TakenByOther], accepts.Order());
            await Consistent(office, there, await office.Look(here), office.Vendors[accepts[0] == AnswerOutcome.Recorded ? 0 : 1].Id);
        }

        await second.StopAsync();
    }

    private static Task<AnswerOutcome> Accept(IDispatchGrain dispatch, Guid vendor, Barrier together) => Task.Factory.StartNew(
        () =>
        {
            together.SignalAndWait();
            return dispatch.Answer(vendor, VendorAnswer.Accept, "");
        },
        default,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default).Unwrap();

    private async Task Consistent(Office office, TenantScope there, DispatchView view, Guid winner)
    {
        var loser = office.Vendors.Single(vendor => vendor.Id != winner).Id;
        // Read anew: what is in memory of either is not what counts.
        var (story, version) = (
            await _backend.Database.Scalar<string>("select string_agg(kind || ':' || coalesce(vendor_id::text, ''), ' ' order by seq) from dispatch_event where tenant_id = $1 and dispatch_id = $2", office.Tenant.Value, view.Id),
            await _backend.Database.Scalar<int>("select version from dispatch where tenant_id = $1 and id = $2 and with_id = $3 and status = $4", office.Tenant.Value, view.Id, winner, (short)DispatchStatus.Accepted));
        Assert.Equal(
            [$"{(short)DispatchEventKind.Accepted}:{winner}", $"{(short)DispatchEventKind.LateAccept}:{loser}"],
            story.Split(' ').Where(e => e.StartsWith($"{(short)DispatchEventKind.Accepted}:", StringComparison.Ordinal) || e.StartsWith($"{(short)DispatchEventKind.LateAccept}:", StringComparison.Ordinal)));
        // Submitted, accepted, and the late accept noted: three writes and no fourth, so the second machine's first one was refused.
        Assert.Equal(3, version);
        Assert.Equal(await _backend.Database.Scalar<int>("select max(seq) + 1 from dispatch_event where tenant_id = $1 and dispatch_id = $2", office.Tenant.Value, view.Id), story.Split(' ').Length);
        Assert.Equal(1, await Mails(view, "caller-accepted"));
        Assert.Equal(1, await Mails(view, "request-taken"));
        Assert.Equal(VendorStanding.TakenByOther, (await there.Dispatch(view.Id).LookAsVendor(loser))?.Standing);
    }

    private Task<long> Mails(DispatchView view, string kind) => _backend.Database.Scalar<long>("select count(*) from outbox where dispatch_id = $1 and kind = $2", view.Id, kind);
}
