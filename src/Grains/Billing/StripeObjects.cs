using System.Text.Json.Serialization;

namespace Backsoon.Billing;

/// <summary>What is read of Stripe's answers. What is not named here is not looked at, cards least of all (R5).</summary>
public sealed record StripeSubscription(
    [property: JsonPropertyName("id")] string Id, [property: JsonPropertyName("customer")] string? Customer, [property: JsonPropertyName("status")] string? Status, [property: JsonPropertyName("created")] long Created,
    [property: JsonPropertyName("cancel_at_period_end")] bool CancelAtPeriodEnd, [property: JsonPropertyName("cancel_at")] long? CancelAt, [property: JsonPropertyName("ended_at")] long? EndedAt,
    [property: JsonPropertyName("current_period_end")] long? CurrentPeriodEnd, [property: JsonPropertyName("items")] StripeList<StripeItem>? Items, [property: JsonPropertyName("metadata")] Dictionary<string, string>? Metadata)
{
    /// <summary>Of the items; older versions of the interface have it on top.</summary>
    [JsonIgnore]
    public DateTimeOffset? PeriodEnd => At(Items?.Data?.Max(item => item.CurrentPeriodEnd) ?? CurrentPeriodEnd);

    [JsonIgnore]
    public string? Price => Items?.Data is [var first, ..] ? first.Price?.Id : null;

    internal static DateTimeOffset? At(long? seconds) => seconds is { } known ? DateTimeOffset.FromUnixTimeSeconds(known) : null;
}

public sealed record StripeItem([property: JsonPropertyName("current_period_end")] long? CurrentPeriodEnd, [property: JsonPropertyName("price")] StripePrice? Price);

public sealed record StripePrice([property: JsonPropertyName("id")] string? Id);

public sealed record StripeList<T>([property: JsonPropertyName("data")] List<T>? Data);

/// <summary>What was paid, for the books.</summary>
public sealed record StripeInvoice(
    [property: JsonPropertyName("id")] string Id, [property: JsonPropertyName("customer")] string? Customer, [property: JsonPropertyName("status")] string? Status, [property: JsonPropertyName("amount_paid")] long AmountPaid,
    [property: JsonPropertyName("currency")] string? Currency, [property: JsonPropertyName("created")] long Created, [property: JsonPropertyName("status_transitions")] StripeTransitions? Transitions,
    [property: JsonPropertyName("period_start")] long? PeriodStart, [property: JsonPropertyName("period_end")] long? PeriodEnd);

public sealed record StripeTransitions([property: JsonPropertyName("paid_at")] long? PaidAt);

/// <summary>A page of Stripe's own that was made for one visit.</summary>
internal sealed record StripePage([property: JsonPropertyName("url")] string? Url);

internal sealed record StripeId([property: JsonPropertyName("id")] string? Id);

internal sealed record StripeFailure([property: JsonPropertyName("error")] StripeError? Error);

internal sealed record StripeError([property: JsonPropertyName("type")] string? Type, [property: JsonPropertyName("code")] string? Code);
