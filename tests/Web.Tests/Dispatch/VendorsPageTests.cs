using System.Net;

namespace Backsoon.Dispatch;

[Collection(Desks.Name)]
public sealed class VendorsPageTests(FrontDesk desk)
{
    [Fact]
    public async Task Without_vendors_it_says_what_they_are_for()
    {
        var business = await Business.Open(desk);

        var page = await business.Browser.Get("/vendors");

        Assert.Contains("Nobody to ask yet", page.Text);
        Assert.Null(page.Document.QuerySelector("form[role=search]"));
    }

    [Fact]
    public async Task What_is_empty_says_nothing()
    {
        var business = await Business.Open(desk);
        await business.Scope.Directory().PutVendor((await business.AddVendor("Rivera Plumbing")) with { Phone = null });
        Assert.Equal(["Email"], Labels(await business.Browser.Get("/vendors")));
        await business.Scope.Directory().PutVendor((await business.AddVendor("Cole & Sons")) with { Note = "Has the key." });
        Assert.Equal(["Email", "Telephone", "Note", "Email"], Labels(await business.Browser.Get("/vendors")));

        static IEnumerable<string?> Labels(WebPage page) => page.Document.QuerySelectorAll("tbody td[data-label]").Select(cell => cell.GetAttribute("data-label"));
    }

    [Theory]
    [InlineData(1, "1 vendor")]
    [InlineData(7, "7 vendors")]
    [InlineData(120, "120 vendors")]
    public async Task Each_is_listed_once_in_the_order_of_their_names(int count, string caption)
    {
        var business = await Business.Open(desk);
        for (var i = count; i > 0; i--)
            await business.AddVendor($"Vendor {i}");

        var (listed, next) = (new List<string>(), "/vendors");
        while (next is not null)
        {
            var page = await business.Browser.Get(next);
            Assert.Equal(caption, page.Document.QuerySelector("caption")!.TextContent);
            listed.AddRange(page.Document.QuerySelectorAll("tbody a").Select(link => link.TextContent));
            next = page.Document.QuerySelector("a[rel=next]")?.GetAttribute("href");
        }

        Assert.Equal(Enumerable.Range(1, count).Select(i => $"Vendor {i}"), listed);
    }

    [Fact]
    public async Task A_vendor_is_added_and_found_by_words()
    {
        var business = await Business.Open(desk);

        var list = await business.Browser.Submit(await business.Browser.Get("/vendors/new"), Fields("Rivera Plumbing", "Jobs@Rivera.example", "+351 912 345 678", "Has the key."));

        Assert.Equal("/vendors", list.Address.AbsolutePath);
        Assert.Contains("Added.", list.Text);
        Assert.Contains("Rivera Plumbing", (await business.Browser.Get("/vendors?q=plumb+rivera")).Text);
        Assert.Contains("Nobody fits", (await business.Browser.Get("/vendors?q=roof")).Text);
        var saved = Assert.Single((await business.Scope.Directory().Vendors(new PageRequest("", null, 10, true))).Items);
        Assert.Equal(("Rivera Plumbing", "Jobs@rivera.example", "+351 912 345 678", "Has the key.", true), (saved.Name, saved.Email.Value, saved.Phone, saved.Note, saved.Active));
    }

    [Theory]
    [InlineData("", "jobs@rivera.example", "", "name")]
    [InlineData("Rivera", "", "", "email")]
    [InlineData("Rivera", "jobs at rivera", "", "email")]
    [InlineData("Rivera", "jobs@rivera.example", "by owl", "phone")]
    public async Task What_is_wrong_is_said_beside_its_field_and_everything_typed_stays(string name, string email, string phone, string field)
    {
        var business = await Business.Open(desk);

        var page = await business.Browser.Submit(await business.Browser.Get("/vendors/new"), Fields(name, email, phone, "A note <b>to keep</b>"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.NotNull(page.Error(field));
        Assert.NotNull(page.Document.QuerySelector($"#errors a[href='#{field}']"));
        Assert.Equal((name, email, phone), (Value(page, "name"), Value(page, "email"), Value(page, "phone")));
        Assert.Equal("A note <b>to keep</b>", page.Document.GetElementById("note")!.TextContent);
        Assert.Equal(0, (await business.Scope.Directory().Vendors(new PageRequest("", null, 10, true))).Total);
    }

    [Fact]
    public async Task A_name_that_is_taken_is_refused_whatever_its_capitals()
    {
        var business = await Business.Open(desk);
        await business.AddVendor("Rivera Plumbing");

        var page = await business.Browser.Submit(await business.Browser.Get("/vendors/new"), Fields("RIVERA plumbing", "other@rivera.example"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Contains("already", page.Error("name"));
        Assert.Equal("other@rivera.example", Value(page, "email"));
    }

    [Fact]
    public async Task A_double_click_adds_one_and_going_back_to_type_another_adds_two()
    {
        var business = await Business.Open(desk);
        var form = await business.Browser.Get("/vendors/new");

        await business.Browser.Submit(form, Fields("Rivera Plumbing", "jobs@rivera.example"));
        await business.Browser.Submit(form, Fields("Rivera Plumbing", "jobs@rivera.example"));
        await business.Browser.Submit(form, Fields("Cole & Sons", "office@cole.example"));

        var names = (await business.Scope.Directory().Vendors(new PageRequest("", null, 10, true))).Items.Select(vendor => vendor.Name);
        Assert.Equal(["Cole & Sons", "Rivera Plumbing"], names);
    }

    [Fact]
    public async Task One_is_changed_and_keeps_the_rest()
    {
        var business = await Business.Open(desk);
        var rivera = await business.AddVendor("Rivera Plumbing");

        var page = await business.Browser.Submit(await business.Browser.Get($"/vendors/{rivera.Id}"), new Dictionary<string, string?> { ["email"] = "new@rivera.example" });

        Assert.Contains("Saved.", page.Text);
        Assert.Equal(rivera with { Email = Mail.EmailAddress.Parse("new@rivera.example") }, await business.Scope.Directory().Vendor(rivera.Id));
    }

    [Fact]
    public async Task One_is_switched_off_and_on_again_by_undo()
    {
        var business = await Business.Open(desk);
        var rivera = await business.AddVendor("Rivera Plumbing");

        var off = await business.Browser.Submit(await business.Browser.Get($"/vendors/{rivera.Id}"), form: $"form[action='/vendors/{rivera.Id}/off']");
        Assert.Contains("Switched off", off.Document.QuerySelector("tbody .pill")!.TextContent);
        Assert.Contains("Nobody fits", (await business.Browser.Get("/vendors?active=yes")).Text);
        var on = await business.Browser.Submit(off, form: ".flash form");

        Assert.Null(on.Document.QuerySelector("tbody .pill"));
        Assert.True((await business.Scope.Directory().Vendor(rivera.Id))!.Active);
    }

    [Fact]
    public async Task Names_are_offered_to_a_script()
    {
        var business = await Business.Open(desk);
        await business.AddVendor("Rivera \"Plumbing\" <Sons>");

        var names = await business.Browser.Get("/vendors/names?q=riv");

        Assert.Equal("application/json", names.Header("Content-Type")!.Split(';')[0]);
        Assert.Equal(["Rivera \"Plumbing\" <Sons>"], System.Text.Json.JsonSerializer.Deserialize<string[]>(names.Body)!);
    }

    private static Dictionary<string, string?> Fields(string name, string email, string phone = "", string note = "") => new() { ["name"] = name, ["email"] = email, ["phone"] = phone, ["note"] = note };

    private static string? Value(WebPage page, string id) => page.Document.GetElementById(id)!.GetAttribute("value");
}
