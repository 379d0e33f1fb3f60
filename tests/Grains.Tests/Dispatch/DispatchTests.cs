using Backsoon.Mail;

namespace Backsoon.Dispatch;

[Collection(Backend.Name)]
public sealed class DispatchTests(Backend backend)
{
    private static readonly TimeSpan s_ten = TimeSpan.FromMinutes(10);

    [Fact, Promise("R7", "R8")]
    public async Task A_request_is_kept_and_mailed_to_the_vendor_it_routes_to()
    {
        var office = await Office.Open(backend, s_ten, s_ten);

        var dispatch = await office.Submit();

        var mail = await backend.Mails.Next(office.Vendors[0].Email);
        Assert.Contains("Tom Baker", mail.Text);
        Assert.Contains("The tap drips.", mail.Text);
        var view = await office.Look(dispatch);
        Assert.Equal(DispatchStatus.Asking, view.Status);
        Assert.Equal("Received VendorAsked", Office.Story(view));
        Assert.Equal(backend.Clock.GetUtcNow(), view.ReceivedAt);
        Assert.Equal(office.Vendors[0].Id, view.With?.Id);
        Assert.Equal(new NextStep(view.ReceivedAt + s_ten / 2, NextStepKind.Remind, office.Vendors[0].Name), view.Next);
        Assert.Empty(backend.Mails.To(office.Vendors[1].Email));
    }

    [Fact]
    public async Task A_vendor_accepts_sets_out_and_finishes()
    {
        var office = await Office.Open(backend, s_ten, s_ten);
        var caller = EmailAddress.Parse("tom@caller1.example");
        var dispatch = await office.Submit(office.Form(email: caller));
        var vendor = office.Vendors[0].Id;

        Assert.Equal(AnswerOutcome.NotYours, await dispatch.Answer(vendor, VendorAnswer.OnMyWay, ""));
        Assert.Equal(AnswerOutcome.Recorded, await dispatch.Answer(vendor, VendorAnswer.Accept, ""));
        Assert.Equal(AnswerOutcome.Already, await dispatch.Answer(vendor, VendorAnswer.Accept, ""));
        Assert.Equal(AnswerOutcome.Recorded, await dispatch.Answer(vendor, VendorAnswer.OnMyWay, ""));
        Assert.Equal(AnswerOutcome.Already, await dispatch.Answer(vendor, VendorAnswer.OnMyWay, ""));
        Assert.Equal(AnswerOutcome.Recorded, await dispatch.Answer(vendor, VendorAnswer.Done, "New washer"));
        Assert.Equal(AnswerOutcome.Already, await dispatch.Answer(vendor, VendorAnswer.Done, "New washer"));
        Assert.Equal(AnswerOutcome.Unknown, await dispatch.Answer(office.Vendors[1].Id, VendorAnswer.Accept, ""));

        var view = await office.Look(dispatch);
        Assert.Equal(DispatchStatus.Done, view.Status);
        Assert.Equal("Received VendorAsked CallerMailed Accepted CallerMailed OwnerTold OnTheWay Done OwnerTold", Office.Story(view));
        Assert.Equal("New washer", view.Events.Single(e => e.Kind == DispatchEventKind.Done).Text);
        await backend.Mails.Next(caller, "caller-accepted");
        await backend.Mails.Next(office.Owner, number: 2);
        Assert.Contains(backend.Mails.To(office.Owner), mail => mail.Text.Contains("is done"));
    }

    [Fact]
    public async Task Without_a_rule_the_owner_is_asked_at_once()
    {
        var office = await Office.Open(backend);

        var dispatch = await office.Submit(office.Form(category: office.Urgent));

        var view = await office.Look(dispatch);
        Assert.Equal(DispatchStatus.OwnerAsked, view.Status);
        Assert.Null(view.Next);
        Assert.Equal("Received OwnerAsked", Office.Story(view));
        Assert.Equal("owner-asked", (await backend.Mails.Next(office.Owner)).Kind);
        Assert.Single(backend.Mails.To(office.Owner));
    }

