using System.Collections.Immutable;
using System.Globalization;

namespace Backsoon.Billing;

/// <summary>What was paid, as the books have it.</summary>
/// <param name="Invoice">Stripe's id of the invoice.</param>
/// <param name="Amount">In the smallest unit of the currency.</param>
[GenerateSerializer, Immutable, Alias("billing.payment")]
public sealed record Payment(string Invoice, DateTimeOffset PaidAt, long Amount, string Currency, DateTimeOffset? From, DateTimeOffset? Until)
{
    // As Stripe has them; every other currency has hundredths.
    private static readonly ImmutableArray<string> s_whole = ["bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "ugx", "vnd", "vuv", "xaf", "xof", "xpf"];
    private static readonly ImmutableArray<string> s_thousandths = ["bhd", "jod", "kwd", "omr", "tnd"];

    /// <summary>The amount for people: "12.00 EUR".</summary>
    public string Said
    {
        get
        {
            var digits = s_whole.Contains(Currency) ? 0 : s_thousandths.Contains(Currency) ? 3 : 2;
            var scaled = (decimal)Amount;
            for (var digit = 0; digit < digits; digit++)
                scaled /= 10;
            return $"{scaled.ToString($"N{digits}", CultureInfo.InvariantCulture)} {Currency.ToUpperInvariant()}";
        }
    }
}

/// <summary>Where a page ended, newest first.</summary>
[GenerateSerializer, Immutable, Alias("billing.payment-cursor")]
public sealed record PaymentCursor(DateTimeOffset PaidAt, string Invoice);

/// <param name="Next">Null on the last page.</param>
[GenerateSerializer, Immutable, Alias("billing.payment-page")]
public sealed record PaymentPage(ImmutableArray<Payment> Payments, PaymentCursor? Next);
