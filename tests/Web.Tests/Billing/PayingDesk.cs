using System.Net;
using Backsoon.Tenants;
using Microsoft.AspNetCore.Builder;
using Npgsql;

namespace Backsoon.Billing;

/// <summary>The product where plans are charged for at a Stripe on this machine.</summary>
public sealed class PayingDesk : FrontDesk
{
    public StripeStandIn Stripe { get; private set; } = null!;

    public override async Task InitializeAsync()
    {
        Stripe = await StripeStandIn.Start(Clock);
        await base.InitializeAsync();
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await Stripe.DisposeAsync();
    }

    /// <summary>Presses the button of a plan, and is led to Stripe.</summary>
    /// <returns>The visit there.</returns>
    public async Task<(string Session, StripeVisit Visit)> Choose(Owner owner)
    {
        var away = await owner.Browser.Submit(await owner.Browser.Get("/billing"), form: ".plans form", follow: false);
        Assert.Equal(HttpStatusCode.SeeOther, away.Status);
        var session = new Uri(away.Header("Location")!).Segments[^1];
        return (session, Stripe.Books.Session(session));
    }

    /// <summary>Has Stripe report all that happened to a customer, and waits for what comes of it.</summary>
    public async Task Report(Owner owner, string customer, BillingStanding standing)
    {
        using var reporter = Browser();
        foreach (var notice in Stripe.Books.Notices.Where(notice => notice.Reported.Customer == customer).ToArray())
            Assert.Equal(HttpStatusCode.NoContent, (await Send(reporter, notice)).Status);
        await Until(async () => await Count("select count(*) from billing_event where processed_at is null and customer_id = $1", customer) == 0 && (await View(owner)).Standing == standing, $"The owner's standing is not {standing}.");
    }

    public Task<WebPage> Send(Browser reporter, StripeNotice notice) => reporter.Send(StripeBooks.Delivery(Site.Home("/webhooks/stripe"), notice, Clock.GetUtcNow()), follow: false);

    /// <summary>Waits until it is noted, so that the clock may be set forward.</summary>
    public async Task TrialBegins(Owner owner)
    {
        var tenant = (await Grains.Slug(owner.Slug).Resolve())!.Value;
        await Until(async () =>
        {
            await Grains.For(tenant).Subscription().Begin();
            return await Count("select count(*) from billing_account where tenant_id = $1", tenant.Value) == 1;
        }, "The trial does not begin.");
    }

    public async Task<SubscriptionView> View(Owner owner) => await Grains.For((await Grains.Slug(owner.Slug).Resolve())!.Value).Subscription().Look();

    public async Task<long> Count(string sql, string value)
    {
        await using var database = NpgsqlDataSource.Create(ConnectionString);
        await using var command = database.CreateCommand(sql);
        command.Parameters.Add(new() { Value = value });
        return (long)(await command.ExecuteScalarAsync())!;
    }

    protected override void Change(WebApplicationBuilder builder)
    {
        foreach (var (name, value) in Stripe.Settings)
            builder.Configuration[name] = value;
    }
}