    [Fact]
    public async Task A_silent_vendor_is_reminded_then_passed_over_and_the_owner_is_last()
    {
        var office = await Office.Open(backend, s_ten, TimeSpan.FromMinutes(4));
        var dispatch = await office.Submit();

        await office.Pass(TimeSpan.FromMinutes(5));
        await backend.Mails.Next(office.Vendors[0].Email, "vendor-reminder");
        Assert.Equal(NextStepKind.AskVendor, (await office.Look(dispatch)).Next?.Kind);

        await office.Pass(TimeSpan.FromMinutes(5));
        await backend.Mails.Next(office.Vendors[1].Email);
        Assert.Equal(NextStepKind.AskOwner, (await office.Look(dispatch)).Next?.Kind);

        await office.Pass(TimeSpan.FromMinutes(4));
        var asked = await backend.Mails.Next(office.Owner);
        Assert.Contains($"{office.Vendors[0].Name}, {office.Vendors[1].Name} were asked", asked.Text);
        var view = await office.Look(dispatch);
        Assert.Equal("Received VendorAsked VendorReminded VendorSilent VendorAsked VendorSilent OwnerAsked", Office.Story(view));

        await office.Pass(TimeSpan.FromDays(1));
        Assert.Equal(7, (await office.Look(dispatch)).Events.Length);
    }

    [Fact]
    public async Task After_a_long_downtime_the_next_vendor_still_has_the_whole_wait()
    {
        var office = await Office.Open(backend, s_ten, s_ten);
        var dispatch = await office.Submit();

        await office.Pass(TimeSpan.FromDays(1));

        var view = await office.Look(dispatch);
        Assert.Equal("Received VendorAsked VendorSilent VendorAsked", Office.Story(view));
        Assert.Equal(backend.Clock.GetUtcNow() + s_ten / 2, view.Next?.At);
    }

    [Fact]
    public async Task A_decline_asks_the_next_at_once_and_is_not_asked_again()
    {
        var office = await Office.Open(backend, s_ten, s_ten);
        var dispatch = await office.Submit();

        Assert.Equal(AnswerOutcome.Recorded, await dispatch.Answer(office.Vendors[0].Id, VendorAnswer.Decline, "On holiday"));
        Assert.Equal(AnswerOutcome.Already, await dispatch.Answer(office.Vendors[0].Id, VendorAnswer.Decline, "On holiday"));

        Assert.Contains("On holiday", (await backend.Mails.Next(office.Owner, "owner-notice")).Text);
        Assert.Equal(office.Vendors[1].Id, (await office.Look(dispatch)).With?.Id);

        await dispatch.Answer(office.Vendors[1].Id, VendorAnswer.Decline, "");
        Assert.Equal(DispatchStatus.OwnerAsked, (await office.Look(dispatch)).Status);
        await backend.Mails.Next(office.Owner, "owner-asked");
        Assert.Single(backend.Mails.To(office.Owner), mail => mail.Kind == "owner-notice");

        Assert.Equal(AnswerOutcome.Recorded, await dispatch.Answer(office.Vendors[0].Id, VendorAnswer.Accept, ""));
    }

    [Fact]
    public async Task A_mail_that_comes_back_asks_the_next_at_once()
    {
        var office = await Office.Open(backend, s_ten, s_ten);
        var dispatch = await office.Submit();

        Assert.True(await dispatch.Bounced(office.Vendors[0].Id));
        Assert.False(await dispatch.Bounced(office.Vendors[0].Id));
        Assert.False(await dispatch.Bounced(Office.Id(backend)));
        Assert.Equal(office.Vendors[1].Id, (await office.Look(dispatch)).With?.Id);

        Assert.True(await dispatch.Bounced(office.Vendors[1].Id));
        var view = await office.Look(dispatch);
        Assert.Equal(DispatchStatus.OwnerAsked, view.Status);
        Assert.Equal("Received VendorAsked VendorBounced VendorAsked VendorBounced OwnerAsked", Office.Story(view));
        // Whoever hears of it some other way may still take it.
        Assert.Equal(AnswerOutcome.Recorded, await dispatch.Answer(office.Vendors[1].Id, VendorAnswer.Accept, ""));
        Assert.False(await dispatch.Bounced(office.Vendors[1].Id));
    }

    [Fact]
    public async Task An_accept_given_back_goes_on_to_the_next_vendor()
    {
        var office = await Office.Open(backend, s_ten, s_ten);
        var dispatch = await office.Submit();
        await dispatch.Answer(office.Vendors[0].Id, VendorAnswer.Accept, "");

        Assert.Equal(AnswerOutcome.Recorded, await dispatch.Answer(office.Vendors[0].Id, VendorAnswer.Decline, "Car broke down"));

        var view = await office.Look(dispatch);
        Assert.Equal(DispatchStatus.Asking, view.Status);
        Assert.Equal(office.Vendors[1].Id, view.With?.Id);
        Assert.NotNull(view.Next);
    }

