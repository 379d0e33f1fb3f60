using FsCheck;
using FsCheck.Fluent;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

public sealed class PreviewTests
{
    [Fact]
    public void What_is_foreseen_is_what_happens_when_nobody_answers() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(300).WithQuietOnSuccess(true), Prop.ForAll(World.Any.ToArbitrary(), world =>
    {
        var profile = new TenantProfile(new("tenant_1"), Slug.Parse("harbour-lane"), Industry.Trades, World.Settings, [], world.Start, 1, []);
        var rule = new Rule(World.Id(9), null, null, [], world.Repeat);
        // The directory's own vendors, as a route has them.
        var preview = Previews.Of(new RoutePlan(null, new Category(World.Id(8), "Leak", world.Urgent, true, 0), [.. world.Plan.Select(step => step with { Vendors = [.. step.Vendors.Select(v => world.Vendors.Single(known => known.Id == v.Id))] })], profile, rule), world.Start);

        var chain = world.Begun();
        while (chain.Request.NextAt is { } next)
        {
            chain = new Chain(chain.Request, world.Duties, next);
            chain.Advance();
        }

        DispatchEventKind[] told = [DispatchEventKind.VendorAsked, DispatchEventKind.VendorReminded, DispatchEventKind.VendorPassed, DispatchEventKind.Held, DispatchEventKind.OwnerAsked];
        Assert.Equal(chain.Request.Events.Where(e => told.Contains(e.Kind)).Select(e => (e.At, e.Kind, e.Vendor)), preview.Events.Select(e => (e.At, e.Kind, e.Vendor)));
        Assert.All(preview.Events.Where(e => e.Kind is DispatchEventKind.VendorAsked or DispatchEventKind.VendorPassed), e => Assert.NotNull(e.Text));
    }));
}
