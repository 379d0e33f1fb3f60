using Backsoon.Mail;

namespace Backsoon.Dispatch;

[Collection(Backend.Name)]
public sealed class OwnerTests(Backend backend)
{
    private static readonly TimeSpan s_ten = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task What_the_owner_gives_to_somebody_else_is_no_longer_the_first_ones()
    {
        var office = await Office.Open(backend, s_ten, s_ten);
        var dispatch = await office.Submit();
        await dispatch.Answer(office.Vendors[0].Id, VendorAnswer.Accept, "");

        Assert.True(await dispatch.Reassign(office.Vendors[1].Id, office.Account));
        Assert.False(await dispatch.Reassign(office.Vendors[1].Id, office.Account));

        await backend.Mails.Next(office.Vendors[0].Email, "request-taken");
        await backend.Mails.Next(office.Vendors[1].Email, "vendor-request");
        Assert.Equal(VendorStanding.TakenByOther, (await dispatch.LookAsVendor(office.Vendors[0].Id))?.Standing);
        Assert.Equal(AnswerOutcome.TakenByOther, await dispatch.Answer(office.Vendors[0].Id, VendorAnswer.Accept, ""));
        var view = await office.Look(dispatch);
        Assert.Equal((DispatchStatus.Asking, office.Vendors[1].Id), (view.Status, view.With?.Id));
        Assert.Equal("Ana Reis", view.Events.Single(e => e.Kind == DispatchEventKind.Reassigned).Who);

        await office.Pass(s_ten);
        Assert.Equal(DispatchStatus.OwnerAsked, (await office.Look(dispatch)).Status);
    }

    [Fact]
    public async Task Closing_tells_who_was_asked_and_reopening_waits_for_the_owner()
    {
        var office = await Office.Open(backend, s_ten);
        var dispatch = await office.Submit();

        Assert.True(await dispatch.Close("Called, it was the neighbour.", office.Account));
        Assert.False(await dispatch.Close("", office.Account));
        Assert.Contains("closed", (await backend.Mails.Next(office.Vendors[0].Email, "request-taken")).Text);
        Assert.Equal(AnswerOutcome.Closed, await dispatch.Answer(office.Vendors[0].Id, VendorAnswer.Accept, ""));
        await office.Pass(TimeSpan.FromHours(1));
        Assert.Equal("Received VendorAsked Closed", Office.Story(await office.Look(dispatch)));

        Assert.True(await dispatch.Reopen(office.Account));
        Assert.False(await dispatch.Reopen(office.Account));
        var view = await office.Look(dispatch);
        Assert.Equal(DispatchStatus.OwnerAsked, view.Status);
        Assert.Null(view.ClosedAt);
        Assert.Equal(AnswerOutcome.Recorded, await dispatch.Answer(office.Vendors[0].Id, VendorAnswer.Accept, ""));
    }

    [Theory]
    [InlineData(false, DispatchStatus.Accepted)]
    [InlineData(true, DispatchStatus.OnTheWay)]
    public async Task A_closing_taken_back_is_the_vendors_again_who_is_told(bool setOut, DispatchStatus status)
    {
        var office = await Office.Open(backend, s_ten);
        var caller = EmailAddress.Parse($"tom@{(setOut ? "on-the-way" : "accepted")}.example");
        var dispatch = await office.Submit(office.Form(email: caller));
        var vendor = office.Vendors[0];
        await dispatch.Answer(vendor.Id, VendorAnswer.Accept, "");
        if (setOut)
            await dispatch.Answer(vendor.Id, VendorAnswer.OnMyWay, "");

        for (var number = 1; number <= 2; number++)
        {
            Assert.True(await dispatch.Close("The wrong one.", office.Account));
            Assert.True(await dispatch.UndoClose(office.Account));
            Assert.False(await dispatch.UndoClose(office.Account));

            var mail = await backend.Mails.Next(vendor.Email, "request-reopened", number);
            Assert.StartsWith("Open again, and yours: ", mail.Subject, StringComparison.Ordinal);
            await backend.Mails.Next(caller, "caller-notice", 2 * number);
            Assert.Equal(number, backend.Mails.To(caller).Count(told => told.Text.Contains($"{vendor.Name} has it as before.", StringComparison.Ordinal)));
            var view = await office.Look(dispatch);
            Assert.Equal((status, vendor.Id, null), (view.Status, view.With?.Id, view.ClosedAt));
        }

        Assert.All((await dispatch.LookAsCaller())!.Events, e => Assert.NotEqual("Ana Reis", e.Who));
        Assert.Equal(AnswerOutcome.Recorded, await dispatch.Answer(vendor.Id, VendorAnswer.Done, ""));
    }

