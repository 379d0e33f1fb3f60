namespace Backsoon.Promises;

[Collection(Desks.Name)]
public sealed class PrivacyPageTests(FrontDesk desk)
{
    [Fact, Promise("R24", "R50", "R51")]
    public async Task What_comes_from_google_is_promised_limited_use()
    {
        using var browser = desk.Browser();
        var home = await browser.Get(desk.Site.Home());
        var page = await browser.Get(home.Document.QuerySelector("footer a[href$='/privacy']")!.GetAttribute("href")!);

        var statement = page.Document.GetElementById("limited-use")!.TextContent;
        Assert.All(["Google API Services User Data Policy", "Limited Use", "not sold", "not used for advertising", "train", "read by no person unless"], words => Assert.Contains(words, statement, StringComparison.Ordinal));
        Assert.Contains("six days", page.Document.GetElementById("google")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(page.Document.QuerySelector("time[datetime='2026-11-21']"));
        Assert.StartsWith("In short:", page.Document.QuerySelector("main .lead")!.TextContent, StringComparison.Ordinal);
    }
}
