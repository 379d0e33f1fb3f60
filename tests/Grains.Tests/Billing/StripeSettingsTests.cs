using Microsoft.Extensions.Configuration;

namespace Backsoon.Billing;

public sealed class StripeSettingsTests
{
    private static readonly Dictionary<string, string?> s_whole = new() { ["STRIPE_SECRET_KEY"] = "sk_live_1", ["STRIPE_WEBHOOK_SECRET"] = "whsec_1", ["STRIPE_PLANS"] = "Solo|price_1|12 euros; Team | price_2 | 29 euros;" };

    [Fact]
    public void Nothing_set_charges_nothing() => Assert.Null(Read([]));

    [Fact]
    public void The_whole_of_it_is_read()
    {
        var settings = Read(s_whole)!;
        Assert.Equal("Solo price_1 12 euros, Team price_2 29 euros", string.Join(", ", settings.Plans.Select(plan => $"{plan.Name} {plan.Price} {plan.Text}")));
        Assert.Equal(("https://api.stripe.com/", "https://checkout.stripe.com https://billing.stripe.com"), (settings.Url.ToString(), string.Join(' ', settings.Doors)));
        Assert.Equal("https://pay.example.com", Assert.Single(Read(With("STRIPE_PAGES", "https://pay.example.com/x"))!.Doors));
    }

    [Theory]
    [InlineData("STRIPE_SECRET_KEY", "", "STRIPE_SECRET_KEY is missing")]
    [InlineData("STRIPE_WEBHOOK_SECRET", null, "STRIPE_WEBHOOK_SECRET is missing")]
    [InlineData("STRIPE_PLANS", " ", "STRIPE_PLANS is missing")]
    [InlineData("STRIPE_SECRET_KEY", "pk_live_1", "begins with sk_")]
    [InlineData("STRIPE_SECRET_KEY", "sk_live_1\r\nX", "begins with sk_")]
    [InlineData("STRIPE_WEBHOOK_SECRET", "secret", "begins with whsec_")]
    [InlineData("STRIPE_PLANS", "Solo", "write Name|price_")]
    [InlineData("STRIPE_PLANS", "Solo|prod_1|12 euros", "write Name|price_")]
    [InlineData("STRIPE_PLANS", "Solo|price_1|12 euros;Team|price_1|29 euros", "write Name|price_")]
    [InlineData("STRIPE_PAGES", "pay.example.com", "STRIPE_PAGES")]
    [InlineData("STRIPE_URL", "ftp://x", "STRIPE_URL")]
    public void What_is_wrong_is_said_at_the_start(string name, string? value, string said)
    {
        Assert.Contains(said, Assert.Single(StripeSettings.Problems(Of(With(name, value)))), StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => Read(With(name, value)));
    }

    private static Dictionary<string, string?> With(string name, string? value) => new(s_whole) { [name] = value };

    private static StripeSettings? Read(Dictionary<string, string?> values) => StripeSettings.Read(Of(values));

    private static IConfigurationRoot Of(Dictionary<string, string?> values) => new ConfigurationBuilder().AddInMemoryCollection(values).Build();
}
