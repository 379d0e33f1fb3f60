using System.Security.Cryptography;
using System.Text;

namespace Backsoon.Tenants;

/// <summary>Who was erased, as keyed hashes in a file outside the database: a backup that is put back does not know of it, this does.</summary>
/// <remarks>The first line has the key, each other one an instant and a hash. Lines are only ever added, each flushed to the disk before anything is deleted.</remarks>
public sealed class ErasedFile(string path)
{
    private const string Head = "backsoon-erased 1 ";
    private const int KeySize = 32;

    private readonly Lock _gate = new();

    public string Path => path;

    /// <summary>Adding it again adds nothing.</summary>
    public void Add(TenantId tenant, DateTimeOffset at)
    {
        lock (_gate)
        {
            if (!File.Exists(path))
                Make();
            var (key, erased, isWhole) = Read();
            var hash = Hash(key, tenant);
            if (erased.Contains(hash))
                return;
            using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read);
            // A line that was cut off stays one of its own.
            file.Write(Encoding.ASCII.GetBytes($"{(isWhole ? "" : "\n")}{at.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'} {hash}\n"));
            file.Flush(flushToDisk: true);
        }
    }

    /// <summary>Those of these who were erased.</summary>
    public List<TenantId> Among(IEnumerable<TenantId> tenants)
    {
        lock (_gate)
        {
            if (!File.Exists(path))
                return [];
            var (key, erased, _) = Read();
            return [.. tenants.Where(tenant => erased.Contains(Hash(key, tenant)))];
        }
    }

    private (byte[] Key, HashSet<string> Erased, bool IsWhole) Read()
    {
        var text = File.ReadAllText(path);
        var lines = text.Split('\n');
        if (!lines[0].StartsWith(Head, StringComparison.Ordinal))
            throw new InvalidDataException($"{path} is not the list of who was erased: its first line is missing. Put it back from a copy; without it a restored backup brings back what was deleted.");
        return (Convert.FromHexString(lines[0][Head.Length..]), [.. lines.Skip(1).Select(line => line.Split(' ')[^1])], text.EndsWith('\n'));
    }

    // Written aside and renamed: a crash leaves none or one with its key.
    private void Make()
    {
        var aside = $"{path}.{Environment.ProcessId}";
        using (var file = new FileStream(aside, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
        {
            file.Write(Encoding.ASCII.GetBytes($"{Head}{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeySize))}\n"));
            file.Flush(flushToDisk: true);
        }

        File.Move(aside, path, overwrite: false);
    }

    private static string Hash(byte[] key, TenantId tenant) => Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(tenant.Value)));
}
