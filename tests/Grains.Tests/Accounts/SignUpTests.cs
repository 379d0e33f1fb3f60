using Backsoon.Tenants;

namespace Backsoon.Accounts;

[Collection(Backend.Name)]
public sealed class SignUpTests(Backend backend)
{
    [Fact, Promise("R1", "R3", "R38", "R40")]
    public async Task A_link_founds_the_business_and_signs_in()
    {
        var person = new Person(backend);
        var mail = await person.AskToSignUp();
        var link = person.Link(mail);
        Assert.Equal(new MagicLinkView(person.Email, person.Details.BusinessName, MagicLinkStanding.Open), await link.Look());
        Assert.Null(await backend.Grains.Slug(person.Slug).Resolve());

        var session = Person.NewSession();
        var accepted = Assert.IsType<Redemption.Accepted>(await link.Spend(session, person.Visitor));

        Assert.True(accepted.IsNewTenant);
        Assert.Equal(backend.Clock.GetUtcNow() + TimeSpan.FromDays(30), accepted.ExpiresAt);
        var tenant = await backend.Grains.Slug(person.Slug).Resolve();
        Assert.NotNull(tenant);
        var view = await backend.Grains.GetGrain<ISessionGrain>($"session/{session}").Check();
        Assert.Equal((accepted.Account, tenant), (view!.Account, view.Tenant));
        var profile = await backend.Grains.For(tenant.Value).Tenant().Profile();
        Assert.Equal(person.Slug, profile!.Slug);
        Assert.Equal(accepted.Account, Assert.Single(profile.Members));
        Assert.Equal(new OwnerContact("Ana Duarte", person.Email, null), profile.Settings.Owner);
        Assert.Equal(new Nouns("property", "properties", "tenant"), profile.Settings.Nouns);
        Assert.Equal(MagicLinkStanding.Spent, (await link.Look())!.Standing);
    }

    [Fact, Promise("R3")]
    public async Task A_new_business_has_the_categories_of_its_trade()
    {
        var person = new Person(backend);
        await person.SignUp();
        var tenant = await backend.Grains.Slug(person.Slug).Resolve();

        await using var command = backend.Database.CreateCommand("select name, urgent from category where tenant_id = $1 order by position");
        command.Parameters.Add(new() { Value = tenant!.Value.Value });
        await using var row = await command.ExecuteReaderAsync();
        var categories = new List<StarterCategory>();
        while (await row.ReadAsync())
            categories.Add(new(row.GetString(0), row.GetBoolean(1)));
        Assert.Equal(Industries.Categories(Industry.PropertyManagement), categories);
    }

    [Fact]
    public async Task A_known_address_is_answered_alike_and_told_so_by_mail()
    {
        var person = new Person(backend);
        await person.SignUp();
        var again = new Person(backend) { Email = person.Email };

        var mail = await again.AskToSignUp();

        Assert.Equal("already-account", mail.Kind);
        var accepted = Assert.IsType<Redemption.Accepted>(await person.Link(mail).Spend(Person.NewSession(), person.Visitor));
        Assert.False(accepted.IsNewTenant);
        Assert.Null(await backend.Grains.Slug(again.Slug).Resolve());
    }

    [Fact]
    public async Task A_repeated_post_mails_once()
    {
        var person = new Person(backend);
        var address = await person.Address();
        var request = person.Request();
        Assert.IsType<Asked.Accepted>(await address.AskToSignUp(request, person.Details));
        Assert.IsType<Asked.Accepted>(await address.AskToSignUp(request, person.Details));
        Assert.Equal(1, await person.MailsHad());
    }

    [Fact]
    public async Task A_second_sign_up_for_the_same_name_leads_to_the_same_business()
    {
        var person = new Person(backend);
        var first = await person.AskToSignUp();
        var second = await person.AskToSignUp();

        var one = Assert.IsType<Redemption.Accepted>(await person.Link(second).Spend(Person.NewSession(), person.Visitor));
        var other = Assert.IsType<Redemption.Accepted>(await person.Link(first).Spend(Person.NewSession(), person.Visitor));

        Assert.True(one.IsNewTenant);
        Assert.False(other.IsNewTenant);
        Assert.Equal(one.Account, other.Account);
        Assert.Single((await backend.Grains.GetGrain<IAccountGrain>($"account/{one.Account}").Look())!.Tenants);
    }

    [Fact]
    public async Task A_second_sign_up_for_another_name_only_signs_in_once_the_first_is_done()
    {
        var person = new Person(backend);
        var other = new Person(backend) { Email = person.Email };
        var first = await person.AskToSignUp();
        var second = await other.AskToSignUp();

        var founded = Assert.IsType<Redemption.Accepted>(await person.Link(first).Spend(Person.NewSession(), person.Visitor));
        var signedIn = Assert.IsType<Redemption.Accepted>(await person.Link(second).Spend(Person.NewSession(), person.Visitor));

        Assert.Equal(founded.Account, signedIn.Account);
        Assert.False(signedIn.IsNewTenant);
        Assert.Null(await backend.Grains.Slug(other.Slug).Resolve());
    }

    [Fact]
    public async Task A_name_that_somebody_holds_is_refused_at_once()
    {
        var person = new Person(backend);
        await person.AskToSignUp();
        var other = new Person(backend) { Slug = person.Slug };
        Assert.IsType<Asked.SlugTaken>(await (await other.Address()).AskToSignUp(other.Request(), other.Details));
        Assert.Equal(0, await other.MailsHad());
    }
}
