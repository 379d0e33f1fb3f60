using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Backsoon.Mail;

/// <summary>An address mail can be sent to: one <c>local@domain</c> of RFC 5321, without display name, comment or quoted local part.</summary>
/// <remarks>Kept as it was typed, with the domain in lower case; <see cref="Canonical"/> is what two spellings of one mailbox share. The type is the proof that no header can be injected.</remarks>
[GenerateSerializer, Immutable, Alias("mail.address")]
public sealed record EmailAddress
{
    public const int MaxLength = 254;

    [JsonConstructor]
    private EmailAddress(string value) => Value = value;

    [Id(0)]
    public string Value { get; }

    /// <summary>Lower case throughout: no provider in use tells mailboxes apart by case.</summary>
    [JsonIgnore]
    public string Canonical => Value.ToLowerInvariant();

    [JsonIgnore]
    public string Domain => Value[(Value.LastIndexOf('@') + 1)..];

    /// <summary>At a domain that is reserved so that nobody is there (RFC 6761): whoever is made up. Mail to it is made and kept like any other, and given to no provider.</summary>
    [JsonIgnore]
    public bool IsNobodys => Domain.EndsWith(".invalid", StringComparison.Ordinal);

    public override string ToString() => Value;

    public static EmailAddress Parse(string text) =>
        TryParse(text, out var address) ? address : throw new FormatException("Not an email address.");

    public static bool TryParse(string? text, [NotNullWhen(true)] out EmailAddress? address)
    {
        address = null;
        var trimmed = text?.Trim() ?? "";
        var at = trimmed.LastIndexOf('@');
        if (at is < 1 or > 64 || trimmed.Length > MaxLength)
            return false;

        var local = trimmed[..at];
        var domain = trimmed[(at + 1)..].ToLowerInvariant();
        if (!IsLocal(local) || !IsDomain(domain))
            return false;

        address = new EmailAddress($"{local}@{domain}");
        return true;
    }

    private static bool IsLocal(string local) =>
        local[0] != '.' && local[^1] != '.' && !local.Contains("..", StringComparison.Ordinal) && local.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+/=?^_`{|}~.-".Contains(c));

    private static bool IsDomain(string domain)
    {
        var labels = domain.Split('.');
        return labels.Length >= 2 && domain.Length <= 253 && !labels[^1].All(char.IsAsciiDigit)
            && labels.All(label => label.Length is > 0 and <= 63 && label[0] != '-' && label[^1] != '-' && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'));
    }
}
