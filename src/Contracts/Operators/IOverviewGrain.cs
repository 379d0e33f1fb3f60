using System.Collections.Immutable;
using Backsoon.Promises;

namespace Backsoon.Operators;

/// <summary>How the installation is, in numbers that are nobody's.</summary>
/// <remarks>Key: <c>overview/all</c>. A stateless worker: it counts along indexes.</remarks>
[Alias("operators.overview")]
public interface IOverviewGrain : IGrainWithStringKey
{
    public const string Key = "overview/all";

    /// <summary>Null for whoever is not signed in.</summary>
    [ReadOnly, Alias("read")]
    Task<Overview?> Read(string session);
}

/// <param name="Reminders">Those that should have come minutes ago; null where the host of grains does not tell.</param>
/// <param name="Promises">As of the last check.</param>
[GenerateSerializer, Immutable, Alias("operators.overview-numbers")]
public sealed record Overview(
    Installation Installation, Tally Tenants, ImmutableArray<Queued> Outbox, long UnknownMails, long ParkedMails, Backlog Chains, Backlog? Reminders, Backlog CalendarWrites, long ParkedCalendarWrites,
    Backlog Deletions, Backlog Letters, Backlog DataRequests, long UntoldBreaches, PromiseStanding Promises);

/// <param name="Version">Of the program.</param>
/// <param name="Schema">The newest change of the tables.</param>
/// <param name="Host">What runs the grains.</param>
/// <param name="Since">Since when this process runs.</param>
[GenerateSerializer, Immutable, Alias("operators.installation")]
public sealed record Installation(string Version, string Schema, string Host, DateTimeOffset Since, long DatabaseBytes);

/// <summary>Businesses by what state they are in.</summary>
/// <param name="Off">Paused, because nobody pays, or closed by their owner.</param>
[GenerateSerializer, Immutable, Alias("operators.tally")]
public sealed record Tally(long All, long Off, long Going, long NewThisWeek);

/// <param name="Due">Since when the one that waits longest is due.</param>
[GenerateSerializer, Immutable, Alias("operators.queued")]
public sealed record Queued(int Priority, long Count, DateTimeOffset? Due);

/// <summary>How many there are, and since or until when the most pressing.</summary>
[GenerateSerializer, Immutable, Alias("operators.backlog")]
public sealed record Backlog(long Count, DateTimeOffset? First);
