using System.Collections.Frozen;
using System.Text.Json;

namespace Backsoon.Billing;

/// <summary>Reads of an event of Stripe's what it is about, and nothing of what it says (R5).</summary>
public static class StripeReport
{
    private const int LongestId = 255;

    /// <summary>What else happens at Stripe is of no concern here.</summary>
    private static readonly FrozenSet<string> s_types = FrozenSet.ToFrozenSet([
        "checkout.session.completed", "checkout.session.expired", "customer.subscription.created", "customer.subscription.updated", "customer.subscription.deleted", "customer.subscription.paused", "customer.subscription.resumed",
        "customer.subscription.trial_will_end", "invoice.paid", "invoice.payment_failed", "invoice.payment_action_required", "invoice.upcoming", "customer.deleted",
    ]);

    /// <summary>False when it cannot be read.</summary>
    /// <param name="reported">Null for one that is of no concern.</param>
    public static bool TryRead(byte[] body, out BillingEvent? reported)
    {
        reported = null;
        try
        {
            using var json = JsonDocument.Parse(body);
            if (IdIn(json.RootElement, "id") is not { } id || Text(json.RootElement, "type") is not { } type || In(json.RootElement, "data", "object") is not { ValueKind: JsonValueKind.Object } about)
                return false;
            if (!s_types.Contains(type))
                return true;

            // An invoice that is only to come has no id yet.
            var (kind, subject) = (Text(about, "object"), IdIn(about, "id"));
            reported = new BillingEvent(id, type, subject ?? "", kind == "customer" ? subject : IdIn(about, "customer"), kind == "subscription" ? subject : IdIn(about, "subscription") ?? SubscriptionOf(about));
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string? SubscriptionOf(JsonElement invoice) => In(invoice, "parent", "subscription_details") is { } details ? IdIn(details, "subscription") : null;

    // An id, or the whole thing where it was asked for.
    private static string? IdIn(JsonElement of, string name) => In(of, name) switch
    {
        { ValueKind: JsonValueKind.String } id => id.GetString() is { Length: > 0 and <= LongestId } text && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') ? text : null,
        { ValueKind: JsonValueKind.Object } whole => IdIn(whole, "id"),
        _ => null,
    };

    private static string? Text(JsonElement of, string name) => In(of, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static JsonElement? In(JsonElement of, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (of.ValueKind != JsonValueKind.Object || !of.TryGetProperty(name, out var next))
                return null;
            of = next;
        }

        return of;
    }
}
