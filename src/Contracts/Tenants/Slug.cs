using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json.Serialization;

namespace Backsoon.Tenants;

/// <summary>A business's name under the domain: an RFC 1035 label of 3 to 40 characters that is neither reserved nor looks like something reserved.</summary>
[GenerateSerializer, Immutable, Alias("tenants.slug-name")]
public sealed record Slug
{
    public const int MinLength = 3;
    public const int MaxLength = 40;


    private static readonly HashSet<string> Reserved =
    [
        "about", "abuse", "account", "accounts", "admin", "administrator", "api", "app", "assets", "auth", "autoconfig", "autodiscover", "billing", "blog", "booking", "calendar", "cdn", "chat", "console",
        "contact", "dashboard", "demo", "dev", "dns", "docs", "email", "files", "ftp", "google", "health", "help", "helpdesk", "home", "host", "hostmaster", "imap", "info", "internal", "localhost", "login", "logout", "mail",
        "mailer", "media", "metrics", "mta-sts", "mx", "news", "noc", "noreply", "no-reply", "ns", "ns1", "ns2", "official", "operator", "ops", "pay", "payment", "payments", "paypal", "pop", "pop3", "postmaster", "privacy",
        "promises", "proxy", "register", "root", "secure", "security", "server", "shop", "signin", "sign-in", "signup", "sign-up", "site", "smtp", "ssl", "staging", "static", "status", "store", "stripe", "support", "system",
        "team", "terms", "test", "tls", "trust", "vendor", "vpn", "webhook", "webhooks", "webmail", "webmaster", "wpad", "www", "www1", "www2",
    ];

    // Every request of a desk asks, so this is worked out once.
    private static readonly HashSet<string> ReservedSkeletons = [.. Reserved.Where(word => word.Length >= 3).Select(Skeleton)];
    private static readonly string OurSkeleton = Skeleton("backsoon");

    [JsonConstructor]
    private Slug(string value) => Value = value;

    [Id(0)]
    public string Value { get; }

    public override string ToString() => Value;

    public static Slug Parse(string text) =>
        TryParse(text, out var slug, out var why) ? slug : throw new FormatException(why.ToString());

    /// <summary>Takes what was typed, with capitals and surrounding spaces forgiven and nothing else.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Slug? slug, out SlugProblem why)
    {
        slug = null;
        var value = (text ?? "").Trim().ToLowerInvariant();
        why = Check(value);
        if (why == SlugProblem.None)
            slug = new Slug(value);
        return slug is not null;
    }

    /// <summary>The nearest valid slugs to a name or a refused slug, best first; whether they are free is for the slug grains to say.</summary>
    public static IEnumerable<Slug> Suggestions(string? from)
    {
        var plain = Plain(from ?? "");
        string[] candidates = [plain, $"{plain}-desk", $"{plain}-office", $"the-{plain}", $"{plain}-2", $"{plain}-3"];
        return candidates.Select(Shorten).Where(c => Check(c) == SlugProblem.None).Distinct().Select(c => new Slug(c));
    }

    private static SlugProblem Check(string value)
    {
        if (value.Length < MinLength) return SlugProblem.TooShort;
        if (value.Length > MaxLength) return SlugProblem.TooLong;
        if (!value.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')) return SlugProblem.Characters;
        if (!char.IsAsciiLetter(value[0])) return SlugProblem.FirstCharacter;
        if (value[^1] == '-') return SlugProblem.LastCharacter;
        // "xn--" is how other alphabets are smuggled into a label; two dashes anywhere else only confuse.
        if (value.Contains("--", StringComparison.Ordinal)) return SlugProblem.DoubleDash;
        return Reserved.Contains(value) || LooksReserved(value) ? SlugProblem.Reserved : SlugProblem.None;
    }

    // "mail2" passes for "mail"; and nobody but us is called anything with our name in it.
    private static bool LooksReserved(string value) =>
        Skeleton(value) is var skeleton && (ReservedSkeletons.Contains(skeleton) || skeleton.Contains(OurSkeleton, StringComparison.Ordinal))
        || ReservedSkeletons.Contains(Skeleton(value.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9')));

    // Signs that are mistaken for each other in an address bar fall together: adm1n, rnail, paypa1, vvww.
    private static string Skeleton(string value) =>
        value.Replace("-", "", StringComparison.Ordinal).Replace("rn", "m", StringComparison.Ordinal).Replace("vv", "w", StringComparison.Ordinal)
            .Replace('0', 'o').Replace('1', 'l').Replace('i', 'l').Replace('3', 'e').Replace('5', 's').Replace('8', 'b');

    private static string Plain(string from)
    {
        var builder = new StringBuilder();
        foreach (var c in Folded.Of(from).Replace("&", " and ", StringComparison.Ordinal))
        {
            if (char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c))
                builder.Append(c);
            else if (c is not ('\'' or '’') && builder.Length > 0 && builder[^1] != '-')
                builder.Append('-');
        }

        return builder.ToString().TrimStart('-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9').Trim('-');
    }

    private static string Shorten(string value) => value.Length <= MaxLength ? value : value[..MaxLength].TrimEnd('-');
}

public enum SlugProblem
{
    None,
    TooShort,
    TooLong,
    Characters,
    FirstCharacter,
    LastCharacter,
    DoubleDash,
    Reserved,
}
