#if !ORLEANS
using System.Security.Cryptography;
using Backsoon.Accounts;
using Backsoon.Embedded;
using Backsoon.Operators;
using Backsoon.Storage;

namespace Backsoon;

/// <summary>What <c>./run rotate-keys</c>, <c>replace-keys</c> and <c>change-root-key</c> do: nobody is served meanwhile.</summary>
public static class KeyCommand
{
    private const string NewKey = "BACKSOON_NEW_ROOT_KEY";
    private const int Misunderstood = 2;
    private const int CannotStart = 78;

    public static async Task<int> Run(string[] words, string data, string? connectionString, string? rootKey)
    {
        if (words is not [("rotate-keys" or "replace-keys" or "change-root-key") and var verb])
        {
            await Console.Error.WriteLineAsync($"There is no command {string.Join(' ', words)}. Commands: rotate-keys, replace-keys, change-root-key.");
            return Misunderstood;
        }

        try
        {
            using var logs = LoggerFactory.Create(logging => logging.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning));
            await using var database = await HeldDatabase.Take(data, connectionString, rootKey, mayMakeKey: false, logs);
            if (verb == "replace-keys")
            {
                await database.Ask(grains => grains.GetGrain<IKeyRingGrain>(IKeyRingGrain.Key).Replace());
                Console.WriteLine("A new signing key was put in the place of all others. Links that were mailed so far are void, but for those to sign in, and so are addresses of calendar feeds and forms that are open: whoever is asked next gets links that work, and a page that is loaded again does.");
                return 0;
            }

            if (verb == "change-root-key")
                return await ChangeRootKey(database, new RootKeyFile(data), rootKey is not null);

            var ring = await database.Ask(grains => grains.GetGrain<IKeyRingGrain>(IKeyRingGrain.Key).Rotate());
            Console.WriteLine($"A new signing key was made. It signs in two minutes, when every process knows it; {ring.Tokens.Keys.Length - 1} older ones go on verifying the links they signed.");
            return 0;
        }
        catch (Exception refused) when (refused is PrivatePostgresException or StartRefusedException or CryptographicException)
        {
            await Console.Error.WriteLineAsync($"The keys were not changed. {refused.Message}");
            return CannotStart;
        }
    }

    private static async Task<int> ChangeRootKey(HeldDatabase database, RootKeyFile file, bool isSetting)
    {
        var given = Environment.GetEnvironmentVariable(NewKey) is { Length: > 0 } text ? text.Trim() : null;
        if (isSetting && given is null)
            throw new StartRefusedException($"BACKSOON_ROOT_KEY is set, so the new one has to be, too: set {NewKey} to what `openssl rand -hex 32` prints, and write it down where you keep the other.");
        RootKey next;
        try
        {
            next = isSetting ? RootKey.Parse(given!) : file.Prepare(given);
        }
        catch (FormatException misspelt)
        {
            throw new StartRefusedException($"{NewKey} cannot be read. {misspelt.Message}", misspelt);
        }

        if (next.Mark == database.RootKey.Mark)
            throw new StartRefusedException($"{NewKey} is the key that Backsoon has already.");

        var values = await new RootKeyChange(database.Source, database.RootKey, next).Run(CancellationToken.None);
        Console.WriteLine($"The root key was changed: {values} {(values == 1 ? "value was" : "values were")} wrapped anew.");
        var former = isSetting ? null : file.Follow();
        Console.WriteLine(former is null
            ? $"From now on Backsoon runs with the new one only: set BACKSOON_ROOT_KEY to what {NewKey} was, on every machine, before you start it."
            : $"The new one is in {file.Path}, the former in {former}. Copy the new one to where you keep the other.");
        Console.WriteLine("Backups that were made so far can be restored with the former one only: keep it with them, and delete it with the last of them.");
        return 0;
    }
}
#endif
