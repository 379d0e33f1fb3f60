namespace Backsoon.Promises;

/// <summary>Where the log files are that the product writes: those of its private PostgreSQL. Null where it writes none.</summary>
public sealed record LogFolder(string? Path)
{
    // A file holds a day.
    private static readonly TimeSpan s_span = TimeSpan.FromDays(1);

    /// <summary>Since when the oldest of them may tell of anything.</summary>
    public DateTimeOffset? Oldest => Files().Select(file => (DateTimeOffset?)file.LastWriteTimeUtc).Min() - s_span;

    /// <summary>PostgreSQL writes over its files by the weekday, unless it was not there that day.</summary>
    public void Forget(DateTimeOffset before)
    {
        foreach (var file in Files().Where(file => file.LastWriteTimeUtc - s_span < before))
            file.Delete();
    }

    private IEnumerable<FileInfo> Files() => Path is null || !Directory.Exists(Path) ? [] : new DirectoryInfo(Path).EnumerateFiles("*.log");
}
