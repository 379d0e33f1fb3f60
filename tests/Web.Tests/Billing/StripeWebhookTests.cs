using System.Net;
using System.Text;
using Backsoon.Tenants;
using Npgsql;

namespace Backsoon.Billing;

public sealed class StripeWebhookTests(PayingDesk desk) : IClassFixture<PayingDesk>
{
    private const string Rows = "select count(*) from billing_event where event_id = $1";

    [Fact, Promise("R5", "C26")]
    public async Task Of_what_stripe_says_of_a_card_nothing_is_kept()
    {
        var owner = await desk.SignUp();
        var (session, visit) = await desk.Choose(owner);
        var subscription = desk.Stripe.Books.Pay(session);
        desk.Stripe.Books.Renew(subscription);
        Assert.Contains(StripeBooks.Card, desk.Stripe.Books.Notices.Last(notice => notice.Reported.Customer == visit.Customer).Body, StringComparison.Ordinal);
        await desk.Report(owner, visit.Customer, BillingStanding.Active);

        await using var database = NpgsqlDataSource.Create(desk.ConnectionString);
        Assert.Empty(await Dump.Find(database, [StripeBooks.Card, "payer@example.com", "Ana Payer", "visa"]));
        Assert.NotEmpty(await Dump.Find(database, [subscription]));
    }

    [Fact]
    public async Task Only_what_is_signed_over_its_very_bytes_and_lately_is_taken()
    {
        var now = desk.Clock.GetUtcNow();
        using var reporter = desk.Browser();
        var notice = Notice("invoice.paid");
        Assert.Equal(HttpStatusCode.BadRequest, await Send(StripeBooks.Delivery(Address, notice, now, "whsec_other")));
        Assert.Equal(HttpStatusCode.BadRequest, await Send(StripeBooks.Delivery(Address, notice, now - TimeSpan.FromMinutes(6))));
        Assert.Equal(HttpStatusCode.BadRequest, await Send(StripeBooks.Delivery(Address, notice, now + TimeSpan.FromMinutes(6))));
        var spaced = StripeBooks.Delivery(Address, notice, now);
        spaced.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(notice.Body + " "));
        Assert.Equal(HttpStatusCode.BadRequest, await Send(spaced));
        var unsigned = StripeBooks.Delivery(Address, notice, now);
        unsigned.Headers.Remove("Stripe-Signature");
        Assert.Equal(HttpStatusCode.BadRequest, await Send(unsigned));
        var twice = StripeBooks.Delivery(Address, notice, now);
        twice.Headers.TryAddWithoutValidation("Stripe-Signature", "t=1,v1=00");
        Assert.Equal(HttpStatusCode.BadRequest, await Send(twice));
        Assert.Equal(0, await desk.Count(Rows, notice.Reported.Id));

        // A session is worth nothing here, and none is needed.
        Assert.Equal(HttpStatusCode.NoContent, await Send(StripeBooks.Delivery(Address, notice, now)));
        Assert.Equal(1, await desk.Count(Rows, notice.Reported.Id));

        async Task<HttpStatusCode> Send(HttpRequestMessage request) => (await reporter.Send(request, follow: false)).Status;
    }

    [Fact]
    public async Task However_often_and_at_once_it_comes_it_is_one_row()
    {
        using var reporter = desk.Browser();
        var notice = Notice("customer.subscription.updated");
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => desk.Send(reporter, notice)));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.NoContent, answer.Status));
        Assert.Equal(1, await desk.Count(Rows, notice.Reported.Id));
    }

    [Theory]
    [InlineData("""{"id":"evt_x"}""")]
    [InlineData("""[]""")]
    [InlineData("""{"id":"evt_x","type":"invoice.paid","data":{"object":"in_1"}}""")]
    [InlineData("""{"id":7,"type":"invoice.paid","data":{"object":{}}}""")]
    [InlineData("""{"id":"evt x","type":"invoice.paid","data":{"object":{}}}""")]
    [InlineData("not json")]
    public async Task What_cannot_be_read_is_refused_though_it_is_signed(string body)
    {
        using var reporter = desk.Browser();
        Assert.Equal(HttpStatusCode.BadRequest, (await desk.Send(reporter, new StripeNotice(new("evt_x", "", "", null, null), body))).Status);
    }

    [Fact]
    public async Task What_is_of_no_concern_is_taken_and_not_kept()
    {
        using var reporter = desk.Browser();
        var notice = Notice("payment_intent.succeeded");
        Assert.Equal(HttpStatusCode.NoContent, (await desk.Send(reporter, notice)).Status);
        Assert.Equal(0, await desk.Count(Rows, notice.Reported.Id));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await reporter.Get(Address)).Status);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await desk.Send(reporter, notice with { Body = new string(' ', 1024 * 1024 + 1) })).Status);
    }

    [Fact]
    public void Everything_that_is_reported_is_understood()
    {
        foreach (var (about, subject, customer, subscription) in new[]
        {
            ("""{"id":"sub_1","object":"subscription","customer":"cus_1"}""", "sub_1", "cus_1", "sub_1"),
            ("""{"id":"sub_1","object":"subscription","customer":{"id":"cus_1","email":"a@b.example"}}""", "sub_1", "cus_1", "sub_1"),
            ("""{"id":"in_1","object":"invoice","customer":"cus_1","subscription":"sub_1"}""", "in_1", "cus_1", "sub_1"),
            ("""{"id":"in_1","object":"invoice","customer":"cus_1","parent":{"subscription_details":{"subscription":"sub_1"}}}""", "in_1", "cus_1", "sub_1"),
            ("""{"object":"invoice","customer":"cus_1","parent":null}""", "", "cus_1", null),
            ("""{"id":"cus_1","object":"customer"}""", "cus_1", "cus_1", null),
            ("""{"id":"cs_1","object":"checkout.session","customer":null,"subscription":null}""", "cs_1", (string?)null, (string?)null),
        })
        {
            Assert.True(StripeReport.TryRead(Encoding.UTF8.GetBytes($$"""{"id":"evt_1","type":"invoice.upcoming","data":{"object":{{about}} } }"""), out var reported));
            Assert.Equal(new BillingEvent("evt_1", "invoice.upcoming", subject, customer, subscription), reported);
        }
    }

    private string Address => desk.Site.Home("/webhooks/stripe");

    private static StripeNotice Notice(string type)
    {
        var id = $"evt_{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):n}";
        return new(new(id, type, "in_none", "cus_none", null), $$$"""{"id":"{{{id}}}","object":"event","type":"{{{type}}}","data":{"object":{"id":"in_none","object":"invoice","customer":"cus_none"} } }""");
    }
}
