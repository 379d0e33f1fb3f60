using System.Collections.Immutable;
using Backsoon.Mail;

namespace Backsoon.Dispatch;

/// <summary>Runs the chain of a request that nobody sent and nobody answers.</summary>
public static class Previews
{
    // More than any rule can need.
    private const int MostMoves = 2_000;

    private static readonly Submission s_nobodys = new(null, Guid.Empty, "", "", null, "", []);

    private static readonly ImmutableHashSet<DispatchEventKind> s_told =
    [
        DispatchEventKind.VendorAsked, DispatchEventKind.VendorReminded, DispatchEventKind.VendorPassed, DispatchEventKind.Held, DispatchEventKind.HeldForReturn, DispatchEventKind.OwnerAsked,
    ];

    public static Preview Of(RoutePlan plan, DateTimeOffset at)
    {
        var duties = Duties.Of(plan);
        var chain = new Chain(Request.Of(plan, Guid.Empty, s_nobodys, [], at), duties, at);
        chain.Begin();
        for (var move = 0; chain.Request.NextAt is { } next && move < MostMoves; move++)
        {
            chain = new Chain(chain.Request, duties, next);
            chain.Advance();
        }

        return new Preview(plan, [.. chain.Request.Events.Where(e => s_told.Contains(e.Kind)).Select(e => e.Kind == DispatchEventKind.VendorAsked && e.Vendor is { } vendor ? e with { Text = Why(chain.Request, duties, vendor, e.At) } : e)]);
    }

    private static string Why(Request request, Duties duties, Guid vendor, DateTimeOffset at)
    {
        var step = request.Plan.Last(planned => planned.Vendors.Any(other => other.Id == vendor));
        return duties.Of(vendor, at) switch
        {
            _ when step.Origin == StepOrigin.StandIn => "Stands in for you while you are away.",
            { Kind: DutyKind.OnDuty, At: { } until } => $"On duty until {MailTime.Say(until, duties.Settings.ZoneId)}.",
            { Kind: DutyKind.OnDuty } => "Always on duty.",
            var duty when request.Urgent => $"{duties.Reason(duty)} It is urgent, so they are asked all the same.",
            var duty => $"{duties.Reason(duty)} The rule asks at any hour.",
        };
    }
}
