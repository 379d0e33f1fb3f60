using System.Collections.Immutable;
using Backsoon.Mail;
using Microsoft.Extensions.Configuration;

namespace Backsoon.Operators;

/// <summary>Who may sign in to the console: <c>OPERATORS=Ana|ana@example.com,Rui|rui@example.com</c>. The name is what the audit log says and owners read; the address is nowhere in the database.</summary>
public sealed record OperatorList(ImmutableArray<ConfiguredOperator> All)
{
    private const int LongestName = 40;

    public static IEnumerable<string> Problems(IConfiguration configuration)
    {
        var entries = Entries(configuration);
        if (entries.Any(entry => entry.Operator is null))
            yield return "OPERATORS cannot be read: write a name and an address each, separated by a comma, e.g. OPERATORS=Ana|ana@example.com,Rui|rui@example.com. A name is at most 40 characters.";
        else if (entries.Select(entry => entry.Operator!.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count() < entries.Length || entries.Select(entry => entry.Operator!.Email.Canonical).Distinct().Count() < entries.Length)
            yield return "OPERATORS names somebody twice; each name and each address stands once.";
        else if (entries is [] && configuration["CONSOLE_HOST"] is { Length: > 0 })
            yield return "CONSOLE_HOST is set and OPERATORS is not, so nobody could sign in to the console. Set OPERATORS=Ana|ana@example.com, or take CONSOLE_HOST out.";
    }

    public static OperatorList Read(IConfiguration configuration) =>
        Problems(configuration).FirstOrDefault() is { } problem ? throw new InvalidOperationException(problem) : new([.. Entries(configuration).Select(entry => entry.Operator!)]);

    /// <summary>Null for an address that is nobody's here.</summary>
    public ConfiguredOperator? Of(EmailAddress email) => All.FirstOrDefault(known => known.Email.Canonical == email.Canonical);

    public bool Has(string name) => All.Any(known => known.Name == name);

    private static ImmutableArray<(string Text, ConfiguredOperator? Operator)> Entries(IConfiguration configuration) =>
        [.. (configuration["OPERATORS"] ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(text => (text, Parse(text)))];

    private static ConfiguredOperator? Parse(string text) =>
        text.Split('|', StringSplitOptions.TrimEntries) is [{ Length: > 0 and <= LongestName } name, var address] && !name.Any(char.IsControl) && EmailAddress.TryParse(address, out var email) ? new(name, email) : null;
}

public sealed record ConfiguredOperator(string Name, EmailAddress Email);
