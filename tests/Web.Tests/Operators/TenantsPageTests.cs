using System.Net;
using Backsoon.Tenants;

namespace Backsoon.Operators;

[Collection(Consoles.Name)]
public sealed class TenantsPageTests(ConsoleDesk desk)
{
    [Fact]
    public async Task A_business_is_found_by_how_its_name_or_address_begins()
    {
        var owner = await desk.SignUp();
        await Rename(owner, "Quayside & Sons <script>alert(1)</script>");
        var signedIn = await desk.SignIn();

        foreach (var words in new[] { "quays", "Sons quayside", owner.Slug.Value, "QUAYSIDE' | 'son", "quays:* & sons" })
        {
            var found = await Search(signedIn, words);
            Assert.Contains(found.Document.QuerySelectorAll("tbody tr"), row => row.TextContent.Contains("Quayside & Sons <script>", StringComparison.Ordinal) && row.TextContent.Contains(owner.Slug.Value, StringComparison.Ordinal));
            Assert.Null(found.Document.QuerySelector("main script"));
        }

        foreach (var words in new[] { "nobodyiscalledthis", "'; drop table tenant; --zz", "%", ":*", "& | !" })
            Assert.Equal("Nobody fits", (await Search(signedIn, words)).Document.QuerySelector("main h2")!.TextContent);
        Assert.Equal(5 + 5, await desk.Scalar<long>("select count(*) from audit where operator = $1 and act = 6", signedIn.Name));
        // What was searched for may be somebody's name.
        Assert.Equal(0, await desk.Scalar<long>("select count(*) from audit where subject ilike '%quay%'"));
    }

    [Fact]
    public async Task The_list_goes_on_page_by_page()
    {
        var signedIn = await desk.SignIn();
        var owner = await desk.SignUp();

        var page = await signedIn.Browser.Get(desk.Site.Console("/tenants"));

        // The newest first.
        Assert.Contains(owner.Slug.Value, page.Document.QuerySelector("tbody tr")!.TextContent, StringComparison.Ordinal);
        var id = page.Document.QuerySelector("tbody tr a")!.GetAttribute("href")!.Split('/')[^1];
        var next = await signedIn.Browser.Get(desk.Site.Console($"/tenants?q=&after={id}"));
        Assert.DoesNotContain(owner.Slug.Value, next.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await signedIn.Browser.Get(desk.Site.Console("/tenants?after=%27%20or%201=1"))).Status);
    }

    [Fact]
    public async Task A_look_shows_nothing_personal_and_the_owner_sees_it()
    {
        var owner = await desk.SignUp();
        Assert.Equal("Nobody has looked", (await owner.Browser.Get("/looks")).Document.QuerySelector("main h2")!.TextContent);
        var signedIn = await desk.SignIn();

        var page = await Open(signedIn, owner);

        Assert.Equal("Harbour & Lane", page.Heading);
        Assert.Contains("Open requests", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(owner.Email, page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("Ana Silva", page.Body, StringComparison.Ordinal);
        var looks = await owner.Browser.Get("/looks");
        var row = Assert.Single(looks.Document.QuerySelectorAll("tbody tr"));
        Assert.Contains(signedIn.Name, row.TextContent, StringComparison.Ordinal);
        // Nobody else's owner reads it.
        Assert.Equal("Nobody has looked", (await (await desk.SignUp()).Browser.Get("/looks")).Document.QuerySelector("main h2")!.TextContent);
    }

    [Fact]
    public async Task Who_the_owner_is_is_shown_for_a_reason_that_the_owner_reads()
    {
        var owner = await desk.SignUp();
        var signedIn = await desk.SignIn();
        var page = await Open(signedIn, owner);

        var refused = await signedIn.Browser.Submit(page, new Dictionary<string, string?> { ["reason"] = " " }, "#contact form");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.NotNull(refused.Error("reason"));
        Assert.DoesNotContain(owner.Email, refused.Body, StringComparison.Ordinal);

        var shown = await signedIn.Browser.Submit(refused, new Dictionary<string, string?> { ["reason"] = "Asked for help <b>by telephone</b>" }, "#contact form");
        Assert.Contains(owner.Email, shown.Text, StringComparison.Ordinal);
        Assert.Contains("Ana Silva", shown.Text, StringComparison.Ordinal);
        var looks = await owner.Browser.Get("/looks");
        Assert.Contains("Asked for help <b>by telephone</b>", looks.Text, StringComparison.Ordinal);
        Assert.Null(looks.Document.QuerySelector("tbody b"));
        Assert.Contains("Asked for help", (await signedIn.Browser.Get(desk.Site.Console("/audit"))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_written_down_is_not_shown()
    {
        var owner = await desk.SignUp();
        var signedIn = await desk.SignIn();
        var list = await Search(signedIn, owner.Slug.Value);
        var address = list.Document.QuerySelector("tbody a")!.GetAttribute("href")!;
        await desk.Execute($"alter table look add constraint refused check (operator <> '{signedIn.Name}') not valid");

        var page = await signedIn.Browser.Get(desk.Site.Console(address));

        await desk.Execute("alter table look drop constraint refused");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.Status);
        Assert.DoesNotContain("Harbour", page.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tenant_00000000000000000000000000000000")]
    [InlineData("nobody")]
    [InlineData("'%20or%20true%20--")]
    public async Task A_business_that_is_not_there_is_not_found(string id)
    {
        var signedIn = await desk.SignIn();

        Assert.Equal(HttpStatusCode.NotFound, (await signedIn.Browser.Get(desk.Site.Console($"/tenants/{id}"))).Status);
        // That it was asked for is in the log.
        Assert.Equal(1, await desk.Scalar<long>("select count(*) from audit where operator = $1 and act = 7", signedIn.Name));
    }

    private Task<WebPage> Search(SignedInOperator signedIn, string words) => signedIn.Browser.Get(desk.Site.Console($"/tenants?q={Uri.EscapeDataString(words)}"));

    private async Task<WebPage> Open(SignedInOperator signedIn, Owner owner) =>
        await signedIn.Browser.Get(desk.Site.Console((await Search(signedIn, owner.Slug.Value)).Document.QuerySelector("tbody a")!.GetAttribute("href")!));

    private async Task Rename(Owner owner, string name)
    {
        var tenant = desk.Grains.For((await desk.Grains.Slug(owner.Slug).Resolve())!.Value).Tenant();
        await tenant.Change((await tenant.Profile())!.Settings with { BusinessName = name });
    }
}
