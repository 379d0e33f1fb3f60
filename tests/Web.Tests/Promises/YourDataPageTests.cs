using System.IO.Compression;
using System.Net;
using Backsoon.Accounts;
using Backsoon.Dispatch;
using Backsoon.Mail;

namespace Backsoon.Promises;

/// <summary>Asking about one's own data, and answering it. A front desk of its own: its clock goes days ahead.</summary>
public sealed class YourDataPageTests(FrontDesk desk) : IClassFixture<FrontDesk>
{
    [Fact, Promise("R33", "R36", "P16", "W2", "W24")]
    public async Task Somebody_asks_for_everything_and_downloads_what_the_owner_sends()
    {
        var business = await Business.Open(desk);
        var (email, link) = await Caller(business);
        using var caller = desk.Browser();
        Assert.Contains("/your-data", (await caller.Get(desk.Site.Desk(business.Owner.Slug))).Body);
        var start = await caller.Get(desk.Site.Desk(business.Owner.Slug, "/your-data"));
        Assert.Contains("is responsible for what is kept", start.Text);
        Assert.Contains(business.Owner.Email, start.Text);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await caller.Submit(start, new Dictionary<string, string?> { ["email"] = "ana at home" })).Status);
        Assert.Contains("A mail with a link is on its way", (await caller.Submit(start, new Dictionary<string, string?> { ["email"] = email })).Text);
        Assert.Contains("/your-data/", (await desk.MailTo(email, saying: "See what is kept")).Text);

        var page = await caller.Get(link);
        Assert.Contains("Plumbing", page.Text);
        Assert.DoesNotContain("Joana Reis", page.Text);
        var asked = await caller.Submit(page, form: "form[action$='/copy']");
        Assert.Contains("It is asked", asked.Text);
        Assert.Contains("You are answered by", asked.Text);

        var list = await business.Browser.Get("/data-requests");
        Assert.Contains("A copy of everything", list.Text);
        Assert.Contains("1 waits for your answer", (await business.Browser.Get("/settings")).Text);
        Assert.Contains("/data-requests/", (await desk.MailTo(business.Owner.Email, saying: "Somebody whose data")).Text);
        var request = await business.Browser.Get(list.Document.QuerySelector("main a[href^='/data-requests/']")!.GetAttribute("href")!);
        Assert.Contains(email, request.Text);
        var sent = await business.Browser.Submit(request, form: "form[action$='/send']");
        Assert.Contains("The copy is sent", sent.Text);

        Assert.Contains("/your-copy/", (await desk.MailTo(email, saying: "Download the copy")).Text);
        var copy = (await caller.Get(link)).Document.QuerySelector("a[href^='/your-copy/']")!.GetAttribute("href")!;
        using var response = await caller.Open(desk.Site.Desk(business.Owner.Slug, copy));
        Assert.Equal("application/zip", response.Content.Headers.ContentType?.MediaType);
        using var zip = new ZipArchive(new MemoryStream(await response.Content.ReadAsByteArrayAsync()));
        using var words = new StreamReader(zip.GetEntry("your-data.json")!.Open());
        Assert.Contains("The tap drips on Ana.", await words.ReadToEndAsync());
        Assert.NotNull(zip.GetEntry("your-data.html"));
        var photo = Assert.Single(zip.Entries, entry => entry.FullName.StartsWith("photos/", StringComparison.Ordinal));
        Assert.True(photo.Length > 100);
        desk.Clock.Advance(TimeSpan.FromDays(8));
        Assert.Equal(HttpStatusCode.Gone, (await caller.Get(desk.Site.Desk(business.Owner.Slug, copy))).Status);
        Assert.Equal(HttpStatusCode.Gone, (await caller.Get(link)).Status);
    }

    [Fact, Promise("R32", "C27", "W19", "W23")]
    public async Task Somebody_is_removed_after_two_confirmations_and_a_day_in_which_it_can_be_taken_back()
    {
        var business = await Business.Open(desk);
        var (email, link) = await Caller(business);
        using var caller = desk.Browser();
        var confirm = await caller.Get($"{link}/remove");
        Assert.Contains("What is still open is closed", confirm.Text);
        await caller.Submit(confirm);
        var id = Assert.Single(await business.Scope.DataRequests().List()).Id;
        var owner = business.Browser;
        var ask = await owner.Get($"/data-requests/{id}/remove");
        Assert.Contains("1 request is still open", ask.Text);
        var removing = await owner.Submit(ask, form: "form[action$='/remove']");
        Assert.Contains("They are removed at", removing.Text);
        var kept = await owner.Submit(removing, form: "form[action$='/keep']");
        Assert.Contains("Taken back", kept.Text);
        // A day and more later nothing has happened, so it is decided again.
        desk.Clock.Advance(TimeSpan.FromHours(26));
        await desk.Tick();
        Assert.Equal("Ana Duarte", (await Only(business, "Ana Duarte")).CallerName);
        await owner.Submit(await owner.Get($"/data-requests/{id}/remove"), form: "form[action$='/remove']");
        desk.Clock.Advance(TimeSpan.FromHours(25));
        await desk.Tick();
        Assert.Contains("has removed you", (await desk.MailTo(email, saying: "has removed you")).Text);

        var after = await owner.Get($"/data-requests/{id}");
        Assert.Contains("Removed", after.Text);
        Assert.DoesNotContain(email, after.Body);
        Assert.DoesNotContain("Ana", (await owner.Get("/history")).Text.Replace("Ana Silva", "", StringComparison.Ordinal));
        var token = (await desk.Grains.GetGrain<IKeyRingGrain>(IKeyRingGrain.Key).Read()).Tokens.Sign(TokenPurpose.YourData, desk.Clock.GetUtcNow().AddHours(1), business.Scope.Id.Value, email);
        var left = await caller.Get(desk.Site.Desk(business.Owner.Slug, $"/your-data/{token}"));
        Assert.Contains("Nothing is kept.", left.Text);
        Assert.Contains("You were removed", left.Text);
    }

    [Fact, Promise("P16")]
    public async Task Who_gave_only_a_telephone_number_asks_and_is_answered_on_the_page_of_their_request()
    {
        var door = await Doorstep.Open(desk);
        using var caller = desk.Browser();
        var status = await door.Send(caller);
        var foot = status.Document.QuerySelector("a[href$='/your-data']")!.GetAttribute("href")!;
        var page = await caller.Get(new Uri(status.Address, foot).ToString());
        Assert.Equal("What is kept about you", page.Heading);
        Assert.Contains("It is asked. The answer stands on this page.", (await caller.Submit(page, form: "form[action$='/copy']")).Text);
        await door.Scope.DataRequests().Decline(Assert.Single(await door.Scope.DataRequests().List()).Id, "Ring us.");
        Assert.Contains("Ring us.", (await caller.Get(page.Address.ToString())).Text);

        // Of a request that has an address the address is asked.
        var mailed = await caller.Submit(await door.Form(caller), new Dictionary<string, string?>(door.Typed("Another")) { ["email"] = "ana.mailed@caller.example" });
        Assert.Equal("/your-data", (await caller.Get(new Uri(mailed.Address, mailed.Document.QuerySelector("a[href$='/your-data']")!.GetAttribute("href")!).ToString())).Address.AbsolutePath);
    }

    [Fact, Promise("R36")]
    public async Task An_answer_that_is_due_soon_stands_above_every_page_and_declining_says_why()
    {
        var business = await Business.Open(desk);
        var (email, link) = await Caller(business);
        using var caller = desk.Browser();
        await caller.Submit(await caller.Get(link), form: "form[action$='/copy']");
        Assert.DoesNotContain("about their data, and you have to answer", (await business.Browser.Get("/vendors")).Text);
        desk.Clock.Advance(TimeSpan.FromDays(24));
        await business.Owner.SignIn(business.Browser);
        Assert.Contains("about their data, and you have to answer", (await business.Browser.Get("/vendors")).Text);
        var id = Assert.Single(await business.Scope.DataRequests().List()).Id;

        var page = await business.Browser.Get($"/data-requests/{id}");
        var wrong = await business.Browser.Submit(page, form: "form[action$='/decline']");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        var declined = await business.Browser.Submit(wrong, new Dictionary<string, string?> { ["reason"] = "The law has us keep <it>." }, "form[action$='/decline']");
        Assert.Contains("Declined. They are told why.", declined.Text);
        Assert.Contains("The law has us keep <it>.", (await desk.MailTo(email, saying: "says why")).Text);
        Assert.DoesNotContain("about their data, and you have to answer", (await business.Browser.Get("/vendors")).Text);
    }

    private static async Task<DispatchView> Only(Business business, string caller)
    {
        foreach (var slip in (await business.Scope.History().Read(HistoryFilter.All, null, 50)).Slips)
        {
            if (await business.Scope.Dispatch(slip.Id).Look() is { } view && view.CallerName == caller)
                return view;
        }

        throw new InvalidOperationException($"There is no request of {caller}.");
    }

    /// <summary>Somebody with a request and a photo, beside somebody else; and the link that they would be mailed.</summary>
    private async Task<(string Email, string Link)> Caller(Business business)
    {
        var email = $"ana.{business.Scope.Id.Value[^8..]}@caller.example";
        await business.Send("Plumbing");
        var now = desk.Clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        Assert.IsType<SubmitOutcome.Accepted>(await business.Scope.Dispatch(id).Submit(new Submission(null, (await business.Category("Plumbing")).Id, "Ana Duarte", "+351 910 000 002", EmailAddress.Parse(email), "The tap drips on Ana.", new byte[32])));
        var upload = business.Scope.PhotoUpload(id, Guid.CreateVersion7(now));
        await upload.Add(0, PhotoPageTests.Jpeg);
        await business.Scope.Dispatch(id).Attach([(await upload.Finish()).Photo!.Value]);
        var token = (await desk.Grains.GetGrain<IKeyRingGrain>(IKeyRingGrain.Key).Read()).Tokens.Sign(TokenPurpose.YourData, now + IDataRequestsGrain.LinkLife, business.Scope.Id.Value, email);
        return (email, desk.Site.Desk(business.Owner.Slug, $"/your-data/{token}"));
    }
}
