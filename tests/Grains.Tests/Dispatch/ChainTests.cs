using System.Collections.Immutable;
using Backsoon.Mail;
using FsCheck;
using FsCheck.Fluent;

namespace Backsoon.Dispatch;

public sealed class ChainTests
{
    private const int Runs = 2000;
    private static readonly DateTimeOffset s_start = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);
    private static readonly ImmutableArray<Vendor> s_vendors = [.. Enumerable.Range(0, 4).Select(i => new Vendor(new Guid(i, 0, 0, new byte[8]), $"Vendor {i}", EmailAddress.Parse($"v{i}@example.com"), null, null, true))];

    private static readonly Gen<TimeSpan> s_minutes = Gen.Frequency((3, Gen.Choose(1, 12)), (1, Gen.Choose(60, 3000))).Select(minutes => TimeSpan.FromMinutes(minutes));
    private static readonly Gen<ImmutableArray<RouteStep>> s_plans = Gen.Choose(0, 6).SelectMany(length => (from vendor in Gen.Elements(s_vendors.AsEnumerable()) from wait in s_minutes select new RouteStep(vendor, wait)).ListOf(length)).Select(steps => steps.ToImmutableArray());

    // What anybody may do to a request, and time passing.
    private static readonly Gen<Act> s_acts = Gen.OneOf(
        s_minutes.Select(time => new Act($"{time} pass", (_, now) => now + time)),
        from vendor in Gen.Elements(s_vendors.AsEnumerable())
        from answer in Gen.Elements(Enum.GetValues<VendorAnswer>().AsEnumerable())
        select new Act($"{vendor.Name}: {answer}", (chain, now) => { chain.Answer(vendor.Id, answer, "text"); return now; }),
        Gen.Constant(new Act("advance", (chain, now) => { chain.Advance(); return now; })),
        Gen.Elements(s_vendors.AsEnumerable()).Select(vendor => new Act($"reassign to {vendor.Name}", (chain, now) => { chain.Reassign(vendor, "Ana"); return now; })),
        Gen.Elements(
            new Act("close", (chain, now) => { chain.Close("note", "Ana"); return now; }), new Act("reopen", (chain, now) => { chain.Reopen("Ana"); return now; }),
            new Act("undo", (chain, now) => { chain.UndoClose("Ana"); return now; }),
            new Act("remind", (chain, now) => { chain.Remind("Ana"); return now; }), new Act("note", (chain, now) => { chain.Note("text", "Ana"); return now; })));

    [Fact]
    public void Left_alone_every_request_reaches_the_owner_within_the_sum_of_its_waits() => Check(s_plans, plan =>
    {
        var (request, now) = (Begun(plan, s_start), s_start);
        for (var moves = 0; request.NextAt is { } next; moves++)
        {
            Assert.True(moves <= 2 * plan.Length, "It goes on for ever.");
            now = next;
            request = Moved(request, now, chain => chain.Advance());
        }

        Assert.Equal(DispatchStatus.OwnerAsked, request.Status);
        Assert.Equal(s_start + plan.Aggregate(TimeSpan.Zero, (sum, step) => sum + step.Wait), now);
        Assert.Equal(plan.Select(step => (Guid?)step.Vendors[0].Id), request.Events.Where(e => e.Kind == DispatchEventKind.VendorAsked).Select(e => e.Vendor));
        Assert.Equal(plan.Count(step => step.Wait >= TimeSpan.FromMinutes(10)), request.Events.Count(e => e.Kind == DispatchEventKind.VendorReminded));
    });

    [Fact]
    public void Whatever_anybody_does_a_request_is_in_one_place_and_never_forgotten() => Check(from plan in s_plans from acts in s_acts.ListOf() select (plan, acts), story =>
    {
        var (request, now) = (Begun(story.plan, s_start), s_start);
        Holds(request, now);
        foreach (var act in story.acts)
        {
            var then = now;
            var before = request;
            request = Moved(request, now, chain => then = act.Do(chain, now));
            // The clock's business is done on time by the chains.
            while (request.NextAt <= then && act.Name.EndsWith("pass", StringComparison.Ordinal))
                request = Moved(request, now = request.NextAt.Value, chain => chain.Advance());
            now = then;
            Holds(request, now);
            Assert.Equal(before.Events, request.Events.Take(before.Events.Length));
        }

        for (var moves = 0; request.NextAt is { } next; moves++)
        {
            Assert.True(moves <= 2 * request.Plan.Length, "It goes on for ever.");
            request = Moved(request, next > now ? now = next : now, chain => chain.Advance());
        }

        Assert.True(request.Status is DispatchStatus.OwnerAsked or DispatchStatus.Accepted or DispatchStatus.OnTheWay || !request.IsOpen, $"It ends as {request.Status}.");
    });

    [Fact]
    public void Doing_again_what_is_done_changes_nothing() => Check(from plan in s_plans from acts in s_acts.ListOf() from last in s_acts select (plan, acts, last), story =>
    {
        var (request, now) = (Begun(story.plan, s_start), s_start);
        foreach (var act in story.acts)
            request = Moved(request, now, chain => now = act.Do(chain, now));
        if (story.last.Name is "note" || story.last.Name.StartsWith("reassign", StringComparison.Ordinal))
            return;

        var once = Moved(request, now, chain => story.last.Do(chain, now));
        var twice = Moved(once, now, chain => story.last.Do(chain, now));

        Assert.Equal(once.Events.Length, twice.Events.Length);
        Assert.Equal(once.Status, twice.Status);
    });

    private static void Holds(Request request, DateTimeOffset now)
    {
        Assert.Equal(request.Status == DispatchStatus.Asking, request.NextAt is not null);
        Assert.Equal(request.Status is DispatchStatus.Done or DispatchStatus.Closed, request.ClosedAt is not null);
        Assert.False(request.NextAt < now, "Something was due and is not done.");
        if (request.Status is DispatchStatus.Asking or DispatchStatus.Accepted or DispatchStatus.OnTheWay or DispatchStatus.Done)
            Assert.NotNull(request.Vendor(request.With));
        if (request.Status == DispatchStatus.OwnerAsked)
            Assert.Null(request.With);
        if (request.Status == DispatchStatus.Asking)
            Assert.InRange(request.AnswerBy!.Value, request.NextAt!.Value, now + request.Plan[request.Step].Wait);
        Assert.True(request.Standing(VendorStanding.Accepted, VendorStanding.OnTheWay, VendorStanding.Done).Count() <= 1, "Two vendors have it.");
        Assert.Equal(request.Events.OrderBy(e => e.At), request.Events);
        for (var (i, taken) = (0, (Guid?)null); i < request.Events.Length; i++)
        {
            // Nobody accepts what somebody else has and has not given back.
            taken = request.Events[i] switch
            {
                { Kind: DispatchEventKind.Accepted } accepted => taken is null ? accepted.Vendor : throw new InvalidOperationException("Accepted twice."),
                { Kind: DispatchEventKind.Reassigned } => null,
                { Kind: DispatchEventKind.Reopened } reopened => reopened.Vendor,
                { Kind: DispatchEventKind.Declined } declined when declined.Vendor == taken => null,
                _ => taken,
            };
        }
    }

    private static Request Begun(ImmutableArray<RouteStep> plan, DateTimeOffset now) => Moved(World.Request(plan, now), now, chain => chain.Begin());

    private static Request Moved(Request request, DateTimeOffset now, Action<Chain> move)
    {
        var chain = new Chain(request, new Duties(World.Settings, s_vendors), now);
        move(chain);
        return chain.Request;
    }

    private static void Check<T>(Gen<T> gen, Action<T> body) => FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(Runs), Prop.ForAll(gen.ToArbitrary(), body));

    private sealed record Act(string Name, Func<Chain, DateTimeOffset, DateTimeOffset> Do)
    {
        public override string ToString() => Name;
    }
}
