using Backsoon.Tenants;

namespace Backsoon.Dispatch;

/// <summary>The process is away for an hour, at each point at which a request can be; what was missed is done once, and what is overtaken is left.</summary>
[Collection(Backend.Name)]
public sealed class DowntimeTests(Backend shared) : IAsyncLifetime
{
    private static readonly TimeSpan s_ten = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    private Backend _backend = null!;

    public async Task InitializeAsync() => _backend = await shared.Beside();

    public Task DisposeAsync() => _backend.DisposeAsync();

    [Fact]
    public async Task Just_asked_and_not_mailed_yet_is_mailed_once_and_the_next_has_the_whole_wait()
    {
        var office = await Office.Open(_backend, s_ten, s_ten);
        _backend.Mails.IsDown = true;
        var id = (await office.Look(await office.Submit())).Id;
        await _backend.Rest();
        Assert.Empty(_backend.Mails.To(office.Vendors[0].Email));

        _backend.Mails.IsDown = false;
        await _backend.Down(s_hour);
        await _backend.Live(1);

        var view = await Look(office, id);
        Assert.Equal("Received VendorAsked VendorSilent VendorAsked", Office.Story(view));
        Assert.InRange(view.Next!.At, _backend.Clock.GetUtcNow() + s_ten / 2 - TimeSpan.FromMinutes(1), _backend.Clock.GetUtcNow() + s_ten / 2);
        Assert.All(office.Vendors, vendor => Assert.Equal(["vendor-request"], Kinds(vendor.Email)));
    }

    [Fact]
    public async Task A_reminder_that_came_due_is_sent_once_while_there_is_still_time_to_answer()
    {
        var office = await Office.Open(_backend, TimeSpan.FromMinutes(100));
        var id = (await office.Look(await office.Submit())).Id;
        await _backend.Live(1);
        var by = _backend.Clock.GetUtcNow().AddMinutes(99);

        await _backend.Down(s_hour);
        await _backend.Live(3);

        var view = await Look(office, id);
        Assert.Equal("Received VendorAsked VendorReminded", Office.Story(view));
        Assert.Equal(new NextStep(by, NextStepKind.AskOwner, null), view.Next);
        Assert.Equal(["vendor-request", "vendor-reminder"], Kinds(office.Vendors[0].Email));
    }

    [Theory]
    [InlineData(1, "Received VendorAsked VendorSilent VendorAsked", 1)]
    [InlineData(6, "Received VendorAsked VendorReminded VendorSilent VendorAsked", 2)]
    public async Task Of_a_step_that_is_over_no_reminder_is_sent_any_more(int minutes, string story, int mails)
    {
        var office = await Office.Open(_backend, s_ten, s_ten, s_ten);
        var id = (await office.Look(await office.Submit())).Id;
        await _backend.Live(minutes);

        // Three steps and two reminders would fit into the hour.
        await _backend.Down(s_hour);
        await _backend.Live(2);

        Assert.Equal(story, Office.Story(await Look(office, id)));
        Assert.Equal(mails, Kinds(office.Vendors[0].Email).Length);
        Assert.Equal(["vendor-request"], Kinds(office.Vendors[1].Email));
        Assert.Empty(Kinds(office.Vendors[2].Email));
        Assert.Empty(Kinds(office.Owner));
        await _backend.Live(21);
        Assert.Equal(["owner-asked"], Kinds(office.Owner));
    }

    [Theory]
    [InlineData(12, "Received Held VendorAsked", 1)]
    [InlineData(10, "Received Held Held", 0)]
    public async Task Who_came_on_duty_meanwhile_is_asked_if_they_still_are(int until, string story, int mails)
    {
        var office = await Office.Open(_backend, s_ten);
        await OnDuty(office, new OpeningSpan(9 * 60 + 30, until * 60));
        var id = (await office.Look(await office.Submit())).Id;
        Assert.Equal("Received Held", Office.Story(await Look(office, id)));
        await _backend.Live(5);

        await _backend.Down(s_hour);
        await _backend.Live(2);

        var view = await Look(office, id);
        Assert.Equal(story, Office.Story(view));
        Assert.Equal(mails, Kinds(office.Vendors[0].Email).Length);
        // Tomorrow, or in half of their whole wait.
        Assert.True(view.Next!.At > _backend.Clock.GetUtcNow());
    }

    [Fact]
    public async Task A_second_round_begins_once()
    {
        var office = await Office.Open(_backend, s_ten);
        await Change(office, rule => rule with { Repeat = 3 });
        var id = (await office.Look(await office.Submit())).Id;
        await _backend.Live(1);

        await _backend.Down(s_hour);
        await _backend.Live(2);

        Assert.Equal("Received VendorAsked VendorSilent VendorAsked", Office.Story(await Look(office, id)));
        Assert.Equal(["vendor-request", "vendor-request"], Kinds(office.Vendors[0].Email));
    }

    [Fact]
    public async Task The_owner_is_asked_once_whether_that_came_due_meanwhile_or_was_done_before()
    {
        var office = await Office.Open(_backend, s_ten);
        var missed = (await office.Look(await office.Submit())).Id;
        await _backend.Live(1);

        await _backend.Down(s_hour);
        await _backend.Down(s_hour);

        Assert.Equal("Received VendorAsked VendorSilent OwnerAsked", Office.Story(await Look(office, missed)));
        Assert.Equal(["owner-asked"], Kinds(office.Owner));
        Assert.Equal(["vendor-request"], Kinds(office.Vendors[0].Email));
    }

    [Fact]
    public async Task A_hundred_requests_make_no_burst()
    {
        var office = await Office.Open(_backend, s_ten, s_ten);
        foreach (var some in Enumerable.Range(0, 100).Chunk(20))
            await Task.WhenAll(some.Select(_ => Task.Run(() => office.Submit())));
        await _backend.Live(1);
        Assert.Equal(100, Kinds(office.Vendors[0].Email).Length);

        await _backend.Down(s_hour);
        await _backend.Live(2);

        Assert.Equal((100, 100, 0), (Kinds(office.Vendors[0].Email).Length, Kinds(office.Vendors[1].Email).Length, Kinds(office.Owner).Length));
    }

    private static Task<DispatchView> Look(Office office, Guid id) => office.Look(office.Scope.Dispatch(id));

    private string[] Kinds(Mail.EmailAddress address) => [.. _backend.Mails.To(address).Select(mail => mail.Kind)];

    private static async Task OnDuty(Office office, OpeningSpan span)
    {
        var profile = (await office.Scope.Tenant().Profile())!;
        await office.Scope.Tenant().Change(profile.Settings with { ZoneId = "UTC" });
        var hours = new OpeningHours([.. Enum.GetValues<DayOfWeek>().Select(day => new OpeningPeriod(day, span))], []);
        await office.Scope.Directory().PutVendor(office.Vendors[0] with { Duty = VendorDuty.Own, Hours = hours });
        await Change(office, rule => rule with { Steps = [rule.Steps[0] with { Start = StepStart.OnDuty }] });
    }

    private static async Task Change(Office office, Func<Rule, Rule> change)
    {
        var rule = (await office.Scope.Directory().Rules(new PageRequest("", null, 10, true))).Items.Single().Rule;
        Assert.IsType<DirectoryChange.Saved>(await office.Scope.Directory().PutRule(change(rule)));
    }
}
