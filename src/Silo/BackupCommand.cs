#if !ORLEANS
using Backsoon.Embedded;
using Backsoon.Storage;
using Npgsql;

namespace Backsoon;

/// <summary>What ./backup and ./restore do.</summary>
public static class BackupCommand
{
    private const int Refused = 1;
    private const int Misunderstood = 2;

    public static async Task<int> Run(string[] words, string data, string? connectionString, string? rootKey)
    {
        using var logs = LoggerFactory.Create(logging => logging.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning));
        var logger = logs.CreateLogger("Backsoon");
        using var interrupted = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            interrupted.Cancel();
        };
        try
        {
            switch (words)
            {
                case ["backup", .. var rest] when rest.Where(word => word != "--with-key").ToArray() is { Length: <= 1 } files && !files.Any(IsOption):
                    await Write(files.FirstOrDefault() ?? $"backsoon-{TimeProvider.System.GetUtcNow():yyyyMMdd-HHmmss}.tar", data, connectionString, rootKey, rest.Contains("--with-key"), logger, interrupted.Token);
                    return 0;
                case ["restore", .. var rest] when rest is [var file] && !IsOption(file):
                    await Put(file, data, connectionString, rootKey, logger, interrupted.Token);
                    return 0;
                default:
                    await Console.Error.WriteLineAsync("./backup [FILE] [--with-key]\n./restore FILE");
                    return Misunderstood;
            }
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Stopped. Nothing was changed.");
            return Refused;
        }
        catch (Exception failed) when (failed is PrivatePostgresException or IOException or UnauthorizedAccessException or FormatException or NpgsqlException)
        {
            await Console.Error.WriteLineAsync(failed.Message);
            return Refused;
        }
    }

    private static async Task Write(string file, string data, string? connectionString, string? rootKey, bool withKey, ILogger logger, CancellationToken cancellation)
    {
        var keyFile = new RootKeyFile(data);
        var key = rootKey ?? keyFile.Read() ?? throw new PrivatePostgresException(
            $"There is no root key: neither BACKSOON_ROOT_KEY nor {keyFile.Path}. Without it the backup could not be used; set what Backsoon runs with.");
        await Backup.Write(file, data, connectionString, RootKey.Parse(key).Mark, withKey ? key : null, logger, cancellation);
        Console.WriteLine($"Backed up to {Path.GetFullPath(file)} ({new FileInfo(file).Length / 1024.0 / 1024.0:0.0} MB).");
        Console.WriteLine(withKey
            ? "The root key is in it: whoever has this file has everything. Keep it like the key itself."
            : $"The root key is NOT in it. Keep a copy of {(rootKey is null ? keyFile.Path : "BACKSOON_ROOT_KEY")} in another place: without the key the backup is of little use.");
        Console.WriteLine("Names and texts of people are in it, readable. Delete old backups in time: what was deleted in Backsoon is still in them.");
    }

    private static async Task Put(string file, string data, string? connectionString, string? rootKey, ILogger logger, CancellationToken cancellation)
    {
        string? keyToKeep = null;
        var keyFile = new RootKeyFile(data);
        await Restore.Run(file, data, connectionString, (label, inside) => keyToKeep = Accept(label, inside), PutKeyInPlace, Console.WriteLine, logger, cancellation);
        Console.WriteLine("Restored. Mails that were waiting when the backup was made will be sent when Backsoon starts.");

        void PutKeyInPlace()
        {
            if (keyToKeep is not null && keyFile.Put(keyToKeep) is { } former)
                Console.WriteLine($"The root key of the backup is in {keyFile.Path} now, the former one in {former}.");
        }

        // There is no way around the key: all that is known of people is found by names made with it.
        string? Accept(BackupLabel label, string? inside)
        {
            if (inside is not null && RootKey.Parse(inside).Mark != label.KeyMark) throw new PrivatePostgresException($"{file} is damaged: the root key in it is not the one it names.");
            var here = rootKey ?? keyFile.Read();
            if (here is not null && RootKey.Parse(here).Mark == label.KeyMark) return null;
            if (rootKey is not null)
                throw new PrivatePostgresException("BACKSOON_ROOT_KEY is not the key this backup was made with. Set that one" + (inside is null ? "." : $" (it is in the backup: tar -xOf {file} root.key)."));
            return inside ?? keyFile.Former(label.KeyMark) ?? throw new PrivatePostgresException(
                $"This backup needs the root key it was made with, which is not in it. Put that key into {keyFile.Path} or set BACKSOON_ROOT_KEY.");
        }
    }

    private static bool IsOption(string word) => word.StartsWith('-');
}
#endif
