using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Backsoon.Dispatch;
using FsCheck.Fluent;

namespace Backsoon.Shared;

/// <summary>What a stranger, an owner and a vendor type goes through every form and comes back on every page: always as text, never as a page of theirs.</summary>
[Collection(Desks.Name)]
public sealed class HostileTextTests(FrontDesk desk)
{
    private static readonly string[] s_fragments =
    [
        "<x-evil>", "\"><x-evil onfocus=alert(1) autofocus>", "'><x-evil>", "</textarea><x-evil>", "</title></style><x-evil>", "<script>alert(1)</script>", "<!--", "-->", "]]>", "&lt;x-evil&gt;", "&#60;x-evil&#62;",
        "javascript:alert(1)", "{{7*7}}", "@(7*7)", "%3Cx-evil%3E", "\r\nBcc: thief@example.com\r\n\r\n", "\u2028", "\0", "\u202E", "\u2066", "\u200B", "\uD800", "😀", "שלום", "日本語", "=cmd|' /C calc'!A0", "'; drop table dispatch; --", "\\", "Ana",
    ];

    private const string Phone = "+351 910 000 001";

    private static readonly string[] s_pages = ["/", "/history", "/vendors", "/subjects", "/categories", "/rules", "/page", "/settings", "/sessions", "/vendors/new", "/rules/new", "/bookings", "/bookings?view=list", "/bookings/new", "/bookings/block", "/bookings/services", "/bookings/services/new", "/bookings/hosts", "/bookings/settings"];

    // As long as the shortest of the fields for words takes, which is a price.
    private static readonly string[] s_texts = [.. s_fragments, .. Gen.Elements(s_fragments).ListOf(4).Select(string.Concat).Sample(12).Select(text => text[..Math.Min(text.Length, 60)])];

    [Fact]
    public async Task Whatever_is_typed_anywhere_is_text_everywhere()
    {
        var business = await Business.Open(desk);
        var practice = await Booking.Practice.In(business);
        var address = desk.Site.Desk(business.Owner.Slug);
        var category = await business.Category("Plumbing");
        var taken = new Dictionary<string, int>();
        foreach (var (text, at) in s_texts.Select((text, at) => (text, at)))
        {
            await Through("/settings", text, ["business", "about", "owner", "emergency-text"]);
            await Through("/vendors/new", text, ["name", "note"], new() { ["email"] = "v@vendor.example", ["phone"] = Phone });
            await Through("/subjects/new", text, ["label", "reference"]);
            await Through("/categories/new", text, ["name"]);
            await Through("/bookings/services/new", text, ["name", "about", "price", "place", "question-0"], form: "#service");
            await Through("/bookings/hosts/new", text, ["name"], new() { ["email"] = "h@host.example", ["zone"] = "UTC" }, "#host");
            var start = Booking.BookingsTimes.Write(practice.In(24 + at));
            await Through($"/bookings/new?service={practice.Service.Id}&host={practice.Host.Id}", text, ["name", "note", "answer-0"], new() { ["start"] = start, ["email"] = $"guest{at}@guest.example", ["phone"] = Phone }, "#book");
            await Through("/bookings/block", text, ["note"], form: "#block");
            await Through("/bookings/settings", text, ["intro"], new() { ["reminder-0"] = "24" }, "#settings");
            var request = await business.Send(category.Name, text.Length == 0 ? "x" : text, text);
            await Through($"/requests/{request}", text, ["note"], form: $"form[action$='/{request}/note']");

            using var caller = desk.Browser();
            var form = await caller.Get($"{address}?unlisted=1");
            AssertOurs(form);
            desk.Clock.Advance(TimeSpan.FromSeconds(5));
            Taken("the desk", text, await caller.Submit(form, new Dictionary<string, string?> { ["name"] = text, ["phone"] = Phone, ["email"] = $"caller{at}@caller.example", ["text"] = text, ["category"] = $"{category.Id}", ["subject"] = DeskForm.Unlisted }));
        }

        foreach (var page in s_pages)
            AssertOurs(await business.Browser.Get(page));
        Assert.All(taken, page => Assert.True(page.Value >= 30, $"{page.Key} took {page.Value} of {s_texts.Length}."));

        async Task Through(string page, string text, string[] fields, Dictionary<string, string?>? others = null, string form = "main form[method=post]")
        {
            var shown = await business.Browser.Get(page);
            AssertOurs(shown);
            var typed = fields.Select(field => KeyValuePair.Create(field, (string?)text)).Concat(others ?? []).ToDictionary();
            Taken(string.Concat(shown.Address.Segments.Where(part => !Guid.TryParse(part, out _))), text, await business.Browser.Submit(shown, typed, form));
        }

        void Taken(string page, string text, WebPage answer)
        {
            AssertOurs(answer);
            taken.TryAdd(page, 0);
            if (answer.Status is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity)
                return;
            Assert.Equal(HttpStatusCode.OK, answer.Status);
            Assert.True(answer.Address.Query.Contains("said=", StringComparison.Ordinal) || answer.Address.AbsolutePath.StartsWith("/s/", StringComparison.Ordinal), $"{page} led to {answer.Address}.");
            Assert.Contains(Ink(text), Shown(answer), StringComparison.Ordinal);
            taken[page]++;
        }
    }

