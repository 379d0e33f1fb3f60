using Backsoon.Tenants;

namespace Backsoon.Dispatch;

[Collection(Backend.Name)]
public sealed class AwayTests(Backend backend)
{
    private static readonly TimeSpan s_ten = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task The_clock_alone_begins_and_ends_it()
    {
        var office = await Office.Open(backend, s_ten);
        var now = backend.Clock.GetUtcNow();
        Assert.Equal(AbsenceOutcome.Saved, await office.Scope.Tenant().Leave(Planned(now.AddHours(1), now.AddHours(3)) with { Text = "In the mountains." }));
        var before = await office.Scope.Directory().Desk();
        Assert.Null(before!.Away);

        backend.Clock.Advance(TimeSpan.FromHours(1));
        Assert.True(await office.Scope.Directory().Version() > before.Version);
        Assert.Equal("In the mountains.", (await office.Scope.Directory().Desk())!.Away!.Text);
        backend.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Null((await office.Scope.Directory().Desk())!.Away);
        await backend.Restart();
        Assert.Single((await office.Scope.Tenant().Profile())!.Absences);
    }

    [Fact]
    public async Task Two_absences_share_no_time_and_one_that_ended_stays_as_it_was()
    {
        var tenant = (await Office.Open(backend)).Scope.Tenant();
        var now = backend.Clock.GetUtcNow();
        var first = Planned(now.AddDays(1), now.AddDays(3));
        Assert.Equal(AbsenceOutcome.Saved, await tenant.Leave(first));
        Assert.Equal(AbsenceOutcome.Overlaps, await tenant.Leave(Planned(now.AddDays(2), null)));
        Assert.Equal(AbsenceOutcome.Saved, await tenant.Leave(Planned(now.AddDays(3), null)));
        Assert.Equal(AbsenceOutcome.Overlaps, await tenant.Leave(first with { Until = now.AddDays(4) }));

        Assert.True(await tenant.Return(first.Id));
        Assert.False(await tenant.Return(first.Id));
        Assert.Single((await tenant.Profile())!.Absences);
        await backend.Advance(TimeSpan.FromDays(4));
        var second = (await tenant.Profile())!.Absences[0];
        Assert.True(await tenant.Return(second.Id));
        Assert.Equal(AbsenceOutcome.Gone, await tenant.Leave(second));
    }

    [Fact]
    public async Task Whoever_stands_in_is_asked_before_the_owner_and_the_owner_after()
    {
        var office = await Office.Open(backend, s_ten, s_ten);
        await RuleOfFirst(office);
        var now = backend.Clock.GetUtcNow();
        await office.Scope.Tenant().Leave(Planned(now, now.AddDays(1)) with { StandIn = office.Vendors[1].Id });

        var dispatch = await office.Submit(office.Form(category: office.Urgent));
        await office.Pass(s_ten);
        await backend.Mails.Next(office.Vendors[1].Email, "vendor-request");
        Assert.Equal((DispatchStatus.Asking, office.Vendors[1].Id), ((await office.Look(dispatch)).Status, (await office.Look(dispatch)).With!.Id));
        await office.Pass(TimeSpan.FromMinutes(30));
        await office.Pass(TimeSpan.FromMinutes(30));

        Assert.Equal(DispatchStatus.OwnerAsked, (await office.Look(dispatch)).Status);
        await backend.Mails.Next(office.Owner, "owner-asked");
    }

    [Fact]
    public async Task Routine_requests_wait_for_the_return_if_they_are_to_and_urgent_ones_never()
    {
        var office = await Office.Open(backend, s_ten);
        var back = backend.Clock.GetUtcNow().AddHours(5);
        await office.Scope.Tenant().Leave(Planned(backend.Clock.GetUtcNow(), back) with { HoldsRoutine = true });

        var (routine, urgent) = (await office.Submit(), await office.Submit(office.Form(category: office.Urgent)));
        Assert.Equal(DispatchStatus.Asking, (await office.Look(urgent)).Status);
        Assert.Equal(new NextStep(back, NextStepKind.AskOnReturn, null), (await office.Look(routine)).Next);
        Assert.Equal("Received HeldForReturn", Office.Story(await office.Look(routine)));
        await office.Pass(TimeSpan.FromHours(5));

        Assert.Equal("Received HeldForReturn VendorAsked", Office.Story(await office.Look(routine)));
    }

    [Fact]
    public async Task Coming_back_early_lets_what_waited_go()
    {
        var office = await Office.Open(backend, s_ten);
        var now = backend.Clock.GetUtcNow();
        var absence = Planned(now, now.AddDays(5)) with { HoldsRoutine = true };
        await office.Scope.Tenant().Leave(absence);
        var dispatch = await office.Submit();
        Assert.Equal(DispatchStatus.Waiting, (await office.Look(dispatch)).Status);
        await office.Pass(TimeSpan.FromHours(1));

        Assert.True(await office.Scope.Tenant().Return(absence.Id));
        await office.Pass(TimeSpan.FromMinutes(1));
        await office.Pass(TimeSpan.FromMinutes(1));

        Assert.Equal(DispatchStatus.Asking, (await office.Look(dispatch)).Status);
    }

    [Fact]
    public async Task On_return_one_summary_says_what_came_in_who_did_what_and_what_needs_the_owner()
    {
        var office = await Office.Open(backend, s_ten);
        var now = backend.Clock.GetUtcNow();
        await office.Scope.Tenant().Leave(Planned(now, now.AddHours(2)));
        var done = await office.Submit();
        await done.Answer(office.Vendors[0].Id, VendorAnswer.Accept, "");
        await done.Answer(office.Vendors[0].Id, VendorAnswer.Done, "");
        var open = await office.Submit(office.Form(category: office.Urgent));
        await office.Pass(s_ten);

        for (var hour = 0; hour < 4; hour++)
            await backend.Advance(TimeSpan.FromHours(1));
        var mail = await backend.Mails.Next(office.Owner, "return");

        Assert.Contains("2 requests came in while you were away, 1 of them urgent", mail.Text);
        Assert.Contains($"{office.Vendors[0].Name}: 1 done", mail.Text);
        Assert.Contains((await office.Look(open)).Reference, mail.Text);
        for (var minute = 0; minute < 3; minute++)
            await backend.Advance(TimeSpan.FromMinutes(1));
        Assert.Single(backend.Mails.To(office.Owner), sent => sent.Kind == "return");
    }

    private Absence Planned(DateTimeOffset from, DateTimeOffset? until) => new(Office.Id(backend), from, until, null, null, HoldsRoutine: false);

    private static async Task RuleOfFirst(Office office)
    {
        var rule = (await office.Scope.Directory().Rules(new PageRequest("", null, 10, true))).Items.Single().Rule;
        await office.Scope.Directory().PutRule(rule with { Steps = [rule.Steps[0]] });
    }
}
