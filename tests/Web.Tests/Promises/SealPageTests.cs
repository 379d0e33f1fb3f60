using System.Net;
using Backsoon.Accounts;
using Backsoon.Tenants;
using Microsoft.Extensions.DependencyInjection;

namespace Backsoon.Promises;

[Collection(Desks.Name)]
public sealed class SealPageTests(FrontDesk desk)
{
    [Fact]
    public async Task One_press_in_the_mail_ends_it_and_looking_at_it_does_not()
    {
        var owner = await desk.SignUp();
        var link = await Link(await Account(owner));
        using var browser = desk.Browser();
        Assert.Equal("Stop the monthly mail?", (await browser.Get(link)).Heading);
        Assert.True(await Gets(owner));

        var page = await browser.Submit(await browser.Get(link));
        Assert.Equal("It is stopped", page.Heading);
        Assert.False(await Gets(owner));

        // Switched on again in the settings, and saved with the name.
        await owner.Browser.Submit(await owner.Browser.Get("/settings"), new Dictionary<string, string?> { ["seal"] = "on" }, "#your-name");
        Assert.True(await Gets(owner));
        await owner.Browser.Submit(await owner.Browser.Get("/settings"), new Dictionary<string, string?> { ["seal"] = null }, "#your-name");
        Assert.False(await Gets(owner));
    }

    [Fact]
    public async Task A_mail_program_presses_it_for_its_reader_from_no_page_of_ours()
    {
        var owner = await desk.SignUp();
        using var program = desk.Browser();
        await program.Post(await Link(await Account(owner)), [new("List-Unsubscribe", "One-Click")], fetchSite: "cross-site");
        Assert.False(await Gets(owner));
    }

    [Fact]
    public async Task A_link_with_a_changed_letter_changes_nothing()
    {
        var owner = await desk.SignUp();
        using var browser = desk.Browser();
        var link = await Link(await Account(owner));
        var forged = link[..^3] + (link[^3] == 'A' ? 'B' : 'A') + link[^2..];
        Assert.Equal(HttpStatusCode.Gone, (await browser.Get(forged)).Status);
        Assert.Equal(HttpStatusCode.Gone, (await browser.Post(forged, [new("List-Unsubscribe", "One-Click")])).Status);
        Assert.True(await Gets(owner));
    }

    private async Task<string> Link(AccountId account) => desk.Site.App(
        $"/seal/{(await desk.Services.GetRequiredService<Keys>().Current()).Tokens.Sign(TokenPurpose.SealStop, desk.Clock.GetUtcNow() + TimeSpan.FromDays(30), account.Value)}");

    private async Task<AccountId> Account(Owner owner) =>
        (await desk.Grains.For((await desk.Grains.Slug(owner.Slug).Resolve())!.Value).Tenant().Profile())!.Members[0];

    private async Task<bool> Gets(Owner owner) => (await desk.Grains.GetGrain<IAccountGrain>($"account/{await Account(owner)}").Look())!.GetsSeal;
}
