using Backsoon.Tenants;
using Microsoft.Extensions.Configuration;

namespace Backsoon.Billing;

public sealed class StripeTests : IAsyncLifetime
{
    private static readonly TenantId s_tenant = new("tenant_1");
    private static readonly Site s_site = new("https", "desks.example");

    private readonly ManualClock _clock = new();
    private StripeStandIn _standIn = null!;
    private Stripe _stripe = null!;

    public async Task InitializeAsync()
    {
        _standIn = await StripeStandIn.Start(_clock);
        _stripe = Client(pause: TimeSpan.Zero);
    }

    public async Task DisposeAsync()
    {
        Assert.Empty(_standIn.Violations);
        _stripe.Dispose();
        await _standIn.DisposeAsync();
    }

    [Fact]
    public async Task An_order_is_written_as_stripe_reads_it_and_leads_to_stripe()
    {
        var customer = await Customer();
        var url = Given(await _stripe.CreateCheckout(s_tenant, customer, Plan, 14, "a"));

        Assert.StartsWith($"{_standIn.Url}/pages/checkout/cs_", url.ToString(), StringComparison.Ordinal);
        Assert.Equal(
            $"mode=subscription&customer={customer}&client_reference_id=tenant_1&line_items[0][price]=price_solo&line_items[0][quantity]=1"
            + "&success_url=https%3A%2F%2Fapp.desks.example%2Fbilling%2Fdone&cancel_url=https%3A%2F%2Fapp.desks.example%2Fbilling%2Fstopped"
            + "&subscription_data[trial_period_days]=14&subscription_data[trial_settings][end_behavior][missing_payment_method]=cancel&subscription_data[metadata][account]=tenant_1&subscription_data[metadata][site]=desks.example",
            _standIn.Calls.Last().Body);
    }

