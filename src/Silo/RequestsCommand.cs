#if !ORLEANS
using System.Globalization;
using Backsoon.Embedded;
using Backsoon.Promises;

namespace Backsoon;

/// <summary>What ./run requests does: the letters that want an answer by a time that was promised. It works beside the product, too.</summary>
public static class RequestsCommand
{
    public const string Name = "requests";
    private const int Refused = 1;
    private const int Misunderstood = 2;

    private const string Help =
        """
        ./run requests                                         what waits for an answer, the most pressing first
        ./run requests add privacy|vulnerability|rights [WHEN] notes a letter that came now, or at WHEN (2026-03-03T09:00Z)
        ./run requests answer REFERENCE                        it is answered
        """;

    public static async Task<int> Run(string[] words, string data, string? connectionString, TextWriter say)
    {
        try
        {
            return await RunningProduct.Ask(data, connectionString, "Start it first, with the same DATA.", ledger => Run(words, new Letters(ledger, TimeProvider.System), say));
        }
        catch (Exception refused) when (refused is PrivatePostgresException or OrleansException)
        {
            await say.WriteLineAsync(refused.Message);
            return Refused;
        }
    }

    public static async Task<int> Run(string[] words, Letters letters, TextWriter say)
    {
        switch (words)
        {
            case [] or ["list"]:
                var open = await letters.Open();
                await say.WriteLineAsync(open.Count == 0 ? "Nothing waits for an answer." : string.Join(Environment.NewLine, open.Select(Line)));
                return 0;
            case ["add", var kind, .. { Length: <= 1 } when] when Enum.TryParse<LetterKind>(kind, ignoreCase: true, out var known) && Enum.IsDefined(known) && TryWhen(when, out var at):
                await say.WriteLineAsync(Line(await letters.Add(known, at)));
                return 0;
            case ["answer", var reference]:
                var answered = await letters.Answered(reference);
                await say.WriteLineAsync(answered ? $"{reference} is answered." : $"Nothing called {reference} waits for an answer.");
                return answered ? 0 : Refused;
            default:
                await say.WriteLineAsync(Help);
                return words is ["help"] ? 0 : Misunderstood;
        }
    }

    private static string Line(Letter letter) => string.Create(
        CultureInfo.InvariantCulture, $"{letter.Reference}  {letter.Kind.ToString().ToLowerInvariant(),-13}  came {letter.ReceivedAt.UtcDateTime:yyyy-MM-dd HH:mm}  answer by {letter.DueAt.UtcDateTime:ddd yyyy-MM-dd HH:mm} UTC");

    private static bool TryWhen(string[] words, out DateTimeOffset? at)
    {
        at = words is [var text] ? RunningProduct.When(text) : null;
        return words.Length == 0 || at is not null;
    }
}
#endif
