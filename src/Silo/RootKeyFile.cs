#if !ORLEANS
using System.Security.Cryptography;
using System.Text;
using Backsoon.Embedded;
using Backsoon.Storage;

namespace Backsoon;

/// <summary><c>DATA/root.key</c>, readable by its owner only, with the keys that were there before beside it.</summary>
public sealed class RootKeyFile(string data)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private string Next => $"{Path}.next";

    public string Path { get; } = System.IO.Path.Combine(data, "root.key");

    /// <summary>As it is written there; null when there is none.</summary>
    public string? Read() => File.Exists(Path) ? File.ReadAllText(Path).Trim() : null;

    /// <summary>One that was here before.</summary>
    /// <param name="mark"><see cref="RootKey.Mark" />.</param>
    public string? Former(string mark) =>
        Directory.Exists(data) ? Directory.GetFiles(data, "root.key.before-*").Select(file => File.ReadAllText(file).Trim()).FirstOrDefault(key => RootKey.Parse(key).Mark == mark) : null;

    /// <summary>A new key, in its place from now on.</summary>
    public RootKey Make()
    {
        var key = Prepare(null);
        Follow();
        return key;
    }

    /// <summary>Puts a key in its place.</summary>
    /// <returns>Where the former one is now; null when there was none.</returns>
    public string? Put(string key)
    {
        Prepare(key);
        return Follow();
    }

    /// <summary>Writes down a key that is to follow, so that it is not lost whatever happens before <see cref="Follow" />.</summary>
    /// <param name="key">Null for a new one.</param>
    /// <exception cref="FormatException">It is not one.</exception>
    public RootKey Prepare(string? key)
    {
        key ??= Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var prepared = RootKey.Parse(key);
        DataFolder.Make(data);
        // Written aside and renamed: a crash leaves no key or a whole one.
        var aside = $"{Path}.{Environment.ProcessId}";
        using (var file = new FileStream(aside, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
        {
            file.Write(Encoding.ASCII.GetBytes(key + "\n"));
            file.Flush(flushToDisk: true);
        }

        File.Move(aside, Next, overwrite: true);
        return prepared;
    }

    /// <summary>The key that is to follow, if one was written down.</summary>
    public RootKey? Prepared() => File.Exists(Next) ? RootKey.Parse(File.ReadAllText(Next)) : null;

    /// <summary>Puts that key in its place.</summary>
    /// <returns>Where the former one is now; null when there was none.</returns>
    public string? Follow()
    {
        var aside = File.Exists(Path) ? $"{Path}.before-{TimeProvider.System.GetUtcNow():yyyyMMdd-HHmmss}" : null;
        if (aside is not null)
        {
            File.Copy(Path, aside, overwrite: true);
            File.SetUnixFileMode(aside, OwnerOnly);
        }

        File.Move(Next, Path, overwrite: true);
        return aside;
    }

    /// <summary>The key that is to follow is not needed.</summary>
    public void Forget() => File.Delete(Next);
}
#endif
