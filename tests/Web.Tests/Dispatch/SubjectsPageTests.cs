using System.Diagnostics;
using System.Net;
using Backsoon.Tenants;
using Npgsql;

namespace Backsoon.Dispatch;

[Collection(Desks.Name)]
public sealed class SubjectsPageTests(FrontDesk desk)
{
    private const int Many = 5_000;

    [Theory]
    [InlineData(Industry.PropertyManagement, "Properties", "property")]
    [InlineData(Industry.LawPractice, "Matters", "matter")]
    public async Task They_are_called_what_the_business_calls_them(Industry industry, string several, string one)
    {
        var business = await Business.Open(desk, industry);

        var page = await business.Browser.Get("/subjects");

        Assert.Equal(several, page.Heading);
        Assert.Contains($"No {several.ToLowerInvariant()} yet", page.Text);
        Assert.Equal($"Add a {one}", (await business.Browser.Get("/subjects/new")).Heading);
        Assert.Contains(several, (await business.Browser.Get("/vendors")).Document.QuerySelector(".rail")!.TextContent);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public async Task Each_is_listed_with_its_reference(int count)
    {
        var business = await Business.Open(desk);
        for (var i = 1; i <= count; i++)
            await business.AddSubject($"Mill Lane {i}", $"Flat {i}");

        var page = await business.Browser.Get("/subjects");

        Assert.Equal(count, page.Document.QuerySelectorAll("tbody tr").Length);
        Assert.Contains($"Flat {count}", page.Text);
        Assert.Null(page.Document.QuerySelector("a[rel=next]"));
    }

    [Fact]
    public async Task Nouns_have_the_article_that_is_spoken()
    {
        var business = await Business.Open(desk);
        await business.Browser.Submit(await business.Browser.Get("/settings"), new Dictionary<string, string?> { ["subject"] = "apartment", ["subjects"] = "apartments", ["caller"] = "owner" });

        var (list, add) = (await business.Browser.Get("/subjects"), await business.Browser.Get("/subjects/new"));

        Assert.Equal("Add an apartment", list.Document.QuerySelector(".page-head a.button > span")!.TextContent);
        Assert.Contains("With them an owner can say", list.Text);
        Assert.Equal("Add an apartment", add.Heading);
        Assert.Contains("nothing about an owner is in them", (await business.Browser.Get("/numbers")).Text);
        Assert.Contains("Add an apartment", (await business.Browser.Get("/welcome")).Text);
        Assert.Contains("for an apartment the name", (await business.Browser.Get("/import")).Text);
    }

    [Fact]
    public async Task Thousands_stay_quick()
    {
        var business = await Business.Open(desk);
        await Copy(business, Many);

        var watch = Stopwatch.StartNew();
        var first = await business.Browser.Get("/subjects");
        watch.Restart();
        var found = await business.Browser.Get("/subjects?q=lane+4321");
        var took = watch.Elapsed;

        Assert.Equal("5,000 properties", first.Document.QuerySelector("caption")!.TextContent.Trim());
        Assert.Equal(50, first.Document.QuerySelectorAll("tbody tr").Length);
        Assert.Equal("Mill Lane 4321", found.Document.QuerySelector("tbody a")!.TextContent);
        Assert.True(took < TimeSpan.FromSeconds(2), $"A search among {Many} took {took}.");
        var second = await business.Browser.Get(first.Document.QuerySelector("a[rel=next]")!.GetAttribute("href")!);
        Assert.Equal("Mill Lane 51", second.Document.QuerySelector("tbody a")!.TextContent);
        Assert.NotNull((await business.Browser.Get("/rules")).Document.QuerySelector("input#subject[list]"));
    }

    [Fact]
    public async Task Two_of_one_name_are_told_apart_by_their_reference()
    {
        var business = await Business.Open(desk);
        await business.AddSubject("Mill Lane 4", "Flat 1");

        var same = await business.Browser.Submit(await business.Browser.Get("/subjects/new"), new Dictionary<string, string?> { ["label"] = "Mill Lane 4", ["reference"] = "Flat 1" });
        var other = await business.Browser.Submit(same, new Dictionary<string, string?> { ["reference"] = "Flat 2" });

        Assert.Equal(HttpStatusCode.UnprocessableEntity, same.Status);
        Assert.Contains("already", same.Error("label"));
        Assert.Equal("/subjects", other.Address.AbsolutePath);
        Assert.Equal(2, other.Document.QuerySelectorAll("tbody tr").Length);
    }

    [Fact]
    public async Task One_after_the_other_is_typed_without_leaving_the_form()
    {
        var business = await Business.Open(desk);

        var page = await business.Browser.Submit(await business.Browser.Get("/subjects/new"), new Dictionary<string, string?> { ["label"] = "Mill Lane 4", ["then"] = "another" });

        Assert.Equal("/subjects/new", page.Address.AbsolutePath);
        Assert.Equal("", page.Document.GetElementById("label")!.GetAttribute("value"));
        Assert.Contains("Added.", page.Text);
    }

    [Fact]
    public async Task A_long_name_and_one_from_right_to_left_stay_whole()
    {
        var business = await Business.Open(desk);
        var names = new[] { new string('W', SubjectForm.LongestLabel), "شقة ٤، شارع النيل", "<img src=x onerror=alert(1)>" };
        foreach (var name in names)
            await business.Browser.Submit(await business.Browser.Get("/subjects/new"), new Dictionary<string, string?> { ["label"] = name });

        var page = await business.Browser.Get("/subjects");

        Assert.Equal(names.Order(StringComparer.Ordinal), page.Document.QuerySelectorAll("tbody a bdi").Select(name => name.TextContent).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("<img", page.Body);
        var tooLong = await business.Browser.Submit(await business.Browser.Get("/subjects/new"), new Dictionary<string, string?> { ["label"] = names[0] + "W" });
        Assert.Equal($"That is {SubjectForm.LongestLabel + 1} characters; {SubjectForm.LongestLabel} fit.", tooLong.Error("label"));
    }

    [Fact]
    public async Task One_is_switched_off_and_on_again_by_undo()
    {
        var business = await Business.Open(desk);
        var subject = await business.AddSubject("Mill Lane 4");

        var off = await business.Browser.Submit(await business.Browser.Get($"/subjects/{subject.Id}"), form: $"form[action='/subjects/{subject.Id}/off']");
        Assert.False((await business.Scope.Directory().Subject(subject.Id))!.Active);
        await business.Browser.Submit(off, form: ".flash form");

        Assert.True((await business.Scope.Directory().Subject(subject.Id))!.Active);
    }

    [Fact]
    public async Task An_address_that_no_page_wrote_is_refused()
    {
        var business = await Business.Open(desk);

        Assert.Equal(HttpStatusCode.BadRequest, (await business.Browser.Get("/subjects?after=next")).Status);
    }

    private async Task Copy(Business business, int count)
    {
        await using var database = NpgsqlDataSource.Create(desk.ConnectionString);
        await using var fill = database.CreateCommand("insert into subject (tenant_id, id, label, reference, active) select $1, gen_random_uuid(), 'Mill Lane ' || i, 'Flat ' || i % 7, true from generate_series(1, $2) i");
        fill.Parameters.Add(new() { Value = business.Scope.Id.Value });
        fill.Parameters.Add(new() { Value = count });
        await fill.ExecuteNonQueryAsync();
        // Reads its rows anew.
        await business.Scope.Directory().Close();
    }
}
