using System.Text.RegularExpressions;

namespace Backsoon.Embedded;

/// <summary>One installation of PostgreSQL's server programs.</summary>
internal sealed partial record PostgresPrograms(string Folder, int Major)
{
    public string this[string program] => Path.Combine(Folder, program);

    /// <summary>All installations of this machine, newest first.</summary>
    public static async Task<IReadOnlyList<PostgresPrograms>> Installed(CancellationToken cancellation)
    {
        var found = new List<PostgresPrograms>();
        foreach (var folder in (await Candidates(cancellation)).Distinct())
            if (File.Exists(Path.Combine(folder, "postgres")) && File.Exists(Path.Combine(folder, "initdb"))
                && await MajorOf(Path.Combine(folder, "postgres"), cancellation) is { } major)
                found.Add(new(folder, major));
        return [.. found.OrderByDescending(programs => programs.Major)];
    }

    /// <summary>The newest installation, or the one that made the cluster where there is a cluster already.</summary>
    public static async Task<PostgresPrograms> For(int? clusterMajor, string clusterFolder, CancellationToken cancellation)
    {
        var installed = await Installed(cancellation);
        if (installed.Count == 0)
            throw new PrivatePostgresException("PostgreSQL's server programs are not installed. On Debian or Ubuntu: apt-get install postgresql");
        return installed.FirstOrDefault(programs => clusterMajor is null || programs.Major == clusterMajor)
            ?? throw new PrivatePostgresException(
                $"""
                The database in {clusterFolder} was made by PostgreSQL {clusterMajor}, but this machine has only PostgreSQL {string.Join(", ", installed.Select(programs => programs.Major))}.
                Install the programs of that version (apt-get install postgresql-{clusterMajor}) and start again. To move to the newer version, with both installed:
                ./backup up.tar, stop Backsoon, move {clusterFolder} away, ./restore up.tar.
                """);
    }

    private static async Task<List<string>> Candidates(CancellationToken cancellation)
    {
        var folders = new List<string>();
        if (Directory.Exists("/usr/lib/postgresql"))
            folders.AddRange(Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")));
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        if (path.Any(folder => File.Exists(Path.Combine(folder, "pg_config"))))
        {
            var told = await ChildProgram.Run(null, "pg_config", ["--bindir"], cancellation);
            if (told.Succeeded) folders.Add(told.Output.Trim());
        }
        folders.AddRange(path);
        return folders;
    }

    private static async Task<int?> MajorOf(string postgres, CancellationToken cancellation)
    {
        var told = await ChildProgram.Run(null, postgres, ["--version"], cancellation);
        var version = VersionNumber().Match(told.Output);
        return told.Succeeded && version.Success ? int.Parse(version.Groups[1].Value) : null;
    }

    [GeneratedRegex(@"\(PostgreSQL\) (\d+)")]
    private static partial Regex VersionNumber();
}
