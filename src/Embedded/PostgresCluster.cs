using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Backsoon.Embedded;

/// <summary>
/// Where the private cluster's files are and whose they are. PostgreSQL refuses to run as root: started as root, the files belong to the user postgres,
/// or to whoever owned them before; where that user cannot reach DATA they are under /var/lib/backsoon and DATA/postgres is a file that says where.
/// </summary>
internal sealed record PostgresCluster(string Folder, UnixUser? Owner)
{
    private const string Elsewhere = "/var/lib/backsoon";
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode PassThrough = Private | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public string LogFolder => Path.Combine(Path.GetDirectoryName(Folder)!, "logs");

    /// <summary>A name for the cluster that fits a Unix socket's 107 bytes and a process title.</summary>
    public string Mark => ShortHash(Folder);

    public static async Task<PostgresCluster?> Find(string data, CancellationToken cancellation)
    {
        var place = Path.Combine(data, "postgres");
        var folder = File.Exists(place) ? (await File.ReadAllTextAsync(place, cancellation)).Trim() : place;
        if (!Directory.Exists(folder))
            return folder == place ? null : throw new PrivatePostgresException(
                $"{place} says that the database is in {folder}, which is not there. Put that folder back, or move {place} away and ./restore a backup.");
        var owner = await OwnerOf(folder, cancellation);
        if (Environment.IsPrivilegedProcess)
            return owner.Uid != "0" ? new(folder, owner)
                : throw new PrivatePostgresException($"{folder} belongs to root, and PostgreSQL refuses to run as root. Give it back: chown -R postgres: {folder}");
        var me = await ChildProgram.Do(null, "id", ["-u"], cancellation);
        return owner.Uid == me ? new(folder, null)
            : throw new PrivatePostgresException($"{folder} belongs to user {owner.Uid}, not to {Environment.UserName}: start as that user or as root.");
    }

    /// <summary>Makes a new cluster. It gets its name only when it is whole, so an interrupted start leaves nothing that looks like a database.</summary>
    public static async Task<PostgresCluster> Make(string data, PostgresPrograms programs, bool durable, ILogger logger, CancellationToken cancellation)
    {
        var place = Path.Combine(data, "postgres");
        if (!Environment.IsPrivilegedProcess) return await Make(place, null, programs, durable, cancellation);

        var postgres = await PostgresUser(cancellation);
        if (await Reaches(postgres, data, cancellation)) return await Make(place, postgres, programs, durable, cancellation);

        var home = Path.Combine(Elsewhere, ShortHash(data));
        var folder = Path.Combine(home, "postgres");
        Directory.CreateDirectory(Elsewhere, PassThrough);
        Directory.CreateDirectory(home, PassThrough);
        if (Directory.Exists(folder))
        {
            var aside = $"{folder}.without-data-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";
            Directory.Move(folder, aside);
            logger.LogWarning("{Data} is new, but a database made for it earlier was in {Folder}. It is now {Aside}: delete it when nobody needs it", data, folder, aside);
        }
        var cluster = await Make(folder, postgres, programs, durable, cancellation);
        await File.WriteAllTextAsync(place + ".part", folder + "\n", cancellation);
        File.Move(place + ".part", place);
        return cluster;
    }

    public int? Major() =>
        File.Exists(Path.Combine(Folder, "PG_VERSION"))
            ? int.Parse(File.ReadAllText(Path.Combine(Folder, "PG_VERSION")).Trim(), CultureInfo.InvariantCulture)
            : throw new PrivatePostgresException($"{Folder} is not a PostgreSQL cluster (it has no PG_VERSION). Move it away to start with an empty database.");

    /// <summary>The folder of the socket: short, because its path may have 107 bytes, and open to nobody else, because who can enter it is let in.</summary>
    public async Task<string> SocketFolder(CancellationToken cancellation)
    {
        var (root, parent) = (Environment.IsPrivilegedProcess, "/run/backsoon");
        var folder = root ? Path.Combine(parent, Mark) : $"/tmp/backsoon-{await ChildProgram.Do(null, "id", ["-u"], cancellation)}-{Mark}";
        if (root) Directory.CreateDirectory(parent, PassThrough);
        return await OwnedFolder(folder, cancellation);
    }

    public async Task<string> OwnedFolder(string folder, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder, Private);
        if (new DirectoryInfo(folder).LinkTarget is not null)
            throw new PrivatePostgresException($"{folder} is a link, which nobody but an intruder puts there. Remove it and start again.");
        if (Owner is not null) await ChildProgram.Do(null, "chown", ["--no-dereference", $"{Owner.Uid}:{Owner.Gid}", folder], cancellation);
        var owner = await OwnerOf(folder, cancellation);
        if (owner.Uid != (Owner?.Uid ?? await ChildProgram.Do(null, "id", ["-u"], cancellation)))
            throw new PrivatePostgresException($"{folder} belongs to user {owner.Uid}. Remove it and start again.");
        File.SetUnixFileMode(folder, Private);
        return folder;
    }

    private static async Task<PostgresCluster> Make(string folder, UnixUser? owner, PostgresPrograms programs, bool durable, CancellationToken cancellation)
    {
        var cluster = new PostgresCluster(folder, owner);
        var part = folder + ".part";
        if (Directory.Exists(part)) Directory.Delete(part, recursive: true);
        await cluster.OwnedFolder(part, cancellation);
        await ChildProgram.Do(owner, programs["initdb"],
            ["--pgdata", part, "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums", "--auth-local=trust", "--auth-host=reject",
                "--no-instructions", .. durable ? Array.Empty<string>() : ["--no-sync"]], cancellation);
        Directory.Move(part, folder);
        return cluster;
    }

    private static async Task<bool> Reaches(UnixUser user, string data, CancellationToken cancellation) =>
        (await ChildProgram.Run(user, "test", ["-x", data], cancellation)).Succeeded;

    private static async Task<UnixUser> PostgresUser(CancellationToken cancellation)
    {
        var uid = await ChildProgram.Run(null, "id", ["-u", "postgres"], cancellation);
        return uid.Succeeded ? new(uid.Output.Trim(), await ChildProgram.Do(null, "id", ["-g", "postgres"], cancellation))
            : throw new PrivatePostgresException("PostgreSQL refuses to run as root, and there is no user postgres. Make one: adduser --system --group postgres");
    }

    private static async Task<UnixUser> OwnerOf(string path, CancellationToken cancellation)
    {
        var told = (await ChildProgram.Do(null, "stat", ["--format=%u %g", path], cancellation)).Split(' ');
        return new(told[0], told[1]);
    }

    private static string ShortHash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12];
}
