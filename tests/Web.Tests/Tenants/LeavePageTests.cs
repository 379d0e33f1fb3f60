using System.Net;
using System.Text.RegularExpressions;
using Backsoon.Dispatch;

namespace Backsoon.Tenants;

// A front desk of its own: its clock goes days ahead.
public sealed partial class LeavePageTests(FrontDesk desk) : IClassFixture<FrontDesk>
{

    [Fact, Promise("C18", "C19", "R41")]
    public async Task Whoever_closes_the_page_is_told_what_goes_when_and_can_come_back()
    {
        var business = await Business.Open(desk);
        var browser = business.Browser;
        await business.Send("Plumbing", "The tap drips.");
        Assert.Contains("/leave", (await browser.Get("/settings")).Body);
        var before = await browser.Get("/leave/close");
        Assert.Contains("is kept for you until", before.Text);
        Assert.StartsWith("1 request is open.", before.Document.GetElementById("unfinished")!.TextContent.Trim(), StringComparison.Ordinal);
        Assert.Contains("whoever comes back later gets everything but the name", before.Text);

        var left = await browser.Submit(before);
        Assert.Equal("You have left", left.Heading);
        Assert.Contains("Everything is deleted", left.Text);
        // Every other page of the dashboard leads here.
        foreach (var path in new[] { "/", "/vendors", "/history", "/settings", "/bookings" })
            Assert.Equal("/leave", (await browser.Get(path)).Address.AbsolutePath);
        Assert.Equal("/sessions", (await browser.Get("/sessions")).Address.AbsolutePath);
        using var caller = desk.Browser();
        Assert.Equal(HttpStatusCode.Gone, (await caller.Get(desk.Site.Desk(business.Owner.Slug))).Status);
        Assert.Contains("Everything is kept for you until", (await desk.MailTo(business.Owner.Email, saying: "Everything is kept for you until")).Text);

        var back = await browser.Submit(await browser.Get("/leave"), form: "form[action='/leave/back']");
        Assert.Equal("/", back.Address.AbsolutePath);
        Assert.Equal("Your page is open again.", back.Document.QuerySelector(".flash")!.TextContent);
        Assert.Contains("The tap drips.", back.Body);
        Assert.Equal(HttpStatusCode.OK, (await caller.Get(desk.Site.Desk(business.Owner.Slug))).Status);
    }

    [Fact, Promise("R32", "R34")]
    public async Task A_deletion_is_confirmed_by_mail_shown_by_a_link_and_undone_in_time()
    {
        var business = await Business.Open(desk);
        var (owner, browser) = (business.Owner, business.Browser);
        var asked = await browser.Submit(await browser.Get("/leave"), form: "form[action='/leave/delete']");
        Assert.Contains(owner.Email, asked.Text);
        var link = Confirming().Match((await desk.MailTo(owner.Email, saying: "/delete/")).Text).Value;

        // A scanner opens every link: nothing happens by that, nor with a changed one.
        using var scanner = desk.Browser();
        var page = await scanner.Get(link);
        await scanner.Head(link);
        Assert.Equal(Standing.Open, (await business.Scope.Tenant().Profile())!.Standing);
        Assert.Equal(HttpStatusCode.Gone, (await scanner.Get(link[..^1] + (link[^1] == 'A' ? 'B' : 'A'))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await scanner.Post(link, [], "cross-site")).Status);

        var going = await scanner.Submit(page);
        Assert.Equal("This will be deleted", going.Heading);
        Assert.Equal(Standing.Closed, (await business.Scope.Tenant().Profile())!.Standing);
        Assert.Equal("Everything is being deleted", (await browser.Get("/history")).Heading);
        var begun = Showing().Match((await desk.MailTo(owner.Email, saying: "/deletion/")).Text).Value;

        var undone = await scanner.Submit(await scanner.Get(begun));
        Assert.Equal("/sign-in", undone.Address.AbsolutePath);
        Assert.Contains("nothing was deleted", undone.Text);
        Assert.Equal(Standing.Open, (await business.Scope.Tenant().Profile())!.Standing);
        Assert.Equal("/history", (await browser.Get("/history")).Address.AbsolutePath);
        Assert.Equal(HttpStatusCode.Gone, (await scanner.Get(begun)).Status);
    }

