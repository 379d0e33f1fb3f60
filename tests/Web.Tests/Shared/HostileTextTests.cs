using System.Net;
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

    private static readonly string[] s_pages = ["/", "/history", "/vendors", "/subjects", "/categories", "/rules", "/page", "/settings", "/sessions", "/vendors/new", "/rules/new", "/bookings", "/bookings?view=list", "/bookings/new", "/bookings/block", "/bookings/services", "/bookings/services/new", "/bookings/hosts", "/bookings/settings"];

    [Fact]
    public async Task Whatever_is_typed_anywhere_is_text_everywhere()
    {
        var business = await Business.Open(desk);
        await Booking.Practice.In(business);
        using var caller = desk.Browser();
        foreach (var text in s_fragments.Concat(Gen.Elements(s_fragments).ListOf(4).Select(string.Concat).Sample(12)))
        {
            await Through("/settings", new() { ["business"] = text, ["about"] = text, ["owner"] = text, ["emergency-text"] = text });
            await Through("/vendors/new", new() { ["name"] = text, ["email"] = "v@vendor.example", ["phone"] = text, ["note"] = text });
            await Through("/subjects/new", new() { ["label"] = text, ["reference"] = text });
            await Through("/categories/new", new() { ["name"] = text });
            await Through("/bookings/services/new", new() { ["name"] = text, ["about"] = text, ["price"] = text, ["place"] = text, ["question-0"] = text, ["length"] = text }, "#service");
            await Through("/bookings/services/new", new() { ["name"] = text, ["about"] = text, ["price"] = text, ["place"] = text, ["question-0"] = text }, "#service");
            await Through("/bookings/hosts/new", new() { ["name"] = text, ["email"] = "h@host.example", ["zone"] = "UTC" }, "#host");
            await Through("/bookings/new", new() { ["by-hand"] = text, ["start"] = text, ["name"] = text, ["email"] = text, ["phone"] = text, ["note"] = text, ["answer-0"] = text }, "#book");
            await Through("/bookings/block", new() { ["from"] = text, ["note"] = text }, "#block");
            AssertOurs(await business.Browser.Get($"/bookings?view=list&q={Uri.EscapeDataString(text)}"));
            AssertOurs(await business.Browser.Get($"/bookings/why?service={Uri.EscapeDataString(text)}&at={Uri.EscapeDataString(text)}"));
            await Through("/bookings/settings", new() { ["intro"] = text, ["reminder-0"] = text }, "#settings");
            AssertOurs(await business.Browser.Get($"/history?q={Uri.EscapeDataString(text)}&status={Uri.EscapeDataString(text)}&from={Uri.EscapeDataString(text)}"));

            var request = await business.Send((await business.Scope.Directory().Categories())[0].Name, text.Length == 0 ? "x" : text, text);
            await Through($"/requests/{request}", new() { ["note"] = text }, $"form[action$='/{request}/note']");
            AssertOurs(await business.Browser.Get($"/requests/{request}"));

            var address = desk.Site.Desk(business.Owner.Slug);
            var form = await caller.Get(address);
            AssertOurs(form);
            desk.Clock.Advance(TimeSpan.FromSeconds(5));
            if (form.Document.QuerySelector("main form[method=post]") is not null)
                AssertOurs(await caller.Submit(form, new Dictionary<string, string?> { ["name"] = text, ["phone"] = text, ["email"] = text, ["text"] = text, ["category"] = text, ["subject"] = text }));
            AssertOurs(await caller.Get($"{address}?q={Uri.EscapeDataString(text)}&subject={Uri.EscapeDataString(text)}"));
        }

        foreach (var page in s_pages)
            AssertOurs(await business.Browser.Get(page));

        async Task Through(string page, Dictionary<string, string?> typed, string form = "main form[method=post]")
        {
            var shown = await business.Browser.Get(page);
            AssertOurs(shown);
            AssertOurs(await business.Browser.Submit(shown, typed, form));
        }
    }

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
