using Backsoon.Accounts;

namespace Backsoon.Tenants;

[GenerateSerializer, Alias("tenants.archive.state")]
public sealed class ArchiveState
{
    [Id(0)]
    public Guid Id { get; set; }

    [Id(1)]
    public AccountId By { get; set; }

    /// <summary>Null where there is none.</summary>
    [Id(2)]
    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>Null while it is being made.</summary>
    [Id(3)]
    public DateTimeOffset? ReadyAt { get; set; }

    [Id(4)]
    public DateTimeOffset Until { get; set; }

    [Id(5)]
    public bool HasTold { get; set; }

    /// <summary>Which part comes next: the first files, each list in two forms, photos, the directory.</summary>
    [Id(6)]
    public int Part { get; set; }

    /// <summary>The key of the last row written of it; empty at its beginning.</summary>
    [Id(7)]
    public List<string> After { get; set; } = [];

    /// <summary>The file that is being written; null between two.</summary>
    [Id(8)]
    public ZipEntry? Open { get; set; }

    /// <summary>Files that are whole; the line of each in the directory is a piece of negative number until the end.</summary>
    [Id(9)]
    public int Files { get; set; }

    [Id(10)]
    public int Pieces { get; set; }

    [Id(11)]
    public long Bytes { get; set; }

    [Id(12)]
    public long Done { get; set; }

    [Id(13)]
    public long Total { get; set; }

    /// <summary>Where the directory begins.</summary>
    [Id(14)]
    public long Directory { get; set; }
}

/// <summary>One file of a ZIP, as far as it is written.</summary>
[GenerateSerializer, Immutable, Alias("tenants.archive.entry")]
public sealed record ZipEntry(string Name, long Offset, uint Crc, long Size, long Packed);