    [Fact, Promise("R32", "R34")]
    public async Task When_it_is_done_the_link_says_so_and_nothing_about_anybody()
    {
        var business = await Business.Open(desk);
        var (owner, browser) = (business.Owner, business.Browser);
        await browser.Submit(await browser.Get("/leave"), form: "form[action='/leave/delete']");
        var going = await browser.Submit(await browser.Get(Confirming().Match((await desk.MailTo(owner.Email, saying: "/delete/")).Text).Value));
        desk.Clock.Advance(TimeSpan.FromHours(49));
        await desk.Tick();

        var address = going.Address.ToString();
        WebPage page;
        var clock = TimeProvider.System;
        for (var since = clock.GetTimestamp(); (page = await browser.Get(address)).Heading != "Everything is deleted"; await Task.Delay(TimeSpan.FromMilliseconds(100), clock))
            Assert.True(clock.GetElapsedTime(since) < TimeSpan.FromMinutes(2), page.Text);
        Assert.DoesNotContain("To do", page.Text);
        Assert.DoesNotContain("Harbour", page.Body, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(owner.Slug.Value, page.Body, StringComparison.Ordinal);
        Assert.Equal("/sign-in", (await browser.Get("/")).Address.AbsolutePath);
        using var caller = desk.Browser();
        Assert.Equal(HttpStatusCode.NotFound, (await caller.Get(desk.Site.Desk(owner.Slug))).Status);
        Assert.Contains("This is the last mail", (await desk.MailTo(owner.Email, saying: "This is the last mail")).Text);
        Assert.False(await desk.Grains.Slug(owner.Slug).IsFree());
    }

    [Fact, Promise("R33", "C20", "C21")]
    public async Task Everything_in_one_file_is_made_shown_and_fetched_by_its_link_alone()
    {
        var business = await Business.Open(desk);
        var browser = business.Browser;
        await business.Send("Plumbing", "The tap drips in zip.");
        await browser.Submit(await browser.Get("/leave"), form: "form[action='/leave/archive']");
        var link = Fetching().Match((await desk.MailTo(business.Owner.Email, saying: "/takeout/")).Text).Value;
        Assert.Contains("Download it", (await browser.Get("/leave")).Text);

        // Whoever has the link needs no session.
        using var elsewhere = desk.Browser();
        using var answer = await elsewhere.Open(link);
        Assert.Equal("application/zip", answer.Content.Headers.ContentType!.MediaType);
        using var zip = new System.IO.Compression.ZipArchive(new MemoryStream(await answer.Content.ReadAsByteArrayAsync()));
        using var requests = new StreamReader(zip.GetEntry("requests.csv")!.Open());
        Assert.Contains("The tap drips in zip.", await requests.ReadToEndAsync());

        Assert.Equal(HttpStatusCode.Gone, (await elsewhere.Get(link[..^1] + (link[^1] == 'A' ? 'B' : 'A'))).Status);
        desk.Clock.Advance(TimeSpan.FromDays(7) + TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.Gone, (await elsewhere.Get(link)).Status);
    }

    [Fact, Promise("R33")]
    public async Task The_link_to_somebody_elses_file_is_of_no_use_to_whoever_has_an_account_of_their_own()
    {
        var (business, other) = (await Business.Open(desk), await Business.Open(desk));
        await business.Send("Plumbing", "The tap drips in secret.");
        foreach (var one in new[] { business, other })
            await one.Browser.Submit(await one.Browser.Get("/leave"), form: "form[action='/leave/archive']");
        var link = new Uri(Fetching().Match((await desk.MailTo(business.Owner.Email, saying: "/takeout/")).Text).Value);
        var theirs = new Uri(Fetching().Match((await desk.MailTo(other.Owner.Email, saying: "/takeout/")).Text).Value);

        // What the page of another business offers is its own file alone, and nothing about this one is asked of their session.
        Assert.DoesNotContain(link.AbsolutePath, (await other.Browser.Get("/leave")).Body, StringComparison.Ordinal);
        Assert.Contains(theirs.AbsolutePath, (await other.Browser.Get("/leave")).Body, StringComparison.Ordinal);
        // Somebody who is signed in to another business has not come by it as they should.
        Assert.Equal(HttpStatusCode.Gone, (await other.Browser.Get(link.AbsolutePath)).Status);
        using (var fetched = await business.Browser.Open(link.AbsoluteUri))
            Assert.Equal("application/zip", fetched.Content.Headers.ContentType!.MediaType);

        // One's body under the other's signature, cut off, longer, or of another purpose.
        var (mine, foreign) = (link.Segments[^1].Split('.'), theirs.Segments[^1].Split('.'));
        foreach (var forged in new[] { string.Join('.', [.. mine[..^1], foreign[^1]]), string.Join('.', [.. foreign[..^1], mine[^1]]), string.Join('.', mine[..^1]), link.Segments[^1] + "A", link.Segments[^1][..^2] })
        {
            var page = await other.Browser.Get($"/takeout/{forged}");
            Assert.Equal(HttpStatusCode.Gone, page.Status);
            Assert.DoesNotContain("secret", page.Body, StringComparison.Ordinal);
        }

        // Made anew, the file has another link, and the one before it is over; so it is when the business goes.
        desk.Clock.Advance(TimeSpan.FromDays(7) + TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.Gone, (await other.Browser.Get(link.AbsolutePath)).Status);
        Assert.Equal(HttpStatusCode.Gone, (await other.Browser.Get(theirs.AbsolutePath)).Status);
    }

    [GeneratedRegex(@"https?://\S+/takeout/[A-Za-z0-9_.-]+")]
    private static partial Regex Fetching();

    [GeneratedRegex(@"https?://\S+/delete/[A-Za-z0-9_.-]+")]
    private static partial Regex Confirming();

    [GeneratedRegex(@"https?://\S+/deletion/[A-Za-z0-9_.-]+")]
    private static partial Regex Showing();
}
