namespace Backsoon.Dispatch;

/// <summary>Somebody sets the machine's clock while requests are under way; what follows is done by reminders and timers alone.</summary>
[Collection(Backend.Name)]
public sealed class ClockJumpTests(Backend shared) : IAsyncLifetime
{
    private static readonly TimeSpan s_ten = TimeSpan.FromMinutes(10);

    private Backend _backend = null!;

    public async Task InitializeAsync() => _backend = await shared.Beside();

    public Task DisposeAsync() => _backend.DisposeAsync();

    [Theory, Trait("Abuse", "21")]
    [InlineData(5)]
    [InlineData(60)]
    [InlineData(24 * 60)]
    [InlineData(-5)]
    [InlineData(-60)]
    [InlineData(-24 * 60)]
    public async Task Wherever_the_clock_is_set_nobody_is_asked_twice_and_every_request_ends_within_its_bound(int minutes)
    {
        var office = await Office.Open(_backend, s_ten, s_ten);
        // One whose vendor was reminded, one whose second vendor is asked, one that somebody has, and one just asked.
        var second = await office.Submit();
        await _backend.Live(6);
        var reminded = await office.Submit();
        await _backend.Live(6);
        var (accepted, fresh) = (await office.Submit(), await office.Submit());
        // Nobody can accept before the mail is there.
        await _backend.Rest();
        await accepted.Answer(office.Vendors[0].Id, VendorAnswer.Accept, "");
        Assert.Equal("Received VendorAsked VendorReminded VendorSilent VendorAsked", Office.Story(await office.Look(second)));
        Assert.Equal("Received VendorAsked VendorReminded", Office.Story(await office.Look(reminded)));
        var before = _backend.Clock.GetUtcNow();
        await _backend.Rest();
        var mails = _backend.Mails.Count;

        _backend.Clock.Jump(TimeSpan.FromMinutes(minutes));

        Assert.Equal(before.AddMinutes(minutes), _backend.Clock.GetUtcNow());
        await _backend.Live(2);
        // Three requests go on, each by a step at the most: an asked vendor, a reminder, or the owner.
        Assert.InRange(_backend.Mails.Count - mails, 0, 3);

        // Two waits of ten minutes, and a sweep each minute.
        await _backend.Live(22);

        foreach (var dispatch in new[] { second, reminded, fresh })
        {
            var view = await office.Look(dispatch);
            Assert.Equal(DispatchStatus.OwnerAsked, view.Status);
            Assert.Single(view.Events, e => e.Kind == DispatchEventKind.OwnerAsked);
            foreach (var vendor in office.Vendors)
            {
                Assert.Single(view.Events, e => e.Kind == DispatchEventKind.VendorAsked && e.Vendor == vendor.Id);
                Assert.InRange(view.Events.Count(e => e.Kind == DispatchEventKind.VendorReminded && e.Vendor == vendor.Id), 0, 1);
            }
        }

        Assert.Equal("Received VendorAsked Accepted OwnerTold", Office.Story(await office.Look(accepted)));
        Assert.Equal(4, _backend.Mails.To(office.Vendors[0].Email).Count(mail => mail.Kind == "vendor-request"));
        Assert.Equal(3, _backend.Mails.To(office.Vendors[1].Email).Count(mail => mail.Kind == "vendor-request"));
        Assert.Equal(3, _backend.Mails.To(office.Owner).Count(mail => mail.Kind == "owner-asked"));
        Assert.Equal(0, await _backend.Database.Scalar<long>("select count(*) from outbox where status <> 2"));
    }

    [Theory]
    [InlineData(60)]
    [InlineData(-60)]
    [InlineData(-24 * 60)]
    public async Task A_clock_that_is_set_while_the_product_is_down_makes_nobody_wait_for_it(int minutes)
    {
        var office = await Office.Open(_backend, s_ten, s_ten);
        await office.Submit();
        await _backend.Live(1);

        _backend.Clock.Jump(TimeSpan.FromMinutes(minutes));
        await _backend.Down(TimeSpan.Zero);
        await _backend.Live(23);

        Assert.Single(_backend.Mails.To(office.Owner), mail => mail.Kind == "owner-asked");
        Assert.All(office.Vendors, vendor => Assert.Single(_backend.Mails.To(vendor.Email), mail => mail.Kind == "vendor-request"));
    }

    [Fact]
    public async Task Set_forward_and_back_again_it_asks_nobody_twice()
    {
        var office = await Office.Open(_backend, s_ten, s_ten);
        var dispatch = await office.Submit();
        await _backend.Live(1);

        for (var times = 0; times < 6; times++)
        {
            _backend.Clock.Jump(TimeSpan.FromHours(times % 2 == 0 ? 30 : -30));
            await _backend.Live(4);
        }

        await _backend.Live(23);
        var view = await office.Look(dispatch);
        Assert.Equal(DispatchStatus.OwnerAsked, view.Status);
        Assert.All(office.Vendors, vendor => Assert.Single(view.Events, e => e.Kind == DispatchEventKind.VendorAsked && e.Vendor == vendor.Id));
        Assert.Contains(view.Events, e => e.At > _backend.Clock.GetUtcNow());
    }
}
