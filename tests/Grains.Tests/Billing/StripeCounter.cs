using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Backsoon.Billing;

/// <summary>The fields of one call, looked at as Stripe does: what is missing, unknown or out of its list is refused.</summary>
internal sealed class StripeCounter(List<KeyValuePair<string, string>> fields, ConcurrentQueue<string> violations, string call)
{
    private static readonly Dictionary<string, string[]> s_words = new()
    {
        ["mode"] = ["payment", "setup", "subscription"],
        ["payment_method_collection"] = ["always", "if_required"],
        ["subscription_data[trial_settings][end_behavior][missing_payment_method]"] = ["cancel", "create_invoice", "pause"],
        ["ui_mode"] = ["elements", "embedded_page", "form", "hosted_page"],
    };

    private static readonly string[] s_required = ["mode", "customer", "client_reference_id", "line_items[0][price]", "line_items[0][quantity]", "success_url", "cancel_url", "subscription_data[metadata][account]", "subscription_data[metadata][site]"];
    private static readonly string[] s_possible = ["subscription_data[trial_period_days]", .. s_words.Keys];

    public string? this[string name] => fields.Where(field => field.Key == name).Select(field => field.Value).FirstOrDefault();

    public (int, JsonNode)? Check(params string[] exactly)
    {
        var names = fields.ConvertAll(field => field.Key);
        return exactly.Except(names).FirstOrDefault() is { } missing ? No($"{missing} is missing") : names.Except(exactly).FirstOrDefault() is { } unknown ? No($"{unknown} is unknown") : null;
    }

    public (int, JsonNode)? CheckCheckout(string[] prices, Dictionary<string, JsonObject> objects)
    {
        var names = fields.ConvertAll(field => field.Key);
        if (s_required.Except(names).FirstOrDefault() is { } missing)
            return No($"{missing} is missing");
        if (names.Except(s_required).Except(s_possible).FirstOrDefault() is { } unknown)
            return No($"{unknown} is unknown");
        foreach (var (name, words) in s_words)
            if (OneOf(name, words) is { } refused)
                return refused;
        if (this["mode"] != "subscription" || !prices.Contains(this["line_items[0][price]"]) || this["line_items[0][quantity]"] != "1")
            return No("the order is not one of a subscription");
        if (this["subscription_data[trial_period_days]"] is { } days && !(int.TryParse(days, out var count) && count >= 1))
            return No("trial_period_days is less than 1");
        return this["success_url"]!.StartsWith("http", StringComparison.Ordinal) && this["cancel_url"]!.StartsWith("http", StringComparison.Ordinal) ? Known(objects, "customer") : No("an address is none");
    }

    public (int, JsonNode)? OneOf(string name, params string[] words) => this[name] is { } value && !words.Contains(value) ? No($"{name} is {value}") : null;

    public (int, JsonNode)? Known(Dictionary<string, JsonObject> objects, string name) =>
        objects.ContainsKey(this[name]!) ? null : (400, StripeStandIn.Error("invalid_request_error", "resource_missing"));

    private (int, JsonNode) No(string what)
    {
        violations.Enqueue($"{call}: {what}");
        return (400, StripeStandIn.Error("invalid_request_error", "parameter_invalid"));
    }
}
