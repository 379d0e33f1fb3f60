#if !ORLEANS
using System.Collections.Immutable;
using System.Globalization;
using Backsoon.Embedded;
using Backsoon.Mail;
using Backsoon.Promises;

namespace Backsoon;

/// <summary>What ./run notify-breach does. It works beside the product, which posts the mails.</summary>
public static class BreachCommand
{
    public const string Name = "notify-breach";
    private const int Refused = 1;
    private const int Misunderstood = 2;
    private const int LongestId = 60;

    private const string Help =
        """
        ./run notify-breach --example                what such a file looks like
        ./run notify-breach FILE                     shows the mail and how many would get it, and changes nothing
        ./run notify-breach FILE --discovered WHEN   notes it: from WHEN (2026-03-03T09:00Z) on the time runs in which everybody has to be told
        ./run notify-breach FILE --send              tells everybody it concerns, each once however often it is run
        """;

    private const string Example =
        """
        Subject: Requests of your callers were seen by somebody else
        Affects: all

        On 3 March, between 09:10 and 09:40 UTC, a fault of ours showed requests of some businesses to others that were signed in. We found it at 09:40 and switched it off at once.

        Concerned are names, telephone numbers and what was written in requests that came in on that day. Not concerned are addresses for signing in, payments and calendars.

        What you can do: tell the callers of that day. What we do: the fault is removed, and we look through our logs for who saw what.

        Questions: privacy@example.com.
        """;

    public static async Task<int> Run(string[] words, string data, string? connectionString, TextWriter say)
    {
        try
        {
            if (words is ["--example"] or ["help"] or [])
                return await Run(words, null, say);
            return await RunningProduct.Ask(data, connectionString, "Start it first, with the same DATA: it is what sends the mails.", ledger => Run(words, new Breaches(ledger, TimeProvider.System), say));
        }
        catch (Exception refused) when (refused is PrivatePostgresException or OrleansException or IOException or UnauthorizedAccessException)
        {
            await say.WriteLineAsync(refused.Message);
            return Refused;
        }
    }

    public static async Task<int> Run(string[] words, Breaches? breaches, TextWriter say)
    {
        if (words is ["--example"])
            return await Say(say, 0, Example);
        if (breaches is null || words is not [var path, .. var options] || path.StartsWith('-') || !TryOptions(options, out var discovered, out var send))
            return await Say(say, words is [] or ["help"] ? 0 : Misunderstood, Help);

        var id = Path.GetFileNameWithoutExtension(path);
        var (text, names, problem) = Read(await File.ReadAllTextAsync(path));
        if (text is null || id.Length is 0 or > LongestId)
            return await Say(say, Refused, problem ?? $"The file's name is what the breach is called: give it one of at most {LongestId} characters.");
        var (accounts, unknown) = names is { } some ? await breaches.Named(some) : ([], []);
        if (unknown.Length > 0)
            return await Say(say, Refused, $"Nobody here is called {string.Join(", ", unknown)}. Name pages (harbour) or addresses of owners. Nothing was noted or sent.");

        var known = await breaches.Find(id);
        if (known?.SendAt is not null)
            return await Say(say, 0, Standing(known, "It is being told, and nothing of it changes any more. For another notice, take another file name."));
        var count = names is null ? await breaches.CountOwners() : accounts.Length;
        if ((discovered ?? known?.DiscoveredAt) is not { } since)
            return send
                ? await Say(say, Refused, "When was it discovered? Add --discovered 2026-03-03T09:00Z. Nothing was sent.")
                : await Say(say, 0, Preview(text, count, "Nothing was noted and nothing is sent. Note it with --discovered WHEN: the time to tell everybody runs from then."));
        if (discovered is not null || send)
            await breaches.Record(id, since, text, names is null ? null : accounts);
        if (!send)
            return await Say(say, 0, Preview(text, count, $"{id} is noted as discovered at {Time(since)}. Nothing is sent yet: add --send."));
        if (count == 0)
            return await Say(say, Refused, "It concerns nobody who has a page here. Nothing is sent.");
        await breaches.Send(id);
        return await Say(say, 0, Preview(text, count, $"{count} owners are told from now on, within a minute or two. Run it again without --send to see how far it is."));
    }

    private static string Standing(Breach breach, string rest) =>
        $"""
        {breach.Id}, discovered at {Time(breach.DiscoveredAt)}.
        {breach.Owners} owners have their mail in the outbox; {(breach.NotifiedAt is { } at ? $"the last of them went out by {Time(at)}." : "they are still going out.")}
        {rest}
        """;

    private static string Preview(BreachText text, long count, string rest)
    {
        var mail = new BreachEmail(text.Subject, text.Paragraphs).Compose();
        return $"""
            To {count} owners:

            Subject: {mail.Subject}

            {EmailText.Of(mail)}
            {rest}
            """;
    }

    private static (BreachText? Text, ImmutableArray<string>? Names, string? Problem) Read(string file)
    {
        string[] parts = [.. file.ReplaceLineEndings("\n").Split("\n\n").Select(part => part.Trim()).Where(part => part.Length > 0)];
        if (parts is not [var head, .. { Length: > 0 } paragraphs] || Field(head, "Subject") is not { Length: > 0 } subject)
            return (null, null, "The file begins with a line `Subject: …` and one `Affects: all`; then, after an empty line, what is said. See --example.");
        return Field(head, "Affects") switch
        {
            "all" => (new(subject, [.. paragraphs.Select(paragraph => paragraph.Replace('\n', ' '))]), null, null),
            { Length: > 0 } names => (new(subject, [.. paragraphs.Select(paragraph => paragraph.Replace('\n', ' '))]), [.. names.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries).Distinct()], null),
            _ => (null, null, "Whom does it concern? Write `Affects: all`, or the names of pages and addresses of owners: `Affects: harbour, ana@example.com`."),
        };
    }

    // A long list may go on in further lines that begin with the same word.
    private static string Field(string head, string name) =>
        string.Join(' ', head.Split('\n').Where(line => line.StartsWith($"{name}:", StringComparison.OrdinalIgnoreCase)).Select(line => line[(name.Length + 1)..].Trim()));

    private static bool TryOptions(string[] words, out DateTimeOffset? discovered, out bool send)
    {
        (discovered, send) = (null, false);
        for (var i = 0; i < words.Length; i++)
        {
            if (words[i] == "--send")
                send = true;
            else if (words[i] == "--discovered" && i + 1 < words.Length && RunningProduct.When(words[++i]) is { } at)
                discovered = at;
            else
                return false;
        }

        return true;
    }

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private static async Task<int> Say(TextWriter say, int code, string what)
    {
        await say.WriteLineAsync(what);
        return code;
    }
}
#endif
