using System.Collections.Immutable;

namespace Backsoon.Dispatch;

/// <summary>A file that becomes rows of a list: looked through first, then taken over whole or not at all.</summary>
/// <remarks>Key: <c>import/{tenant}/{id}</c>. File and state are in the ledger, for a day.</remarks>
[Alias("dispatch.import")]
public interface IImportGrain : IGrainWithStringKey
{
    public const int MaxBytes = 5 * 1024 * 1024;
    public const int MaxRows = 20_000;
    public const int Piece = 192 * 1024;

    /// <summary>Takes the next piece of the file. False when the tenant is gone.</summary>
    [Alias("take")]
    Task<bool> Take(ListKind kind, int position, byte[] piece);

    /// <summary>What the file would change as things are now, or what has become of it. Null when there is no such import.</summary>
    [AlwaysInterleave, Alias("look")]
    Task<ImportView?> Look();

    /// <summary>Begins to take it over. Idempotent. False when something in it is wrong, and when there is no such import.</summary>
    [Alias("apply")]
    Task<bool> Apply();
}

/// <summary>Numbers are on disk (import.state): never reuse one.</summary>
[Alias("dispatch.import-state")]
public enum ImportState
{
    /// <summary>Nothing is written; it waits for a yes.</summary>
    Waiting = 0,
    Importing = 1,
    /// <summary>Committed; the directory has not been told yet.</summary>
    Written = 2,
    Imported = 3,
}

/// <param name="Written">How many of the new and changed rows are written while it is being imported.</param>
/// <param name="Refused">It was tried, but the list had changed in the same moment; nothing was written.</param>
/// <param name="Ignored">Columns of the file that mean nothing here.</param>
/// <param name="Problems">The first of them; <paramref name="ProblemCount"/> is how many there are.</param>
/// <param name="Changes">The first of the rows that change.</param>
/// <param name="NewNames">The first of the rows that are new.</param>
[GenerateSerializer, Immutable, Alias("dispatch.import-view")]
public sealed record ImportView(
    ListKind Kind, ImportState State, int New, int Changed, int Unchanged, int Written, bool Refused, ImmutableArray<string> Ignored, ImmutableArray<ImportProblem> Problems, int ProblemCount, ImmutableArray<ImportChange> Changes,
    ImmutableArray<string> NewNames);

/// <param name="Line">Of the file, from 1, as an editor counts.</param>
/// <param name="Column">Null for the whole row.</param>
/// <param name="Says">What is wrong, and what to do.</param>
[GenerateSerializer, Immutable, Alias("dispatch.import-problem")]
public sealed record ImportProblem(int Line, string? Column, string Says);

[GenerateSerializer, Immutable, Alias("dispatch.import-change")]
public sealed record ImportChange(int Line, string Name, ImmutableArray<FieldChange> Fields);

[GenerateSerializer, Immutable, Alias("dispatch.field-change")]
public sealed record FieldChange(string Column, string Before, string After);