    [Fact]
    public async Task Whatever_is_typed_where_something_else_belongs_is_text_as_well()
    {
        var business = await Business.Open(desk);
        await Booking.Practice.In(business);
        var address = desk.Site.Desk(business.Owner.Slug);
        foreach (var text in s_texts)
        {
            await Through("/vendors/new", new() { ["name"] = "Ana", ["email"] = text, ["phone"] = text });
            await Through("/bookings/services/new", new() { ["name"] = "Viewing", ["length"] = text, ["notice"] = text, ["seats"] = text, ["kind"] = text }, "#service");
            await Through("/bookings/hosts/new", new() { ["name"] = "Ana", ["email"] = text, ["zone"] = text }, "#host");
            await Through("/bookings/new", new() { ["by-hand"] = text, ["start"] = text, ["name"] = "Tom", ["email"] = text, ["phone"] = text }, "#book");
            await Through("/bookings/block", new() { ["from"] = text, ["until"] = text, ["host"] = text }, "#block");
            await Through("/bookings/settings", new() { ["reminder-0"] = text }, "#settings");
            foreach (var page in new[] { "/bookings?view=list&q=", "/bookings/why?service=", "/bookings/why?at=", "/history?q=", "/history?status=", "/history?from=" })
                AssertOurs(await business.Browser.Get(page + Uri.EscapeDataString(text)));

            using var caller = desk.Browser();
            AssertOurs(await caller.Get($"{address}?q={Uri.EscapeDataString(text)}&subject={Uri.EscapeDataString(text)}&category={Uri.EscapeDataString(text)}"));
            var form = await caller.Get(address);
            AssertOurs(form);
            desk.Clock.Advance(TimeSpan.FromSeconds(5));
            AssertOurs(await caller.Submit(form, new Dictionary<string, string?> { ["name"] = "Ana", ["phone"] = text, ["email"] = text, ["text"] = "It drips.", ["category"] = text, ["subject"] = text }));
        }

        async Task Through(string page, Dictionary<string, string?> typed, string form = "main form[method=post]")
        {
            var shown = await business.Browser.Get(page);
            AssertOurs(shown);
            AssertOurs(await business.Browser.Submit(shown, typed, form));
        }
    }

    // What a page says and what stands in its fields.
    private static string Shown(WebPage page) => Ink(page.Document.Body!.TextContent + string.Concat(page.Document.QuerySelectorAll<IHtmlInputElement>("input").Select(input => input.Value)));

    // Spaces and what controls a line may be put otherwise.
    private static string Ink(string text) => string.Concat(text.Where(letter => letter is > ' ' and < '\x7f' || char.IsLetterOrDigit(letter)));

    private static void AssertOurs(WebPage page)
    {
        Assert.True((int)page.Status < 500, $"{page.Address} answered {(int)page.Status}.");
        Assert.NotEqual(HttpStatusCode.Forbidden, page.Status);
        Assert.Empty(page.Document.QuerySelectorAll("x-evil"));
        Assert.All(page.Document.Scripts, script => Assert.StartsWith("/", script.GetAttribute("src"), StringComparison.Ordinal));
        Assert.DoesNotContain(page.Document.All, element => element.Attributes.Any(attribute => attribute.Name.StartsWith("on", StringComparison.OrdinalIgnoreCase)));
        Assert.DoesNotContain(page.Document.QuerySelectorAll("a, form"), element => (element.GetAttribute("href") ?? element.GetAttribute("action") ?? "").TrimStart().StartsWith("javascript:", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain('\n', page.Header("Location") ?? "");
    }
}
