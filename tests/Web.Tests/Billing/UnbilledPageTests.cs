using System.Net;

namespace Backsoon.Billing;

[Collection(Desks.Name)]
public sealed class UnbilledPageTests(FrontDesk desk)
{
    [Fact]
    public async Task Where_nothing_is_charged_for_nobody_reads_of_plans()
    {
        var owner = await desk.SignUp();
        foreach (var path in new[] { "/billing", "/billing/done", "/billing/stopped" })
        {
            var page = await owner.Browser.Get(path);
            Assert.Equal((HttpStatusCode.OK, "Nothing to pay"), (page.Status, page.Heading));
            Assert.Contains("Nothing is charged for on this installation.", page.Text, StringComparison.Ordinal);
            Assert.Empty(page.Document.QuerySelectorAll("main form"));
        }

        var board = await owner.Browser.Get("/");
        Assert.Null(board.Document.QuerySelector("a[href='/billing']"));
        Assert.Null(board.Document.GetElementById("billing-note"));
        Assert.Null((await owner.Browser.Get("/more")).Document.QuerySelector("a[href='/billing']"));
        using var reporter = desk.Browser();
        Assert.Equal(HttpStatusCode.NotFound, (await reporter.Send(StripeBooks.Delivery(desk.Site.Home("/webhooks/stripe"), new(new("evt_1", "", "", null, null), "{}"), desk.Clock.GetUtcNow()), follow: false)).Status);
    }
}
