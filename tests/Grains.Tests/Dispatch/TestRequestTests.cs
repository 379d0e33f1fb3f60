using Backsoon.Mail;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

[Collection(Backend.Name)]
public sealed class TestRequestTests(Backend backend)
{
    private static readonly TimeSpan s_ten = TimeSpan.FromMinutes(10);

    [Fact, Promise("R7", "R8")]
    public async Task It_goes_the_whole_way_and_says_in_every_mail_and_on_every_page_what_it_is()
    {
        var office = await Office.Open(backend, s_ten, s_ten);
        await Change(office, settings => settings with { Notifications = new(EveryRequest: true, UrgentRequests: true, Accepted: true, Declined: true, Done: true) });
        var test = await Send(office);
        var (first, second) = (office.Vendors[0], office.Vendors[1]);
        await office.Pass(s_ten / 2);
        // It is of no use any more when the time is over: it has to be on its way before that.
        await backend.Mails.Next(first.Email, "vendor-reminder");
        await test.Answer(first.Id, VendorAnswer.Decline, "Away");
        await backend.Restart();
        test = office.Scope.Dispatch((await Only(office)).Id);
        await office.Pass(s_ten);
        Assert.Equal(DispatchStatus.OwnerAsked, (await office.Look(test)).Status);
        await test.Reassign(first.Id, office.Account);
        await test.Answer(second.Id, VendorAnswer.Accept, "");
        await test.Reassign(second.Id, office.Account);
        await test.Answer(second.Id, VendorAnswer.Accept, "");
        await test.Remind(office.Account);
        // Once they are done with it, nobody has to remind them.
        await Backend.Eventually(
            () => Task.FromResult(backend.Mails.To(second.Email).LastOrDefault(mail => mail.Kind == "vendor-reminder" && mail.Text.Contains("“on my way”", StringComparison.Ordinal))), "the reminder is on its way");
        await test.WriteAsCaller(Office.Id(backend), "Is it on?", []);
        await test.WriteAsVendor(second.Id, Office.Id(backend), toBusiness: false, "It is.");
        await test.WriteAsVendor(second.Id, Office.Id(backend), toBusiness: true, "It works.");
        await test.Answer(second.Id, VendorAnswer.Done, "Seen");

        foreach (var (to, kinds) in new[]
        {
            (first.Email, new[] { "vendor-request", "vendor-reminder", "request-taken" }), (second.Email, ["vendor-request", "vendor-reminder", "vendor-message"]),
            (office.Owner, ["owner-asked", "owner-notice", "caller-received", "caller-accepted", "caller-message", "owner-message"]),
        })
        {
            foreach (var kind in kinds)
                await backend.Mails.Next(to, kind);
            Assert.All(backend.Mails.To(to), mail => Assert.StartsWith("[Test] ", mail.Subject, StringComparison.Ordinal));
            Assert.All(backend.Mails.To(to), mail => Assert.Matches(@"^[^\n]+\n=+\n\nThis is a test (by|from) .*Nobody needs help", mail.Text));
            Assert.All(backend.Mails.To(to), mail => Assert.Contains("Nobody needs help", mail.Mail.Html, StringComparison.Ordinal));
        }

        Assert.Contains("Please press accept or decline as you would", backend.Mails.To(first.Email)[0].Text, StringComparison.Ordinal);
        Assert.Contains("Please press “on my way” and “done”", backend.Mails.To(second.Email).Last(mail => mail.Kind == "vendor-reminder").Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Please press", backend.Mails.To(first.Email).Last(mail => mail.Kind == "request-taken").Text, StringComparison.Ordinal);
        var view = await office.Look(test);
        Assert.Equal((true, "Ana Reis", office.Owner, "Trying it."), (view.IsTest, view.CallerName, view.CallerEmail, view.Text));
        Assert.True((await test.LookAsVendor(second.Id))!.IsTest);
        Assert.True((await test.LookAsCaller())!.IsTest);
    }

    [Fact]
    public async Task Lists_and_files_hold_it_with_its_mark()
    {
        var office = await Office.Open(backend, s_ten);
        await office.Submit();
        await Send(office);

        var board = await office.Scope.Board().Open();
        Assert.Equal((2, 1, true), (board.OpenTotal, board.OpenTests, board.Open.Single(slip => slip.Text == "Trying it.").IsTest));
        Assert.Equal(["Trying it."], (await office.Scope.VendorDesk(office.Vendors[0].Id).Look((await office.Scope.Directory().Vendor(office.Vendors[0].Id))!.Link))!.Open.Where(entry => entry.IsTest).Select(_ => "Trying it."));
        Assert.True(Assert.Single((await office.Scope.History().Read(HistoryFilter.All with { Query = "trying" }, null, 10)).Slips).IsTest);
        Assert.Equal(["no", "yes"], (await ExportTests.Requests(office, HistoryFilter.All)).TrimEnd().Split("\r\n").Skip(1).Select(line => line.Split(',')[^2]).Order());
    }

    [Fact]
    public async Task What_counts_requests_leaves_it_out()
    {
        var office = await Office.Open(backend, s_ten);
        var now = backend.Clock.GetUtcNow();
        await office.Scope.Tenant().Leave(new Absence(Office.Id(backend), now, now.AddHours(2), null, null, HoldsRoutine: false));
        var (answered, real) = (await Send(office, urgent: true), await office.Submit());
        await answered.Answer(office.Vendors[0].Id, VendorAnswer.Accept, "");
        await Send(office);
        await office.Pass(s_ten);

        var numbers = await office.Scope.Numbers().Read(30);
        Assert.Equal((1, 1, 0, 0), (numbers.Requests, numbers.Vendors.Single().Asked, numbers.Accepted.Count, numbers.Vendors.Single().Accepted));
        Assert.Equal(office.Routine.Id, numbers.Categories.Single().Category);
        for (var hour = 0; hour < 4; hour++)
            await backend.Advance(TimeSpan.FromHours(1));
        var mail = await backend.Mails.Next(office.Owner, "return");
        Assert.Contains("1 request came in while you were away.", mail.Text, StringComparison.Ordinal);
        Assert.Equal("Welcome back: 1 request needs you", mail.Subject);
        Assert.Contains((await office.Look(real)).Reference, mail.Text, StringComparison.Ordinal);
        Assert.DoesNotContain((await office.Look(answered)).Reference, mail.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_vendor_who_cannot_be_reached_is_told_of_as_of_a_test()
    {
        var office = await Office.Open(backend, s_ten);
        var test = await Send(office);
        await backend.Mails.Next(office.Vendors[0].Email);
        await UndeliveredTests.Bounce(backend, office, test, office.Vendors[0]);

        var told = await backend.Mails.Next(office.Owner, "vendor-unreachable");

        Assert.StartsWith("[Test] ", told.Subject, StringComparison.Ordinal);
        Assert.Contains(TestRequest.ToOwner, told.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_words_from_a_form_are_another_request()
    {
        var office = await Office.Open(backend, s_ten);
        var id = Office.Id(backend);
        Assert.IsType<SubmitOutcome.Accepted>(await office.Scope.Dispatch(id).Test(null, office.Routine.Id, "Trying it.", office.Account));
        Assert.IsType<SubmitOutcome.Accepted>(await office.Scope.Dispatch(id).Test(null, office.Routine.Id, "Trying it.", office.Account));

        var form = new Submission(null, office.Routine.Id, "Ana Reis", "", office.Owner, "Trying it.", []);
        Assert.IsType<SubmitOutcome.Different>(await office.Scope.Dispatch(id).Submit(form));

        Assert.True((await Only(office)).IsTest);
        Assert.False((await office.Look(await office.Submit(form))).IsTest);
    }

    [Fact]
    public async Task It_gives_the_number_of_the_business_if_there_is_one()
    {
        var office = await Office.Open(backend, s_ten);
        await Send(office);
        Assert.DoesNotContain("Phone:", (await backend.Mails.Next(office.Vendors[0].Email)).Text, StringComparison.Ordinal);

        await Change(office, settings => settings with { Owner = settings.Owner with { Phone = "+351 210 000 000" } });
        await Send(office, urgent: true);
        Assert.Contains("Phone: +351 210 000 000", (await backend.Mails.Next(office.Vendors[0].Email, number: 2)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_category_that_is_switched_off_or_a_business_that_is_gone_there_is_none()
    {
        var office = await Office.Open(backend, s_ten);
        await office.Scope.Directory().PutCategory(office.Routine with { Active = false });
        Assert.IsType<SubmitOutcome.NotOffered>(await office.Scope.Dispatch(Office.Id(backend)).Test(null, office.Routine.Id, "Trying it.", office.Account));
        await office.Vanish();
        Assert.IsType<SubmitOutcome.Gone>(await office.Scope.Dispatch(Office.Id(backend)).Test(null, office.Urgent.Id, "Trying it.", office.Account));
    }

    [Fact]
    public async Task The_previews_show_a_mail_about_a_test()
    {
        var previews = await backend.Grains.GetGrain<IDevelopmentMailboxGrain>("development-mailbox/all").Previews();
        var mail = previews.Single(preview => preview.Kind == "vendor-request-of-a-test");

        Assert.Equal("[Test] Urgent: Water leak, 14 Elm Street (4KQ-27X)", mail.Subject);
        // What comes first is what a tired reader reads.
        Assert.Contains($"================\n\n{TestRequest.ToVendor("Harbour Lettings", VendorStanding.Asked)}\n\nURGENT\n", mail.Text, StringComparison.Ordinal);
        Assert.Contains(previews, preview => preview.Kind == "vendor-request" && !preview.Text.Contains("This is a test", StringComparison.Ordinal));
    }

    [Fact]
    public void One_id_is_for_one_business_subject_category_and_minute()
    {
        var (tenant, subject, category, now) = (new TenantId("tenant_1"), World.Id(1), World.Id(2), new DateTimeOffset(2026, 1, 5, 14, 22, 30, TimeSpan.Zero));
        var (id, before) = TestRequest.Ids(tenant, subject, category, now);

        Assert.Equal((id, before), TestRequest.Ids(tenant, subject, category, now.AddSeconds(29)));
        Assert.Equal(id, TestRequest.Ids(tenant, subject, category, now.AddSeconds(30)).Before);
        Guid[] others = [before, TestRequest.Ids(new("tenant_2"), subject, category, now).Now, TestRequest.Ids(tenant, null, category, now).Now, TestRequest.Ids(tenant, category, subject, now).Now, TestRequest.Ids(tenant, subject, category, now.AddSeconds(30)).Now];
        Assert.DoesNotContain(id, others);
        Assert.Equal(others.Length, others.Distinct().Count());
    }

    private async Task<IDispatchGrain> Send(Office office, bool urgent = false)
    {
        var dispatch = office.Scope.Dispatch(Office.Id(backend));
        Assert.IsType<SubmitOutcome.Accepted>(await dispatch.Test(null, (urgent ? office.Urgent : office.Routine).Id, "Trying it.", office.Account));
        return dispatch;
    }

    private static async Task Change(Office office, Func<TenantSettings, TenantSettings> change) => Assert.NotNull(await office.Scope.Tenant().Change(change((await office.Scope.Tenant().Profile())!.Settings)));

    private static async Task<Slip> Only(Office office) => Assert.Single((await office.Scope.History().Read(HistoryFilter.All, null, 10)).Slips);
}
