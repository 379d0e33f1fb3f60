using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Backsoon.Tenants;

/// <summary>Who was erased, as keyed hashes in a file outside the database: a backup that is put back does not know of it, this does.</summary>
/// <remarks>The first line has the key, each other one an instant and a hash, with a word between them when it is of a person. Lines are only ever added, each flushed to the disk before anything is deleted.</remarks>
public sealed class ErasedFile(string path)
{
    private const string Head = "backsoon-erased 1 ";
    private const string PersonMark = "person";
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
            if (!erased.ContainsKey(Hash(key, tenant.Value)))
                Append($"{Say(at)} {Hash(key, tenant.Value)}", isWhole);
        }
    }

    /// <summary>Somebody who was removed from one business, with everything of theirs until then. Later ones count: they may have come back in between.</summary>
    /// <param name="person">How they are known there.</param>
    public void AddPerson(TenantId tenant, string person, DateTimeOffset at)
    {
        lock (_gate)
        {
            if (!File.Exists(path))
                Make();
            var (key, erased, isWhole) = Read();
            var hash = Hash(key, $"{tenant.Value}\n{person}");
            // The whole second in which it happened is part of it.
            var until = at.AddSeconds(1);
            if (!erased.TryGetValue(hash, out var before) || before < at)
                Append($"{Say(until)} {PersonMark} {hash}", isWhole);
        }
    }

    /// <summary>Says when somebody was removed last, null for who never was. Null when nobody ever was.</summary>
    public Func<TenantId, string, DateTimeOffset?>? RemovedPeople()
    {
        lock (_gate)
        {
            if (!File.Exists(path) || !File.ReadLines(path).Any(line => line.Contains($" {PersonMark} ", StringComparison.Ordinal)))
                return null;
            var (key, erased, _) = Read();
            return (tenant, person) => erased.TryGetValue(Hash(key, $"{tenant.Value}\n{person}"), out var at) ? at : null;
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
            return [.. tenants.Where(tenant => erased.ContainsKey(Hash(key, tenant.Value)))];
        }
    }

    private void Append(string line, bool isWhole)
    {
        using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read);
        // A line that was cut off stays one of its own.
        file.Write(Encoding.ASCII.GetBytes($"{(isWhole ? "" : "\n")}{line}\n"));
        file.Flush(flushToDisk: true);
    }

    private (byte[] Key, Dictionary<string, DateTimeOffset> Erased, bool IsWhole) Read()
    {
        var text = File.ReadAllText(path);
        var lines = text.Split('\n');
        if (!lines[0].StartsWith(Head, StringComparison.Ordinal))
            throw new InvalidDataException($"{path} is not the list of who was erased: its first line is missing. Put it back from a copy; without it a restored backup brings back what was deleted.");
        var erased = new Dictionary<string, DateTimeOffset>();
        // Of several about one the last counts.
        foreach (var line in lines.Skip(1))
        {
            if (line.Split(' ') is [var at, .., var hash] && DateTimeOffset.TryParse(at, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant))
                erased[hash] = instant;
        }

        return (Convert.FromHexString(lines[0][Head.Length..]), erased, text.EndsWith('\n'));
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

    private static string Say(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Hash(byte[] key, string whose) => Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(whose)));
}
