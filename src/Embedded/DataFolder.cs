namespace Backsoon.Embedded;

/// <summary>The folder DATA, held by one process at a time.</summary>
internal sealed class DataFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly FileStream _lock;

    private DataFolder(string path, FileStream held) => (Path, _lock) = (path, held);

    public string Path { get; }

    public static DataFolder Hold(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        var lockFile = System.IO.Path.Combine(path, "lock");
        FileStream held;
        try
        {
            // As root the server runs as another user and has to pass through; what is secret in here is closed file by file.
            Directory.CreateDirectory(path, Environment.IsPrivilegedProcess ? OwnerOnly | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute : OwnerOnly);
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
        File.WriteAllText(PidFile(path), $"{Environment.ProcessId}\n");
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
