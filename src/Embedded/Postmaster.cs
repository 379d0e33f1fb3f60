using System.Text;

namespace Backsoon.Embedded;

/// <summary>
/// The server process of a cluster, known by its command line: a process number alone may by now be somebody else's, and everything else about a
/// process of another user is closed to a root without all its rights, as in a container.
/// </summary>
internal sealed record Postmaster(int ProcessId, string Folder, string SocketFolder)
{
    private const int ReadyLine = 7;

    /// <summary>It runs, but nobody can reach it any more: something cleaned the socket's folder away.</summary>
    public bool IsCutOff => ReadNote(Note(Folder)) is { Length: > ReadyLine } lines && lines[ReadyLine].Trim() == "ready"
        && !File.Exists(Path.Combine(SocketFolder, ".s.PGSQL.5432"));

    public bool IsAlive => IsPostmasterOf(Folder, CommandLine(ProcessId));

    /// <summary>The server that runs on this cluster now.</summary>
    public static Postmaster? Find(string folder) =>
        ReadNote(Note(folder)) is [var number, _, _, _, var socketFolder, ..] && int.TryParse(number, out var processId) && IsPostmasterOf(folder, CommandLine(processId))
            ? new(processId, folder, socketFolder)
            : null;

    /// <summary>
    /// Takes away the note of a server that is gone. PostgreSQL would take any process of its own user that has the number now for its predecessor, a dead
    /// one that nobody has buried yet too, and refuse to start. What keeps two servers from one cluster is shared memory, and it is looked at all the same.
    /// </summary>
    public static void ForgetTheDead(string folder)
    {
        if (ReadNote(Note(folder)) is [var number, ..] && int.TryParse(number, out var processId) && IsSomethingElse(folder, CommandLine(processId)))
            File.Delete(Note(folder));
    }

    /// <summary>Processes of a server that was killed: they leave by themselves once they notice, and until then no other may start.</summary>
    public static IReadOnlyList<int> Orphans(string mark) =>
    [
        .. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _)).Select(name => int.Parse(name!))
            .Where(processId => CommandLine(processId) is [var title, ..] && title.StartsWith($"postgres: {mark}: ", StringComparison.Ordinal)),
    ];

    private static string Note(string folder) => Path.Combine(folder, "postmaster.pid");

    private static bool IsPostmasterOf(string folder, string[] commandLine) => MayBePostmaster(commandLine) && commandLine.Contains(folder);

    private static bool MayBePostmaster(string[] commandLine) => commandLine.Length > 0 && Path.GetFileName(commandLine[0]) is "postgres" or "postmaster";

    private static bool IsSomethingElse(string folder, string[] commandLine) =>
        !MayBePostmaster(commandLine) || (Array.IndexOf(commandLine, "-D") is >= 0 and var option && commandLine.ElementAtOrDefault(option + 1) is ['/', ..] other && other != folder);

    private static string[] ReadNote(string note)
    {
        try
        {
            return File.ReadAllLines(note);
        }
        catch (FileNotFoundException)
        {
            return [];
        }
    }

    private static string[] CommandLine(int processId)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{processId}/cmdline")).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (IOException)
        {
            // It ended, before or while it was read.
            return [];
        }
    }
}
