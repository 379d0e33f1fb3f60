using System.Collections.Immutable;

namespace Backsoon.Dispatch;

/// <summary>What would happen to a request that came at some instant, if nobody answered: decided by the code that decides about requests.</summary>
/// <param name="Events">From whoever is asked first to the owner; the text of each says why.</param>
[GenerateSerializer, Immutable, Alias("dispatch.preview")]
public sealed record Preview(RoutePlan Plan, ImmutableArray<DispatchEvent> Events);

/// <summary>Where the next seven days have holes, for requests about nothing in particular.</summary>
/// <param name="Week">Each day by the half hour, from today on.</param>
/// <param name="Named">Everybody whom a rule names and who is switched on.</param>
[GenerateSerializer, Immutable, Alias("dispatch.coverage")]
public sealed record Coverage(ImmutableArray<CoverageHole> Holes, ImmutableArray<CoverageDay> Week, ImmutableArray<Vendor> Named);

/// <param name="Name">The category's or the vendor's.</param>
[GenerateSerializer, Immutable, Alias("dispatch.coverage-hole")]
public sealed record CoverageHole(CoverageHoleKind Kind, Guid Id, string Name);

[Alias("dispatch.coverage-hole-kind")]
public enum CoverageHoleKind
{
    /// <summary>No rule fits the category: it goes to the owner at once.</summary>
    NoRule,
    /// <summary>At some time of the week nobody whom the rule of the category names is on duty.</summary>
    NobodyOnDuty,
    /// <summary>A rule names a vendor who is switched off.</summary>
    SwitchedOff,
    /// <summary>A rule names a vendor who is not available now.</summary>
    Unavailable,
}

/// <param name="Nobody">For each of 48 half hours the names of the categories with nobody on duty.</param>
[GenerateSerializer, Immutable, Alias("dispatch.coverage-day")]
public sealed record CoverageDay(DateOnly Day, ImmutableArray<ImmutableArray<string>> Nobody);
