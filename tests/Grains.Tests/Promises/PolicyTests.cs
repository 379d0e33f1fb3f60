using Backsoon.Accounts;
using Backsoon.Tenants;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Backsoon.Promises;

[Collection(Backend.Name)]
public sealed class PolicyTests(Backend backend)
{
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    [Fact, Promise("R13", "R14", "R34", "R38", "R39", "R41", "R47", "R48")]
    public void Routing_promises_what_it_promises()
    {
        var policy = Named("routing");
        Assert.Equal(TimeSpan.FromMinutes(15), policy.MagicLink);
        Assert.Equal(30 * s_day, policy.Session);
        Assert.Equal(30 * s_day, policy.Sources);
        Assert.Equal(30 * s_day, policy.Logs);
        Assert.Equal(7 * s_day, policy.Deletion);
        Assert.Equal(60 * s_day, policy.SlugHold);
        Assert.Null(policy.NamedActivity);
        Assert.Equal(5, policy.VulnerabilityAnswerDays);
        Assert.Equal(13, policy.MinimumAge);
        Assert.Equal(TimeSpan.Zero, policy.ChangeNotice);
    }

    [Fact, Promise("C8", "C18", "C28", "C29", "C30")]
    public void Chat_promises_what_it_promises()
    {
        var policy = Named("chat");
        Assert.Equal(90 * s_day, policy.AfterCancellation);
        Assert.Equal(30 * s_day, policy.Sources);
        Assert.Equal(30 * s_day, policy.ChangeNotice);
        Assert.Equal(TimeSpan.FromHours(48), policy.PrivacyAnswer);
        Assert.Equal(13, policy.MinimumAge);
    }

    [Fact, Promise("P13", "P14", "P15", "P16", "P20", "P22")]
    public void Phones_promises_what_it_promises()
    {
        var policy = Named("phones");
        Assert.Equal(30 * s_day, policy.Deletion);
        Assert.Equal(7 * 365 * s_day, policy.BillingRecords);
        Assert.Equal(90 * s_day, policy.NamedActivity);
        Assert.Equal(30 * s_day, policy.RightsAnswer);
        Assert.Equal(TimeSpan.FromHours(72), policy.BreachNotice);
        Assert.Equal(14 * s_day, policy.ChangeNotice);
    }

    [Fact, Promise("W13", "W16", "W21", "W28")]
    public void Waitlist_promises_what_it_promises()
    {
        var policy = Named("waitlist");
        Assert.Equal(30 * s_day, policy.AfterCancellation);
        Assert.Equal(90 * s_day, policy.Logs);
        Assert.Equal(30 * s_day, policy.DeletionUndo);
        Assert.True(policy.Deletion > policy.DeletionUndo);
        Assert.Equal(16, policy.MinimumAge);
    }

    [Fact]
    public void Where_nothing_is_chosen_every_period_is_the_strictest_of_all()
    {
        var strictest = PolicyProfiles.Find(null)!;
        Assert.Equal(PolicyProfiles.Strictest, strictest.Name);
        Assert.All(PolicyProfiles.All, other =>
        {
            Assert.True(strictest.Sources <= other.Sources && strictest.Logs <= other.Logs && strictest.MagicLink <= other.MagicLink && strictest.Session <= other.Session, other.Name);
            Assert.True(strictest.Deletion <= other.Deletion && strictest.DeletionUndo <= other.DeletionUndo, other.Name);
            Assert.True(strictest.NamedActivity <= (other.NamedActivity ?? TimeSpan.MaxValue) && strictest.ChangeNotice >= other.ChangeNotice && strictest.MinimumAge >= other.MinimumAge, other.Name);
        });
    }

    [Fact]
    public void A_policy_that_there_is_not_is_refused_in_words()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("BACKSOON_POLICY", "lenient")]).Build();
        Assert.Equal("BACKSOON_POLICY is lenient: leave it out, or choose one of strictest, routing, chat, phones, waitlist.", Assert.Single(PolicySetting.Problems(configuration)));
        Assert.Throws<InvalidOperationException>(() => PolicySetting.Read(configuration));
    }

    [Fact, Promise("R13", "R38", "R39", "R41", "W16")]
    public async Task Grains_take_their_periods_from_the_policy_in_force()
    {
        var odd = new Policy { Name = "odd", MagicLink = TimeSpan.FromMinutes(4), Session = 3 * s_day, Sources = 9 * s_day, SlugHold = 2 * s_day };
        await using var database = await backend.NewDatabase();
        var clock = new ManualClock();
        using var host = backend.Build(database, clock, services => services.Replace(ServiceDescriptor.Singleton(new PolicySetting(odd))));
        await host.StartAsync();
        var grains = host.Services.GetRequiredService<IGrainFactory>();

        Assert.Equal(odd, await host.Services.GetRequiredService<Policies>().Current());
        var account = AccountId.New(clock.GetUtcNow());
        await grains.GetGrain<IAccountGrain>($"account/{account}").Open(Mail.EmailAddress.Parse("odd@example.com"), "Odd");
        Assert.Equal(clock.GetUtcNow() + odd.Session, await grains.GetGrain<IAccountGrain>($"account/{account}").SignIn(Person.NewSession(), new Visitor("203.0.113.9", "Firefox", null)));

        var (slug, tenant) = (Slug.Parse("odd-name"), TenantId.New(clock.GetUtcNow()));
        Assert.True(await grains.Slug(slug).Reserve(tenant) && await grains.Slug(slug).Confirm(tenant));
        await grains.Slug(slug).Release(tenant);
        clock.Jump(odd.SlugHold - TimeSpan.FromHours(1));
        Assert.False(await grains.Slug(slug).IsFree());
        clock.Jump(TimeSpan.FromHours(2));
        Assert.True(await grains.Slug(slug).IsFree());

        await database.Execute("insert into attempt (kind, source, at) values ('sign-in-ip', '\\x01', $1), ('sign-in-ip', '\\x02', $2)", clock.GetUtcNow() - 7 * s_day, clock.GetUtcNow() - 8.5 * s_day);
        Assert.True(await grains.GetGrain<ISweeperGrain>(ISweeperGrain.Key).Sweep());
        Assert.Equal(1, await database.Scalar<long>("select count(*) from attempt"));
        await host.StopAsync();
    }

    [Theory]
    [InlineData("00:15:00", "15 minutes")]
    [InlineData("2.00:00:00", "48 hours")]
    [InlineData("3.00:00:00", "72 hours")]
    [InlineData("4.00:00:00", "4 days")]
    [InlineData("01:00:00", "1 hour")]
    [InlineData("90.00:00:00", "90 days")]
    [InlineData("2555.00:00:00", "7 years")]
    public void A_period_is_said_as_people_say_it(string period, string said) => Assert.Equal(said, Period.Say(TimeSpan.Parse(period, System.Globalization.CultureInfo.InvariantCulture)));

    [Fact]
    public void What_was_measured_is_said_in_the_unit_of_the_promise()
    {
        Assert.Equal("11 of 30 days", Period.Of(11 * s_day, 30 * s_day));
        Assert.Equal("2.3 of 7 days", Period.Of(2.3 * s_day, 7 * s_day));
        Assert.Equal("5.5 of 48 hours", Period.Of(TimeSpan.FromHours(5.5), TimeSpan.FromHours(48)));
    }

    private static Policy Named(string name) => PolicyProfiles.Find(name) ?? throw new InvalidOperationException(name);
}
