using System.Collections.Immutable;
using Microsoft.Extensions.Configuration;

namespace Backsoon.Billing;

/// <summary>This installation's account at Stripe, from <c>STRIPE_SECRET_KEY</c>, <c>STRIPE_WEBHOOK_SECRET</c> and <c>STRIPE_PLANS</c>. Without them nothing is charged for.</summary>
/// <param name="Url">Where calls go.</param>
/// <param name="Doors">Where Stripe may lead a browser to, each with scheme and host.</param>
public sealed record StripeSettings(string SecretKey, ImmutableArray<Plan> Plans, Uri Url, ImmutableArray<string> Doors)
{
    private const string Key = "STRIPE_SECRET_KEY";
    private const string Secret = "STRIPE_WEBHOOK_SECRET";
    private const string Offered = "STRIPE_PLANS";
    private const string Pages = "STRIPE_PAGES";
    private const string Address = "STRIPE_URL";
    private const int MostPlans = 8;

    /// <summary>What is set wrongly, a sentence each. Nothing at all is fine.</summary>
    public static IReadOnlyList<string> Problems(IConfiguration configuration)
    {
        var problems = new List<string>();
        string[] all = [Key, Secret, Offered];
        if (all.Any(name => IsSet(configuration, name)) && all.Where(name => !IsSet(configuration, name)).ToArray() is { Length: > 0 } missing)
            problems.Add($"{string.Join(", ", all)} belong together, and {string.Join(" and ", missing)} {(missing.Length == 1 ? "is" : "are")} missing: set all of them, or none to charge nothing.");
        if (IsSet(configuration, Key) && !(configuration[Key]!.Trim() is var key && (key.StartsWith("sk_", StringComparison.Ordinal) || key.StartsWith("rk_", StringComparison.Ordinal)) && key.All(IsPlain)))
            problems.Add($"{Key} is not a secret key of Stripe's: it begins with sk_ or rk_.");
        if (IsSet(configuration, Secret) && !StripeSecrets.TryParse(configuration[Secret], out _))
            problems.Add($"{Secret} cannot be read: copy the signing secret from the webhook's page at Stripe, it begins with whsec_.");
        if (IsSet(configuration, Offered) && PlansOf(configuration).IsEmpty)
            problems.Add($"{Offered} cannot be read: write Name|price_…|what it costs, and a semicolon between two plans, at most {MostPlans}.");
        if (IsSet(configuration, Pages) && DoorsOf(configuration).Length != Words(configuration, Pages).Length)
            problems.Add($"{Pages} names no places of the web: write https://host, separated by spaces, or leave it out.");
        if (IsSet(configuration, Address) && !IsWeb(configuration[Address]))
            problems.Add($"{Address} is not an address of the web: leave it out.");
        return problems;
    }

    /// <returns>Null when nothing is set.</returns>
    /// <exception cref="InvalidOperationException">Something is set, but wrongly.</exception>
    public static StripeSettings? Read(IConfiguration configuration)
    {
        if (Problems(configuration) is { Count: > 0 } problems)
            throw new InvalidOperationException(string.Join(' ', problems));
        if (!IsSet(configuration, Key))
            return null;

        var url = IsSet(configuration, Address) ? configuration[Address]!.Trim().TrimEnd('/') + "/" : "https://api.stripe.com/";
        return new(configuration[Key]!.Trim(), PlansOf(configuration), new Uri(url), IsSet(configuration, Pages) ? DoorsOf(configuration) : ["https://checkout.stripe.com", "https://billing.stripe.com"]);
    }

    public Plan? Plan(string? price) => Plans.FirstOrDefault(plan => plan.Price == price);

    private static ImmutableArray<Plan> PlansOf(IConfiguration configuration)
    {
        var plans = configuration[Offered]!.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(plan => plan.Split('|', StringSplitOptions.TrimEntries)).ToArray();
        return plans.Length <= MostPlans && plans.All(plan => plan is [{ Length: > 0 }, ['p', 'r', 'i', 'c', 'e', '_', ..] price, { Length: > 0 }] && price.All(IsPlain)) && plans.Select(plan => plan[1]).Distinct().Count() == plans.Length
            ? [.. plans.Select(plan => new Plan(plan[0], plan[1], plan[2]))]
            : [];
    }

    private static ImmutableArray<string> DoorsOf(IConfiguration configuration) =>
        [.. Words(configuration, Pages).Where(IsWeb).Select(word => new Uri(word).GetLeftPart(UriPartial.Authority))];

    private static string[] Words(IConfiguration configuration, string name) => configuration[name]!.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    private static bool IsWeb(string? url) => Uri.TryCreate(url?.Trim(), UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http";

    private static bool IsSet(IConfiguration configuration, string name) => !string.IsNullOrWhiteSpace(configuration[name]);
}
