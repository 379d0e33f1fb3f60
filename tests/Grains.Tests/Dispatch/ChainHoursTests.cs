using FsCheck;
using FsCheck.Fluent;

namespace Backsoon.Dispatch;

public sealed class ChainHoursTests
{
    private const int Runs = 500;

    [Fact]
    public void Left_alone_every_request_reaches_the_owner_within_the_bound_of_its_policy() => Check(World.Any, world =>
    {
        var (chain, now) = (world.Begun(), world.Start);
        for (var moves = 0; chain.Request.NextAt is { } next; moves++)
        {
            Assert.True(moves <= 4 * world.Repeat * world.Plan.Length, "It goes on for ever.");
            Assert.True(next > now, "It does not move on.");
            now = next;
            chain = Moved(chain.Request, world.Duties, now, c => c.Advance());
        }

        Assert.Equal(DispatchStatus.OwnerAsked, chain.Request.Status);
        Assert.InRange(now - world.Start, TimeSpan.Zero, world.Bound);
    });

    [Fact]
    public void Whatever_is_answered_and_whoever_goes_away_the_bound_holds() => Check(from world in World.Any from fates in Gen.Choose(0, 99).ListOf(60) select (world, fates), story =>
    {
        var (world, bound, fate) = (story.world, story.world.Bound, 0);
        var (chain, now, vendors) = (world.Begun(), world.Start, world.Vendors);
        while (chain.Request is { IsOpen: true, NextAt: { } next, Status: not (DispatchStatus.Accepted or DispatchStatus.OnTheWay) })
        {
            var luck = story.fates[fate++ % story.fates.Count];
            var asked = chain.Request.Asked;
            var duties = new Duties(World.Settings, vendors);
            if (luck < 10 && asked is [var first, ..])
                chain = Moved(chain.Request, duties, now, c => c.Answer(first.Id, VendorAnswer.Decline, "No time"));
            else if (luck < 15 && asked is [.., var last])
                chain = Moved(chain.Request, duties, now, c => c.Bounce(last.Id));
            else if (luck < 18 && asked is [var one, ..])
                chain = Moved(chain.Request, duties, now, c => c.Answer(one.Id, VendorAnswer.Accept, ""));
            else if (luck < 30)
                vendors = vendors.SetItem(luck % 4, vendors[luck % 4] with { UnavailableUntil = now.AddHours(luck * 3) });
            else if (luck < 35)
                vendors = vendors.SetItem(luck % 4, vendors[luck % 4] with { Active = !vendors[luck % 4].Active });
            else
                chain = Moved(chain.Request, duties, now = next, c => c.Advance());
            Assert.True(fate < 5000, "It goes on for ever.");
            Assert.InRange(now - world.Start, TimeSpan.Zero, bound);
            Holds(chain.Request);
        }

        Assert.True(chain.Request.Status is DispatchStatus.OwnerAsked or DispatchStatus.Accepted);
        Assert.True(chain.Request.Events.Count(e => e.Kind == DispatchEventKind.Accepted) <= 1);
    });

    [Fact]
    public void Nobody_is_asked_twice_in_one_step_or_mailed_off_duty_when_the_step_waits_for_duty() => Check(World.Any, world =>
    {
        var (chain, now) = (world.Begun(), world.Start);
        var told = new HashSet<(int Round, int Step, Guid Vendor)>();
        while (true)
        {
            var step = chain.Request.Step < world.Plan.Length && chain.Request.Step >= 0 ? world.Plan[chain.Request.Step] : null;
            foreach (var notice in chain.Notices)
            {
                var vendor = notice switch { Notice.Ask ask => ask.Vendor, Notice.Remind remind => remind.Vendor, _ => null };
                if (notice is Notice.Ask && vendor is not null)
                    Assert.True(told.Add((chain.Request.Round, chain.Request.Step, vendor.Id)), $"{vendor.Name} is asked twice.");
                if (vendor is not null && !world.Urgent && step!.Start == StepStart.OnDuty)
                    Assert.Equal(DutyKind.OnDuty, world.Duties.Of(vendor.Id, now).Kind);
            }

            if (chain.Request.NextAt is not { } next)
                break;
            now = next;
            chain = Moved(chain.Request, world.Duties, now, c => c.Advance());
        }
    });

    [Fact]
    public void An_hour_of_downtime_anywhere_loses_nobody_and_asks_nobody_twice() => Check(from world in World.Any from late in Gen.Choose(0, 59) select (world, late), story =>
    {
        var (chain, now) = (story.world.Begun(), story.world.Start);
        for (var moves = 0; chain.Request.NextAt is { } next; moves++)
        {
            Assert.True(moves <= 8 * story.world.Repeat * story.world.Plan.Length + 8, "It goes on for ever.");
            now = moves == story.late % 8 ? next.AddHours(1) : next > now ? next : now;
            var before = chain.Request;
            chain = Moved(before, story.world.Duties, now, c => c.Advance());
            Assert.True(chain.IsMoved, "What was due stays due.");
            Assert.True(chain.Notices.OfType<Notice.Ask>().Count() <= Rule.MaxTogether);
        }

        Assert.Equal(DispatchStatus.OwnerAsked, chain.Request.Status);
    });

    private static void Holds(Request request)
    {
        Assert.Equal(request.Status is DispatchStatus.Asking or DispatchStatus.Waiting, request.NextAt is not null);
        Assert.Equal(request.Status == DispatchStatus.Asking, request.AnswerBy is not null);
        Assert.Equal(request.Status == DispatchStatus.Asking, !request.Asked.IsEmpty);
        Assert.Equal(request.Status == DispatchStatus.Waiting, request.HeldSince is not null);
        Assert.True(request.Status != DispatchStatus.Waiting || request.NextAt - request.HeldSince <= Chain.LongestHold);
    }

    private static Chain Moved(Request request, Duties duties, DateTimeOffset now, Action<Chain> move)
    {
        var chain = new Chain(request, duties, now);
        move(chain);
        return chain;
    }

    private static void Check<T>(Gen<T> gen, Action<T> body) => FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(Runs).WithQuietOnSuccess(true), Prop.ForAll(gen.ToArbitrary(), body));
}
