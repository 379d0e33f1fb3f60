#if !ORLEANS
using Backsoon.Accounts;
using Backsoon.Embedded;

namespace Backsoon;

/// <summary>What <c>./run rotate-keys</c> and <c>./run replace-keys</c> do: one grain is asked, and nobody is served meanwhile.</summary>
public static class KeyCommand
{
    private const int Misunderstood = 2;
    private const int CannotStart = 78;

    public static async Task<int> Run(string[] words, string data, string? connectionString, string? rootKey)
    {
        if (words is not [("rotate-keys" or "replace-keys") and var verb])
        {
            await Console.Error.WriteLineAsync($"There is no command {string.Join(' ', words)}. Commands: rotate-keys, replace-keys.");
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

            var ring = await database.Ask(grains => grains.GetGrain<IKeyRingGrain>(IKeyRingGrain.Key).Rotate());
            Console.WriteLine($"A new signing key was made. It signs in two minutes, when every process knows it; {ring.Tokens.Keys.Length - 1} older ones go on verifying the links they signed.");
            return 0;
        }
        catch (Exception refused) when (refused is PrivatePostgresException or StartRefusedException)
        {
            await Console.Error.WriteLineAsync($"The keys were not changed. {refused.Message}");
            return CannotStart;
        }
    }
}
#endif
