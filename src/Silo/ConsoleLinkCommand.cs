#if !ORLEANS
using Backsoon.Accounts;
using Backsoon.Embedded;
using Backsoon.Operators;
using Backsoon.Tenants;

namespace Backsoon;

/// <summary>What ./run console-link does: whoever has the machine gets into the console, also when no mail goes out. It works beside the product.</summary>
public static class ConsoleLinkCommand
{
    public const string Name = "console-link";
    private const int Refused = 1;
    private const int Misunderstood = 2;

    public static async Task<int> Run(string[] words, string data, string? connectionString, Site site, TextWriter say)
    {
        try
        {
            var operators = OperatorList.Read(new ConfigurationBuilder().AddEnvironmentVariables().Build());
            return await RunningProduct.Ask(data, connectionString, "Start it first, with the same DATA.", ledger => Print(words, operators, new OperatorRows(ledger, TimeProvider.System), site, say));
        }
        catch (Exception refused) when (refused is PrivatePostgresException or OrleansException or InvalidOperationException)
        {
            await say.WriteLineAsync(refused.Message);
            return Refused;
        }
    }

    public static async Task<int> Print(string[] words, OperatorList operators, OperatorRows rows, Site site, TextWriter say)
    {
        var name = words switch
        {
            [] when operators.All is [var only] => only.Name,
            [var word] when operators.Has(word) => word,
            _ => null,
        };
        if (site.ConsoleHost is null || name is null)
        {
            await say.WriteLineAsync(site.ConsoleHost is null
                ? "There is no console: CONSOLE_HOST is not set. Set what you set when you start Backsoon."
                : $"./run console-link NAME, with one of the names that OPERATORS gives: {string.Join(", ", operators.All.Select(known => known.Name))}");
            return Misunderstood;
        }

        var token = Secret.New();
        await rows.PrintLink(Secret.Hash(token), name);
        await say.WriteLineAsync($"{site.Console($"/link/{token}")}\nIt signs {name} in once, in whichever browser it is opened, within the next {(int)IOperatorsGrain.LinkLife.TotalMinutes} minutes. It is in the audit log.");
        return 0;
    }
}
#endif
