using Backsoon.Mail;

namespace Backsoon.Dispatch;

/// <summary>Whoever waits at home hears when nobody comes after all.</summary>
[Collection(Backend.Name)]
public sealed class CallerNoticeTests(Backend backend)
{
    private static readonly TimeSpan s_ten = TimeSpan.FromMinutes(10);
    private static int s_number;

    private readonly EmailAddress _caller = EmailAddress.Parse($"tom{Interlocked.Increment(ref s_number)}@waiting.example");

    [Fact]
    public async Task A_caller_hears_who_does_not_come_after_all_and_who_is_asked_instead()
    {
        var (office, dispatch) = await Accepted(s_ten, s_ten);

        await dispatch.Answer(office.Vendors[0].Id, VendorAnswer.Decline, "The van is broken.");

        var mail = await backend.Mails.Next(_caller, "caller-notice");
        Assert.Equal($"{office.Vendors[0].Name} does not come after all ({(await office.Look(dispatch)).Reference})", mail.Subject);
        Assert.Contains($"has asked {office.Vendors[1].Name} instead.", mail.Text);
        Assert.DoesNotContain("van", mail.Text);
        Assert.EndsWith("Accepted CallerMailed OwnerTold Declined VendorAsked CallerMailed OwnerTold", Office.Story(await office.Look(dispatch)), StringComparison.Ordinal);
        Assert.Equal([office.Vendors[0].Name], (await dispatch.LookAsCaller())!.Events.Where(e => e.Kind == DispatchEventKind.Declined).Select(e => e.Who));
        Assert.All((await dispatch.LookAsCaller())!.Events, e => Assert.Null(e.Text));
    }

    [Fact]
    public async Task When_nobody_else_is_left_the_business_has_it()
    {
        var (office, dispatch) = await Accepted(s_ten);
        await dispatch.Answer(office.Vendors[0].Id, VendorAnswer.Decline, "");
        Assert.Contains("has it now and will call you back.", (await backend.Mails.Next(_caller, "caller-notice")).Text);
    }

    [Fact]
    public async Task A_caller_is_told_when_the_owner_gives_it_to_somebody_else()
    {
        var (office, dispatch) = await Accepted(s_ten, s_ten);

        await dispatch.Reassign(office.Vendors[1].Id, office.Account);

        var mail = await backend.Mails.Next(_caller, "caller-notice");
        Assert.Contains($"{office.Vendors[0].Name} does not come for your request", mail.Text);
        Assert.Contains($"has asked {office.Vendors[1].Name} instead.", mail.Text);
    }

    [Fact]
    public async Task A_caller_is_told_when_the_owner_closes_it()
    {
        var (office, dispatch) = await Accepted(s_ten);

        await dispatch.Close("They sound confused.", office.Account);
        await dispatch.Close("", office.Account);

        var mail = await backend.Mails.Next(_caller, "caller-notice");
        Assert.Contains("has closed your request", mail.Text);
        Assert.Contains($"{office.Vendors[0].Name} does not come any more.", mail.Text);
        Assert.DoesNotContain("confused", mail.Text);
        Assert.Equal(1, await Written(office, dispatch, "caller-notice"));
    }

    [Fact]
    public async Task Who_never_accepted_is_no_news_to_a_caller()
    {
        var office = await Office.Open(backend, s_ten, s_ten, s_ten);
        var dispatch = await office.Submit(office.Form(email: _caller));

        await dispatch.Answer(office.Vendors[0].Id, VendorAnswer.Decline, "");
        await dispatch.Reassign(office.Vendors[2].Id, office.Account);

        Assert.Equal(0, await Written(office, dispatch, "caller-notice"));
        Assert.DoesNotContain((await dispatch.LookAsCaller())!.Events, e => e.Kind == DispatchEventKind.Declined);
    }

    [Fact]
    public async Task A_vendor_who_is_removed_is_not_named_to_a_caller()
    {
        var (office, dispatch) = await Accepted(s_ten);
        await dispatch.ForgetVendor(office.Vendors[0].Id);
        Assert.StartsWith("Who had your request does not come after all", (await backend.Mails.Next(_caller, "caller-notice")).Subject, StringComparison.Ordinal);
    }

    private async Task<(Office Office, IDispatchGrain Dispatch)> Accepted(params TimeSpan[] waits)
    {
        var office = await Office.Open(backend, waits);
        var dispatch = await office.Submit(office.Form(email: _caller));
        Assert.Equal(AnswerOutcome.Recorded, await dispatch.Answer(office.Vendors[0].Id, VendorAnswer.Accept, ""));
        return (office, dispatch);
    }

    private async Task<long> Written(Office office, IDispatchGrain dispatch, string kind) =>
        await backend.Database.Scalar<long>("select count(*) from outbox where dispatch_id = $1 and kind = $2", (await office.Look(dispatch)).Id, kind);
}
