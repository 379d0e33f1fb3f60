namespace Backsoon.Dispatch;

/// <summary>What a business has, as CSV for spreadsheets, piece by piece: the pieces one after the other are the file.</summary>
/// <remarks>Key: <c>export/{tenant}</c>. A stateless worker: requests are in the ledger, lists in the directory.</remarks>
[Alias("dispatch.export")]
public interface IExportGrain : IGrainWithStringKey
{
    /// <summary>After so many bytes a piece ends with its row; the next one begins there.</summary>
    public const int Piece = 192 * 1024;

    /// <summary>Requests that fit, newest first.</summary>
    /// <param name="after">What the piece before answered; null for the first, which begins with the names of the columns.</param>
    [ReadOnly, Alias("requests")]
    Task<RequestsPiece> Requests(HistoryFilter filter, HistoryCursor? after);

    /// <summary>The rows of a list that fit, in its order. How many a piece has is decided here.</summary>
    [ReadOnly, Alias("list")]
    Task<ListPiece> List(ListKind kind, PageRequest request);
}

/// <summary>The lists of the directory.</summary>
[Alias("dispatch.list-kind")]
public enum ListKind
{
    Vendors = 0,
    Subjects = 1,
    Categories = 2,
    Rules = 3,
}

/// <param name="Text">UTF-8.</param>
/// <param name="Next">Null after the last piece.</param>
[GenerateSerializer, Immutable, Alias("dispatch.requests-piece")]
public sealed record RequestsPiece(byte[] Text, HistoryCursor? Next);

/// <param name="Text">UTF-8.</param>
/// <param name="Next">Null after the last piece.</param>
[GenerateSerializer, Immutable, Alias("dispatch.list-piece")]
public sealed record ListPiece(byte[] Text, Guid? Next);
