using System.Net;

namespace Backsoon.Dispatch;

[Collection(Desks.Name)]
public sealed class CategoriesPageTests(FrontDesk desk)
{
    [Fact]
    public async Task They_stand_in_the_callers_order_with_whom_they_go_to()
    {
        var business = await Business.Open(desk);
        var rivera = await business.AddVendor("Rivera Plumbing");
        await business.AddRule(null, (await business.Category("Water leak")).Id, (rivera, 90));

        var page = await business.Browser.Get("/categories");

        Assert.Equal((await business.Scope.Directory().Categories()).Select(category => category.Name), page.Document.QuerySelectorAll("tbody a bdi").Select(name => name.TextContent));
        var leak = page.Document.QuerySelector("tbody tr")!;
        Assert.Contains("Urgent", leak.TextContent);
        Assert.Contains("Rivera Plumbing, after 90 minutes you", leak.TextContent);
        Assert.Contains("you, at once", page.Document.QuerySelector("tbody tr:last-child")!.TextContent);
    }

    [Fact]
    public async Task One_moves_up_and_down_and_stops_at_the_ends()
    {
        var business = await Business.Open(desk);
        var before = await Order(business);
        var page = await business.Browser.Get("/categories");

        await Move(business, page, before[2], "up");
        Assert.Equal(string.Join(", ", [before[0], before[2], before[1], .. before[3..]]), string.Join(", ", await Order(business)));
        await Move(business, page, before[2], "up");
        await Move(business, page, before[2], "up");
        Assert.Equal(string.Join(", ", [before[2], before[0], before[1], .. before[3..]]), string.Join(", ", await Order(business)));
        await Move(business, page, before[2], "down");
        await Move(business, page, before[2], "down");

        Assert.Equal(before, await Order(business));
    }

    [Fact]
    public async Task A_new_one_comes_last()
    {
        var business = await Business.Open(desk);

        var page = await business.Browser.Submit(await business.Browser.Get("/categories/new"), new Dictionary<string, string?> { ["name"] = "Garden", ["urgent"] = "on" });

        Assert.Contains("Added.", page.Text);
        var added = (await business.Scope.Directory().Categories())[^1];
        Assert.Equal(("Garden", true, true), (added.Name, added.Urgent, added.Active));
    }

    [Fact]
    public async Task One_is_renamed_made_routine_and_keeps_its_place()
    {
        var business = await Business.Open(desk);
        var leak = await business.Category("Water leak");

        await business.Browser.Submit(await business.Browser.Get($"/categories/{leak.Id}"), new Dictionary<string, string?> { ["name"] = "Leak", ["urgent"] = null });

        Assert.Equal(leak with { Name = "Leak", Urgent = false }, (await business.Scope.Directory().Categories())[0]);
    }

    [Theory]
    [InlineData("", "Type what kind of trouble it is.")]
    [InlineData("PLUMBING", "You have a category of this name already.")]
    public async Task A_name_that_does_not_do_is_refused_and_stays(string name, string message)
    {
        var business = await Business.Open(desk);

        var page = await business.Browser.Submit(await business.Browser.Get("/categories/new"), new Dictionary<string, string?> { ["name"] = name, ["urgent"] = "on" });

        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Equal(message, page.Error("name"));
        Assert.Equal(name, page.Document.GetElementById("name")!.GetAttribute("value"));
        Assert.True(page.Document.QuerySelector("[name=urgent]")!.HasAttribute("checked"));
    }

    [Fact]
    public async Task One_is_switched_off_and_on_again_by_undo()
    {
        var business = await Business.Open(desk);
        var keys = await business.Category("Locks and keys");

        var off = await business.Browser.Submit(await business.Browser.Get($"/categories/{keys.Id}"), form: $"form[action='/categories/{keys.Id}/off']");
        Assert.DoesNotContain("Locks and keys", (await business.Scope.Directory().Desk())!.Categories.Select(category => category.Name));
        await business.Browser.Submit(off, form: ".flash form");

        Assert.Equal(keys, await business.Category("Locks and keys"));
    }

    private static async Task<string[]> Order(Business business) => [.. (await business.Scope.Directory().Categories()).Select(category => category.Name)];

    private static async Task Move(Business business, WebPage page, string name, string to)
    {
        var id = (await business.Category(name)).Id;
        var moved = await business.Browser.Submit(page, new Dictionary<string, string?> { ["to"] = to }, $"form[action='/categories/{id}/move']");
        Assert.Equal(HttpStatusCode.OK, moved.Status);
    }
}
