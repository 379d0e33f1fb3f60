using System.Collections.Immutable;
using Backsoon.Shared;

namespace Backsoon.Dispatch;

public static class CoverageEndpoints
{
    public static void MapCoverage(this RouteGroupBuilder members) => members.MapGet("/coverage", async (HttpContext context, Member member) => await Of(member) is { } seen
        ? context.Page<CoveragePage>(new { Member = member, View = seen.View, seen.Refusing })
        : Results.NotFound());

    /// <summary>Null when the business is gone.</summary>
    public static async Task<(Coverage View, ImmutableArray<Vendor> Refusing)?> Of(Member member)
    {
        if (await member.Scope.Directory().Coverage() is not { } view)
            return null;
        var refused = (await member.Scope.Deliveries().Refusing([.. view.Named.Select(vendor => vendor.Email)])).Select(refusal => refusal.Address).ToHashSet();
        return (view, [.. view.Named.Where(vendor => refused.Contains(vendor.Email))]);
    }
}
