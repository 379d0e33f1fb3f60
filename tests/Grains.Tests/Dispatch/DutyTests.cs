using System.Collections.Immutable;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

[Collection(Backend.Name)]
public sealed class DutyTests(Backend backend)
{
    private static readonly TimeSpan s_ten = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task Of_those_who_are_asked_at_once_the_first_who_accepts_has_it_and_the_others_hear_of_it()
    {
        var office = await Office.Open(backend, s_ten, s_ten);
        await Rule(office, 1, new RuleStep([.. office.Vendors.Select(v => v.Id)], s_ten));

        var dispatch = await office.Submit();
        foreach (var vendor in office.Vendors)
            await backend.Mails.Next(vendor.Email, "vendor-request");
        Assert.Equal(2, (await office.Look(dispatch)).Asked.Length);
        foreach (var vendor in office.Vendors)
            Assert.NotNull((await dispatch.LookAsVendor(vendor.Id))!.AnswerBy);
        Assert.Equal(AnswerOutcome.Recorded, await dispatch.Answer(office.Vendors[1].Id, VendorAnswer.Accept, ""));

        await backend.Mails.Next(office.Vendors[0].Email, "request-taken");
        Assert.Equal(AnswerOutcome.TakenByOther, await dispatch.Answer(office.Vendors[0].Id, VendorAnswer.Accept, ""));
    }

    [Fact]
    public async Task A_decline_takes_one_out_and_the_last_moves_on_at_once()
    {
        var office = await Office.Open(backend, s_ten, s_ten);
        await Rule(office, 2, new RuleStep([.. office.Vendors.Select(v => v.Id)], s_ten));
        var dispatch = await office.Submit();

        await dispatch.Answer(office.Vendors[0].Id, VendorAnswer.Decline, "");
        Assert.Equal([office.Vendors[1].Id], (await office.Look(dispatch)).Asked.Select(v => v.Id));
        await office.Pass(s_ten);
        // The second round asks whoever was silent, not who said no.
        Assert.Equal([office.Vendors[1].Id], (await office.Look(dispatch)).Asked.Select(v => v.Id));
        await dispatch.Answer(office.Vendors[1].Id, VendorAnswer.Decline, "");

        Assert.Equal("Received VendorAsked VendorAsked Declined OwnerTold VendorSilent VendorAsked Declined OwnerAsked", Office.Story(await office.Look(dispatch)));
    }

    [Fact]
    public async Task A_routine_request_waits_for_somebody_on_duty_and_an_urgent_one_does_not()
    {
        var office = await Office.Open(backend, s_ten);
        var opening = await OpenLater(office);
        await Rule(office, 1, new RuleStep([office.Vendors[0].Id], s_ten, StepStart.OnDuty));

        var (routine, urgent) = (await office.Submit(), await office.Submit(office.Form(category: office.Urgent)));

        Assert.Equal(DispatchStatus.Asking, (await office.Look(urgent)).Status);
        var view = await office.Look(routine);
        Assert.Equal((DispatchStatus.Waiting, "Received Held"), (view.Status, Office.Story(view)));
        Assert.Equal(new NextStep(opening, NextStepKind.AskOnDuty, office.Vendors[0].Name), view.Next);
        Assert.Null(await routine.LookAsVendor(office.Vendors[0].Id));
        Assert.Single(await Slips(office), slip => slip.Status == DispatchStatus.Waiting && slip.AnswerBy == opening);

        await office.Pass(opening - backend.Clock.GetUtcNow());
        Assert.Equal("Received Held VendorAsked", Office.Story(await office.Look(routine)));
    }

    [Fact]
    public async Task Who_is_not_available_is_passed_over_with_the_reason_and_the_owner_hears_at_once()
    {
        var office = await Office.Open(backend, s_ten, s_ten);
        await office.Scope.Directory().PutVendor(office.Vendors[0] with { UnavailableUntil = backend.Clock.GetUtcNow().AddHours(3) });
        var dispatch = await office.Submit();
        var view = await office.Look(dispatch);
        Assert.Equal("Received VendorPassed VendorAsked", Office.Story(view));
        Assert.StartsWith("Not available until", view.Events[1].Text);

        // What is so when it is decided counts, not what was so when it came.
        await office.Scope.Directory().PutVendor(office.Vendors[0] with { Active = false });
        await office.Scope.Directory().PutVendor(office.Vendors[1] with { UnavailableUntil = backend.Clock.GetUtcNow().AddHours(3) });
        var none = await office.Submit();
        Assert.Equal(DispatchStatus.OwnerAsked, (await office.Look(none)).Status);
        await backend.Mails.Next(office.Owner, "owner-asked");
    }

    [Fact]
    public async Task A_rule_that_is_edited_changes_no_running_chain()
    {
        var office = await Office.Open(backend, s_ten, s_ten);
        var dispatch = await office.Submit();
        await Rule(office, 5, new RuleStep(office.Vendors[0].Id, TimeSpan.FromDays(1)));

        await office.Pass(s_ten);
        await office.Pass(s_ten);

        Assert.Equal(DispatchStatus.OwnerAsked, (await office.Look(dispatch)).Status);
    }

    [Fact]
    public async Task A_request_from_before_steps_could_ask_several_goes_on()
    {
        var office = await Office.Open(backend, s_ten, s_ten);
        var dispatch = await office.Submit();
        var steps = office.Vendors.Select(v => $$"""{"id":"{{v.Id}}","name":"{{v.Name}}","email":"{{v.Email}}","phone":"1","wait":600}""");
        await backend.Restart();
        Assert.Equal(1, await backend.Database.Execute("update dispatch set plan = $2::json where tenant_id = $1", office.Tenant.Value, $"[{string.Join(',', steps)}]"));

        await office.Pass(s_ten);

        Assert.Equal([office.Vendors[1].Id], (await office.Look(dispatch)).Asked.Select(v => v.Id));
        Assert.Contains("\"steps\"", await backend.Database.Scalar<string>("select plan::text from dispatch where tenant_id = $1", office.Tenant.Value));
    }

    private static async Task<ImmutableArray<Slip>> Slips(Office office) => (await office.Scope.Board().Open()).Open;

    private static async Task Rule(Office office, int repeat, params ImmutableArray<RuleStep> steps)
    {
        var directory = office.Scope.Directory();
        var rule = (await directory.Rules(new PageRequest("", null, 10, true))).Items.Single().Rule;
        Assert.IsType<DirectoryChange.Saved>(await directory.PutRule(rule with { Steps = steps, Repeat = repeat }));
    }

    /// <summary>The first vendor is on duty for some minutes a day, from about two hours from now on.</summary>
    private async Task<DateTimeOffset> OpenLater(Office office)
    {
        var profile = (await office.Scope.Tenant().Profile())!;
        await office.Scope.Tenant().Change(profile.Settings with { ZoneId = "UTC" });
        var soon = backend.Clock.GetUtcNow().AddHours(2);
        var minute = Math.Min(soon.Hour * 60 + soon.Minute, OpeningSpan.Day - 30);
        var hours = new OpeningHours([.. Enum.GetValues<DayOfWeek>().Select(day => new OpeningPeriod(day, new(minute, minute + 30)))], []);
        await office.Scope.Directory().PutVendor(office.Vendors[0] with { Duty = VendorDuty.Own, Hours = hours });
        return new OpenTime(hours, "UTC").NextOpening(backend.Clock.GetUtcNow())!.Value;
    }
}