    [Fact]
    public async Task What_nobody_had_or_was_closed_long_ago_waits_for_the_owner_when_it_is_taken_back()
    {
        var office = await Office.Open(backend, s_ten);
        var dispatch = await office.Submit();
        await dispatch.Close("", office.Account);
        Assert.True(await dispatch.UndoClose(office.Account));
        Assert.Equal(DispatchStatus.OwnerAsked, (await office.Look(dispatch)).Status);

        await dispatch.Answer(office.Vendors[0].Id, VendorAnswer.Accept, "");
        await dispatch.Close("", office.Account);
        await office.Pass(Chain.UndoTime + TimeSpan.FromMinutes(1));
        Assert.True(await dispatch.UndoClose(office.Account));
        Assert.Equal(DispatchStatus.OwnerAsked, (await office.Look(dispatch)).Status);
        Assert.DoesNotContain(backend.Mails.To(office.Vendors[0].Email), mail => mail.Kind == "request-reopened");
    }

    [Fact]
    public async Task A_reminder_by_hand_is_one_mail_however_often_it_is_clicked()
    {
        var office = await Office.Open(backend, s_ten);
        var dispatch = await office.Submit();

        Assert.True(await dispatch.Remind(office.Account));
        Assert.True(await dispatch.Remind(office.Account));
        Assert.True(await dispatch.Note("Called them too.", office.Account));
        Assert.True(await dispatch.Note("Called them too.", office.Account));

        Assert.Equal("Received VendorAsked VendorReminded Note", Office.Story(await office.Look(dispatch)));
        var unattended = await Office.Open(backend);
        Assert.False(await (await unattended.Submit()).Remind(unattended.Account));
    }

    [Fact]
    public async Task The_owner_is_told_what_they_chose_to_be_told()
    {
        var office = await Office.Open(backend, s_ten, s_ten);
        var settings = (await office.Scope.Tenant().Profile())!.Settings;
        await office.Scope.Tenant().Change(settings with { Notifications = new(EveryRequest: true, UrgentRequests: false, Accepted: false, Declined: false, Done: true) });

        var dispatch = await office.Submit();
        await dispatch.Answer(office.Vendors[0].Id, VendorAnswer.Decline, "");
        await dispatch.Answer(office.Vendors[1].Id, VendorAnswer.Accept, "");
        await dispatch.Answer(office.Vendors[1].Id, VendorAnswer.Done, "");

        Assert.Equal("Received VendorAsked OwnerTold Declined VendorAsked Accepted Done OwnerTold", Office.Story(await office.Look(dispatch)));
        await backend.Mails.Next(office.Owner, number: 2);
        Assert.Equal(2, backend.Mails.To(office.Owner).Count);
    }

    [Fact, Promise("R10")]
    public async Task A_vendor_sees_their_own_part_and_a_caller_no_talk_behind_the_desk()
    {
        var office = await Office.Open(backend, s_ten, s_ten);
        var dispatch = await office.Submit();
        await dispatch.Answer(office.Vendors[0].Id, VendorAnswer.Decline, "I dislike this caller");
        await dispatch.Note("Difficult caller", office.Account);
        await dispatch.Answer(office.Vendors[1].Id, VendorAnswer.Accept, "");

        var vendor = await dispatch.LookAsVendor(office.Vendors[1].Id);
        Assert.Equal((VendorStanding.Accepted, "Ana Reis", null), (vendor!.Standing, vendor.Owner.Name, vendor.AnswerBy));
        Assert.Null(await dispatch.LookAsVendor(Office.Id(backend)));

        var caller = await dispatch.LookAsCaller();
        Assert.Equal(office.Vendors[1].Name, caller!.With);
        Assert.Equal([DispatchEventKind.Received, DispatchEventKind.VendorAsked, DispatchEventKind.VendorAsked, DispatchEventKind.Accepted], caller.Events.Select(e => e.Kind));
        Assert.All(caller.Events, e => Assert.Null(e.Text));
    }
}
