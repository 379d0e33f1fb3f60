using Backsoon.Accounts;
using Backsoon.Mail;
using Backsoon.Tenants;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Backsoon.Billing;

/// <summary>A back end on a database of its own that charges for plans at a Stripe on this machine, and businesses in it.</summary>
public sealed class BillingOffice : IAsyncDisposable
{
    private static int s_made;

    private readonly Backend _backend;
    private IHost _host;

    private BillingOffice(Backend backend, IHost host, NpgsqlDataSource database, ManualClock clock, StripeStandIn stripe, RecordedMails mails) =>
        (_backend, _host, Database, Clock, Stripe, Mails) = (backend, host, database, clock, stripe, mails);

    public NpgsqlDataSource Database { get; }

    public ManualClock Clock { get; }

    public StripeStandIn Stripe { get; }

    public StripeBooks Books => Stripe.Books;

    public RecordedMails Mails { get; }

    public TenantId Tenant { get; private set; }

    public EmailAddress Owner { get; private set; } = EmailAddress.Parse("nobody@example.com");

    public DateTimeOffset FoundedAt { get; private set; }

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    public TenantScope Scope => Grains.For(Tenant);

    public ISubscriptionGrain Subscription => Scope.Subscription();

    public static async Task<BillingOffice> Open(Backend backend)
    {
        var (clock, mails) = (new ManualClock(), new RecordedMails());
        var database = await backend.NewDatabase();
        var stripe = await StripeStandIn.Start(clock);
        var office = new BillingOffice(backend, await Start(backend, database, clock, mails, stripe), database, clock, stripe, mails);
        await office.Found();
        return office;
    }

    /// <summary>Another business.</summary>
    public async Task Found()
    {
        var number = Interlocked.Increment(ref s_made);
        FoundedAt = Clock.GetUtcNow();
        (Tenant, Owner) = (TenantId.New(FoundedAt), EmailAddress.Parse($"owner{number}@example.com"));
        var account = AccountId.New(FoundedAt);
        await Grains.GetGrain<IAccountGrain>($"account/{account}").Open(Owner, "Ana Duarte");
        await Grains.GetGrain<IAccountGrain>($"account/{account}").Join(Tenant);
        await Scope.Tenant().Found(
            account, Owner, new SignUpDetails("Ana Duarte", "Harbour Lettings", Slug.Parse($"lettings-{number}"), Industry.PropertyManagement, "Europe/Lisbon"));
        await Pass(TimeSpan.FromMinutes(1));
    }

    /// <summary>Ends the process and begins another on the same database, which charges or does not.</summary>
    public async Task Restart(bool charges = true)
    {
        await _host.StopAsync();
        _host.Dispose();
        _host = await Start(_backend, Database, Clock, Mails, charges ? Stripe : null);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        await Stripe.DisposeAsync();
        await Database.DisposeAsync();
    }

    /// <summary>Lets time pass at once, as a process that slept through it; then a minute more for what follows.</summary>
    public async Task Pass(TimeSpan time)
    {
        await Advance(time);
        await Advance(TimeSpan.FromMinutes(1));
    }

    /// <summary>Lets days pass, each by itself.</summary>
    public async Task Live(int days)
    {
        for (var day = 0; day < days; day++)
            await Advance(TimeSpan.FromDays(1));
        await Advance(TimeSpan.FromMinutes(1));
    }

    /// <summary>Chooses a plan and pays for it at Stripe, which reports it.</summary>
    public async Task<string> Subscribe(string plan = "price_solo")
    {
        var subscription = await Pay(plan);
        await Deliver(Books.Notices);
        return subscription;
    }

    public async Task<string> Pay(string plan = "price_solo") =>
        Books.Pay(Assert.IsType<BillingDoor.Open>(await Subscription.Choose(plan)).At.Segments[^1]);

    /// <summary>Has these reported, in this order, and worked off.</summary>
    public async Task Deliver(IEnumerable<StripeNotice> notices)
    {
        foreach (var notice in notices.ToArray())
            await Grains.GetGrain<IBillingGrain>(IBillingGrain.Key).Keep(notice.Reported);
        await Settled();
    }

    public async Task Settled()
    {
        for (var minutes = 0; minutes == 0 || await Database.Scalar<long>("select count(*) from billing_event where processed_at is null") > 0; minutes++)
        {
            Assert.True(minutes < 60, "All events are worked off within an hour.");
            await Advance(TimeSpan.FromMinutes(1));
        }
    }

    public Task<SubscriptionView> Look() => Subscription.Look();

    public async Task<BillingStanding> Standing() => (await Look()).Standing;

    public async Task<Standing> Page() => (await Scope.Tenant().Profile())!.Standing;

    /// <summary>What the owner was mailed, but for the seal that comes each month whatever happens.</summary>
    public IReadOnlyList<RecordedMail> Told => [.. Mails.To(Owner).Where(mail => mail.Kind != "seal")];

    public IReadOnlyList<string> Subjects => [.. Told.Select(mail => mail.Subject)];

    /// <summary>Has a back end charge at this Stripe. What fails is tried again at once: the clock stands still meanwhile.</summary>
    public static void ChargeAt(StripeStandIn stripe, IServiceCollection services, TimeProvider clock)
    {
        var settings = StripeSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(stripe.Settings).Build())!;
        services.Replace(ServiceDescriptor.Singleton(s => new BillingDesk(
            new Stripe(settings, s.GetRequiredService<Site>(), clock, pause: TimeSpan.Zero), s.GetRequiredService<IGrainFactory>(), s.GetRequiredService<ILogger<BillingDesk>>())));
    }

    private async Task Advance(TimeSpan by)
    {
        Clock.Advance(by);
        await _host.Tick();
        await Backend.Rest(_host, Clock, () => Stripe.IsSilent);
    }

    private static async Task<IHost> Start(Backend backend, NpgsqlDataSource database, ManualClock clock, RecordedMails mails, StripeStandIn? stripe)
    {
        var host = backend.Build(database, clock, services =>
        {
            services.Replace(ServiceDescriptor.Singleton<MailTransport>(mails));
            if (stripe is not null)
                ChargeAt(stripe, services, clock);
        });
        await host.StartAsync();
        return host;
    }
}