    [Fact]
    public async Task A_late_accept_given_back_goes_to_whoever_was_being_asked_meanwhile()
    {
        var office = await Office.Open(backend, s_ten, s_ten, s_ten);
        var dispatch = await office.Submit();
        await office.Pass(s_ten);
        await dispatch.Answer(office.Vendors[0].Id, VendorAnswer.Accept, "");

        await dispatch.Answer(office.Vendors[0].Id, VendorAnswer.Decline, "Cannot after all");

        Assert.Equal(office.Vendors[1].Id, (await office.Look(dispatch)).With?.Id);
    }

    [Fact]
    public async Task A_vendor_asked_before_the_owner_chose_another_can_take_it_once_that_one_was_silent()
    {
        var office = await Office.Open(backend, s_ten, s_ten);
        var dispatch = await office.Submit();
        await dispatch.Reassign(office.Vendors[1].Id, office.Account);
        Assert.Equal(VendorStanding.TakenByOther, (await dispatch.LookAsVendor(office.Vendors[0].Id))?.Standing);

        await office.Pass(s_ten);

        Assert.Equal(DispatchStatus.OwnerAsked, (await office.Look(dispatch)).Status);
        Assert.Equal(VendorStanding.Asked, (await dispatch.LookAsVendor(office.Vendors[0].Id))?.Standing);
        Assert.Equal(AnswerOutcome.Recorded, await dispatch.Answer(office.Vendors[0].Id, VendorAnswer.Accept, ""));
    }

    [Fact]
    public async Task Rows_that_somebody_else_moved_on_are_read_again_and_decided_again()
    {
        var office = await Office.Open(backend, s_ten, s_ten);
        var dispatch = await office.Submit();
        var id = (await office.Look(dispatch)).Id;
        // As another activation would have, while a cluster heals: this one still has what it read.
        await using var moved = backend.Database.CreateCommand($"update dispatch set version = version + 1, status = {(short)DispatchStatus.Closed}, closed_at = now() where id = '{id}'");
        Assert.Equal(1, await moved.ExecuteNonQueryAsync());

        Assert.Equal(AnswerOutcome.Closed, await dispatch.Answer(office.Vendors[0].Id, VendorAnswer.Accept, ""));
        Assert.DoesNotContain((await office.Look(dispatch)).Events, e => e.Kind == DispatchEventKind.Accepted);
    }

    [Fact]
    public async Task A_late_accept_counts_when_nobody_else_has_accepted()
    {
        var office = await Office.Open(backend, s_ten, s_ten);
        var dispatch = await office.Submit();
        await office.Pass(s_ten);
        Assert.Equal(VendorStanding.Asked, (await dispatch.LookAsVendor(office.Vendors[0].Id))?.Standing);

        Assert.Equal(AnswerOutcome.Recorded, await dispatch.Answer(office.Vendors[0].Id, VendorAnswer.Accept, ""));
        Assert.Equal(AnswerOutcome.TakenByOther, await dispatch.Answer(office.Vendors[1].Id, VendorAnswer.Accept, ""));
        Assert.Equal(AnswerOutcome.TakenByOther, await dispatch.Answer(office.Vendors[1].Id, VendorAnswer.Accept, ""));

        await backend.Mails.Next(office.Vendors[1].Email, "request-taken");
        var view = await office.Look(dispatch);
        Assert.Equal(office.Vendors[0].Id, view.With?.Id);
        Assert.Single(view.Events, e => e.Kind == DispatchEventKind.LateAccept);
        Assert.Equal(VendorStanding.TakenByOther, (await dispatch.LookAsVendor(office.Vendors[1].Id))?.Standing);
    }

    [Fact]
    public async Task Of_vendors_who_accept_at_once_exactly_one_has_it()
    {
        var office = await Office.Open(backend, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1), s_ten);
        var dispatch = await office.Submit();
        await office.Pass(TimeSpan.FromMinutes(1));
        await office.Pass(TimeSpan.FromMinutes(1));

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => Task.Run(() => dispatch.Answer(office.Vendors[i % 3].Id, VendorAnswer.Accept, ""))));

        Assert.Single(outcomes, AnswerOutcome.Recorded);
        Assert.Equal(9, outcomes.Count(outcome => outcome == AnswerOutcome.Already));
        Assert.Equal(20, outcomes.Count(outcome => outcome == AnswerOutcome.TakenByOther));
        var view = await office.Look(dispatch);
        Assert.Single(view.Events, e => e.Kind == DispatchEventKind.Accepted);
        Assert.Equal(2, view.Events.Count(e => e.Kind == DispatchEventKind.LateAccept));
    }
}
