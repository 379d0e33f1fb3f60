using System.Collections.Immutable;

namespace Backsoon.Dispatch;

/// <summary>The open requests of one tenant, and who waits for a change of them.</summary>
/// <remarks>Key: <c>board/{tenant}</c>.</remarks>
[Alias("dispatch.board")]
public interface IBoardGrain : IGrainWithStringKey
{
    /// <summary>Something on the board changed. Lost calls are healed by the waiters' own time-out.</summary>
    [OneWay, AlwaysInterleave, Alias("changed")]
    Task Changed();

    /// <summary>Answers as soon as the version differs from the one known, and within 20 s either way.</summary>
    [AlwaysInterleave, Alias("wait")]
    Task<long> Wait(long known);

    /// <summary>Open requests, urgent and oldest first, at most 500, and those closed within the last day.</summary>
    [ReadOnly, Alias("open")]
    Task<BoardView> Open();
}

/// <param name="OpenTotal">How many are open in all.</param>
/// <param name="OpenTests">How many of those are tests.</param>
[GenerateSerializer, Immutable, Alias("dispatch.board-view")]
public sealed record BoardView(long Version, ImmutableArray<Slip> Open, int OpenTotal, ImmutableArray<Slip> ClosedToday, int OpenTests);

/// <summary>A request as the board and the history list it.</summary>
/// <param name="With">The name of the vendor who has it, or the names of those who are being asked or waited for; null when the owner is asked.</param>
/// <param name="IsTest">Sent by the business itself, see <see cref="TestRequest"/>.</param>
/// <param name="AnswerBy">Until when those who are being asked have it, or when those who are waited for are asked; null otherwise.</param>
[GenerateSerializer, Immutable, Alias("dispatch.slip")]
public sealed record Slip(
    Guid Id, string Reference, DispatchStatus Status, bool Urgent, string? SubjectLabel, string CategoryName, string CallerName, string Text, DateTimeOffset ReceivedAt, DateTimeOffset? ClosedAt, string? With, DateTimeOffset? AnswerBy,
    bool IsTest);

/// <summary>All requests of one tenant, by filter, newest first.</summary>
/// <remarks>Key: <c>history/{tenant}</c>. A stateless worker: everything is in the ledger.</remarks>
[Alias("dispatch.history")]
public interface IHistoryGrain : IGrainWithStringKey
{
    [ReadOnly, Alias("read")]
    Task<HistoryPage> Read(HistoryFilter filter, HistoryCursor? before, int take);
}

/// <param name="Query">A reference, or words that all have to occur in what is known of a request, the last one by its beginning; empty for all.</param>
/// <param name="From">Inclusive.</param>
/// <param name="To">Exclusive.</param>
[GenerateSerializer, Immutable, Alias("dispatch.history-filter")]
public sealed record HistoryFilter(string Query, DispatchStatus? Status, bool? Urgent, Guid? Subject, Guid? Category, Guid? Vendor, DateTimeOffset? From, DateTimeOffset? To)
{
    public static readonly HistoryFilter All = new("", null, null, null, null, null, null, null);
}

/// <summary>Where a page ended: keyset, so that page 20,000 costs what page 1 does.</summary>
[GenerateSerializer, Immutable, Alias("dispatch.history-cursor")]
public sealed record HistoryCursor(DateTimeOffset ReceivedAt, Guid Id);

/// <param name="StillReading">Some requests are not searched yet: thousands came at once.</param>
[GenerateSerializer, Immutable, Alias("dispatch.history-page")]
public sealed record HistoryPage(ImmutableArray<Slip> Slips, HistoryCursor? Next, bool StillReading = false);