    [Fact]
    public async Task Without_a_trial_left_none_is_ordered()
    {
        Given(await _stripe.CreateCheckout(s_tenant, await Customer(), Plan, null, "a"));
        Assert.DoesNotContain("trial", _standIn.Calls.Last().Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_intent_is_one_thing_and_another_is_another()
    {
        Assert.Equal(await Customer(), await Customer());
        Assert.Single(_standIn.Books.Customers);
        var customer = await Customer();
        Uri[] doors = [Given(await _stripe.CreateCheckout(s_tenant, customer, Plan, 14, "a")), Given(await _stripe.CreateCheckout(s_tenant, customer, Plan, 14, "a"))];
        Assert.Equal(doors[0], doors[1]);
        // Other fields under the same key would be an error, so they are another key.
        Assert.NotEqual(doors[0], Given(await _stripe.CreateCheckout(s_tenant, customer, Plan, 13, "a")));
        Assert.NotEqual(doors[0], Given(await _stripe.CreateCheckout(s_tenant, customer, Plan, 14, "b")));
        Assert.All(_standIn.Calls, call => Assert.Equal(64, call.Key.Length));
    }

    [Theory]
    [InlineData(StripeFault.TooManyRequests)]
    [InlineData(StripeFault.Conflict)]
    [InlineData(StripeFault.ErrorBefore)]
    [InlineData(StripeFault.ErrorAfter)]
    [InlineData(StripeFault.RefusalToRetry)]
    [InlineData(StripeFault.ResetBefore)]
    [InlineData(StripeFault.ResetAfter)]
    public async Task After_a_fault_it_is_tried_again_under_the_same_key_and_done_once(StripeFault fault)
    {
        _standIn.Faults.Enqueue(fault);
        var answer = _stripe.CreateCustomer(s_tenant, "a");
        if (fault == StripeFault.TooManyRequests)
        {
            await Backend.Eventually(() => Task.FromResult(_standIn.Fired.Count == 1 && _clock.Next <= _clock.GetUtcNow().AddSeconds(1)), "it waits as long as it was asked to");
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Given(await answer);
        Assert.Equal(2, _standIn.Calls.Count);
        Assert.Single(_standIn.Calls.Distinct());
        Assert.Single(_standIn.Books.Customers);
    }

    [Theory]
    [InlineData(StripeFault.ErrorNotToRetry)]
    [InlineData(StripeFault.GarbageAfter)]
    [InlineData(StripeFault.NothingAfter)]
    public async Task What_is_not_to_be_tried_again_is_for_later(StripeFault fault)
    {
        _standIn.Faults.Enqueue(fault);
        Assert.IsType<StripeAnswer<string>.Later>(await _stripe.CreateCustomer(s_tenant, "a"));
        Assert.Single(_standIn.Calls);
        Given(await _stripe.CreateCustomer(s_tenant, "a"));
        Assert.Single(_standIn.Books.Customers);
    }

    [Fact]
    public async Task Three_times_are_enough_for_now()
    {
        for (var i = 0; i < 5; i++)
            _standIn.Faults.Enqueue(StripeFault.ErrorBefore);
        var later = Assert.IsType<StripeAnswer<string>.Later>(await _stripe.CreateCustomer(s_tenant, "a"));
        Assert.Equal(3, _standIn.Calls.Count);
        // What Stripe writes beside its codes may name somebody.
        Assert.Equal("Stripe answered 500 api_error.", later.Detail);
    }

    [Fact]
    public async Task Before_each_further_try_it_waits_longer()
    {
        using var stripe = Client(patience: TimeSpan.FromHours(1));
        _standIn.Faults.Enqueue(StripeFault.ErrorBefore);
        _standIn.Faults.Enqueue(StripeFault.ErrorBefore);
        var began = _clock.GetUtcNow();
        var answer = stripe.CreateCustomer(s_tenant, "a");
        var waits = new List<TimeSpan>();
        for (var tries = 1; tries <= 2; tries++)
        {
            await Backend.Eventually(() => Task.FromResult(_standIn.Calls.Count == tries && _clock.Next < _clock.GetUtcNow().AddMinutes(1)), "it waits");
            waits.Add(_clock.Next!.Value - _clock.GetUtcNow());
            _clock.Advance(waits[^1]);
        }

        Given(await answer);
        Assert.InRange(waits[0], TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1));
        Assert.InRange(waits[1], TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        Assert.Equal(began + waits[0] + waits[1], _clock.GetUtcNow());
    }

    [Fact]
    public async Task Silence_is_waited_for_so_long()
    {
        _standIn.Faults.Enqueue(StripeFault.SilenceAfter);
        var answer = _stripe.CreateCustomer(s_tenant, "a");
        await Backend.Eventually(() => Task.FromResult(_standIn.IsSilent), "Stripe says nothing");
        _clock.Advance(TimeSpan.FromSeconds(4));
        Given(await answer);
        Assert.Single(_standIn.Books.Customers);
    }

    [Fact]
    public async Task Whoever_is_away_is_for_later_and_a_wrong_key_too()
    {
        _standIn.IsAway = true;
        Assert.IsType<StripeAnswer<string>.Later>(await _stripe.CreateCustomer(s_tenant, "a"));
        _standIn.IsAway = false;
        using var stranger = Client(key: "sk_test_other");
        Assert.IsType<StripeAnswer<string>.Later>(await stranger.CreateCustomer(s_tenant, "a"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Until_when_it_is_paid_stands_on_the_items_or_on_top(bool old)
    {
        _standIn.Books.IsOld = old;
        var one = Given(await _stripe.Subscription(await Subscribe(trial: null)));
        Assert.Equal(_clock.GetUtcNow().AddDays(30), one.PeriodEnd);
        Assert.Equal(("active", "price_solo", "desks.example"), (one.Status, one.Price, one.Metadata!["site"]));
    }

    [Fact]
    public async Task A_subscription_ends_with_its_period_or_not_and_now()
    {
        var id = await Subscribe(trial: 3);
        Assert.True(Given(await _stripe.EndAtPeriodEnd(id, true, "1")).CancelAtPeriodEnd);
        Assert.False(Given(await _stripe.EndAtPeriodEnd(id, false, "2")).CancelAtPeriodEnd);
        Assert.True(Given(await _stripe.EndNow(id)));
        Assert.Equal("canceled", Given(await _stripe.Subscription(id)).Status);
        // Once more, and of one that never was.
        Assert.True(Given(await _stripe.EndNow(id)));
        Assert.True(Given(await _stripe.EndNow("sub_none")));
        Assert.IsType<StripeAnswer<StripeSubscription>.Missing>(await _stripe.Subscription("sub_none"));
        Assert.IsType<StripeAnswer<StripeSubscription>.Missing>(await _stripe.EndAtPeriodEnd(id, true, "3"));
        Assert.Equal(id, Assert.Single(Given(await _stripe.Subscriptions((string)_standIn.Books.Subscriptions[0]["customer"]!))).Id);
    }

    [Fact]
    public async Task A_page_elsewhere_is_no_place_to_lead_to()
    {
        var customer = await Customer();
        Assert.StartsWith(_standIn.Url, Given(await _stripe.CreatePortal(customer, "a")).ToString(), StringComparison.Ordinal);
        _standIn.Books.Pages = "https://evil.example";
        Assert.IsType<StripeAnswer<Uri>.Later>(await _stripe.CreatePortal(customer, "b"));
        Assert.IsType<StripeAnswer<Uri>.Later>(await _stripe.CreateCheckout(s_tenant, customer, Plan, 14, "a"));
        Assert.IsType<StripeAnswer<Uri>.Refused>(await _stripe.CreatePortal("cus_none", "a"));
    }

    private Plan Plan => _stripe.Settings.Plans[0];

    private Stripe Client(TimeSpan? patience = null, TimeSpan? pause = null, string key = StripeStandIn.Key) => new(
        StripeSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(_standIn.Settings).AddInMemoryCollection([new("STRIPE_SECRET_KEY", key)]).Build())!, s_site, _clock, patience, pause);

    private async Task<string> Customer() => Given(await _stripe.CreateCustomer(s_tenant, "a"));

    private async Task<string> Subscribe(int? trial) => _standIn.Books.Pay(Given(await _stripe.CreateCheckout(s_tenant, await Customer(), Plan, trial, "a")).Segments[^1]);

    private static T Given<T>(StripeAnswer<T> answer) => Assert.IsType<StripeAnswer<T>.Given>(answer).Value;
}
