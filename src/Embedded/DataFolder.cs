namespace Backsoon.Embedded;

/// <summary>The folder DATA, held by one process at a time.</summary>
public sealed class DataFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly FileStream _lock;

    private DataFolder(string path, FileStream held) => (Path, _lock) = (path, held);

    public string Path { get; }

    /// <summary>Makes the folder, for its owner only.</summary>
    public static void Make(string path) =>
        // As root the server runs as another user and has to pass through; what is secret in here is closed file by file.
        Directory.CreateDirectory(path, Environment.IsPrivilegedProcess ? OwnerOnly | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute : OwnerOnly);

    /// <summary>The one name of the folder, whatever links lead to it: names of processes and sockets are made from it.</summary>
    internal static Task<string> RealPath(string path, CancellationToken cancellation) =>
        ChildProgram.Do(null, "realpath", ["--canonicalize-missing", System.IO.Path.GetFullPath(path)], cancellation);

    internal static async Task<DataFolder> Hold(string path, CancellationToken cancellation)
    {
        path = await RealPath(path, cancellation);
        var lockFile = System.IO.Path.Combine(path, "lock");
        FileStream held;
        try
        {
            Make(path);
            held = new FileStream(lockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new PrivatePostgresException($"{path} cannot be written by {Environment.UserName}: start as its owner, or set DATA to a folder of your own.", denied);
        }
        catch (IOException taken) when (File.Exists(lockFile))
        {
            throw new PrivatePostgresException($"Another Backsoon already runs on {path}{Holder(path)}. Stop it first, or set DATA to another folder.", taken);
        }
        // It may be left from another user, whose file could not be written but can be replaced.
        File.Delete(PidFile(path));
        await File.WriteAllTextAsync(PidFile(path), $"{Environment.ProcessId}\n", cancellation);
        return new(path, held);
    }

    public void Dispose()
    {
        File.Delete(PidFile(Path));
        _lock.Dispose();
    }

    private static string Holder(string path) => File.Exists(PidFile(path)) ? $" (process {File.ReadAllText(PidFile(path)).Trim()})" : "";

    private static string PidFile(string path) => System.IO.Path.Combine(path, "backsoon.pid");
}
