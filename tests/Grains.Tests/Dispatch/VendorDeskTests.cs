namespace Backsoon.Dispatch;

[Collection(Backend.Name)]
public sealed class VendorDeskTests(Backend backend)
{
    private static readonly TimeSpan s_ten = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task It_lists_what_is_asked_of_a_vendor_and_what_they_have_urgent_and_newest_first()
    {
        var office = await Office.Open(backend, s_ten, s_ten);
        var (first, second) = (office.Vendors[0].Id, office.Vendors[1].Id);
        var old = await office.Submit(office.Form("An old one."));
        await backend.Advance(TimeSpan.FromSeconds(5));
        var taken = await office.Submit(office.Form("A taken one."));
        await backend.Advance(TimeSpan.FromSeconds(5));
        var urgent = await office.Submit(office.Form("An urgent one.", category: office.Urgent));
        await taken.Answer(first, VendorAnswer.Accept, "");
        var passedOn = await office.Submit(office.Form("Not for me."));
        await passedOn.Answer(first, VendorAnswer.Decline, "");
        var done = await office.Submit(office.Form("A done one."));
        await done.Answer(first, VendorAnswer.Accept, "");
        await done.Answer(first, VendorAnswer.Done, "");

        var desk = (await office.Scope.VendorDesk(first).Look(1))!;

        Assert.Equal([await Reference(urgent), await Reference(taken), await Reference(old)], desk.Open.Select(entry => entry.Reference));
        Assert.Equal([VendorStanding.Asked, VendorStanding.Accepted, VendorStanding.Asked], desk.Open.Select(entry => entry.Standing));
        Assert.True(desk.IsWhole);
        Assert.Equal([await Reference(passedOn)], (await office.Scope.VendorDesk(second).Look(1))!.Open.Select(entry => entry.Reference));
    }

    [Fact]
    public async Task A_renewed_link_ends_the_older_ones_and_one_that_is_taken_back_all()
    {
        var office = await Office.Open(backend, s_ten);
        var (vendor, desk) = (office.Vendors[0].Id, office.Scope.VendorDesk(office.Vendors[0].Id));
        await office.Scope.Directory().ChangeLink(vendor, revoke: false);
        Assert.Null(await desk.Look(1));
        Assert.NotNull(await desk.Look(2));
        await office.Scope.Directory().ChangeLink(vendor, revoke: true);
        foreach (var link in new[] { -2, -1, 0, 1, 2, 3 })
            Assert.Null(await desk.Look(link));
        Assert.False(await desk.StayAway(2, null));
        Assert.False(await desk.Mail(Office.Id(backend)));

        await backend.Restart();
        await office.Scope.Directory().PutVendor((await office.Scope.Directory().Vendor(vendor))! with { Link = 1, Name = "Renamed" });
        Assert.Null(await desk.Look(1));
        await office.Scope.Directory().ChangeLink(vendor, revoke: false);
        Assert.Equal("Renamed", (await desk.Look(3))!.VendorName);
        Assert.Null(await office.Scope.Directory().ChangeLink(Office.Id(backend), revoke: false));
        Assert.Null(await office.Scope.VendorDesk(Office.Id(backend)).Look(1));
    }

    [Fact]
    public async Task Who_says_when_they_are_away_is_passed_over_until_then()
    {
        var office = await Office.Open(backend, s_ten, s_ten);
        var (desk, until) = (office.Scope.VendorDesk(office.Vendors[0].Id), backend.Clock.GetUtcNow() + TimeSpan.FromDays(2));
        Assert.True(await desk.StayAway(1, until));
        Assert.Equal(until, (await desk.Look(1))!.UnavailableUntil);
        Assert.Equal(office.Vendors[1].Id, (await office.Look(await office.Submit())).With?.Id);

        Assert.True(await desk.StayAway(1, null));
        Assert.Null((await desk.Look(1))!.UnavailableUntil);
        Assert.Equal(office.Vendors[0].Id, (await office.Look(await office.Submit())).With?.Id);
    }

    [Fact]
    public async Task The_link_is_mailed_once_for_each_press_and_stands_under_every_mail_while_there_is_one()
    {
        var office = await Office.Open(backend, s_ten);
        var (vendor, mail) = (office.Vendors[0], Office.Id(backend));
        Assert.True(await office.Scope.VendorDesk(vendor.Id).Mail(mail));
        Assert.True(await office.Scope.VendorDesk(vendor.Id).Mail(mail));
        Assert.Contains("/vendor/", Assert.Single((await backend.Mails.Next(vendor.Email, "vendor-desk")).Links));
        await office.Submit();
        Assert.Contains("All your requests:", (await backend.Mails.Next(vendor.Email, "vendor-request")).Text);
        Assert.Single(backend.Mails.To(vendor.Email), sent => sent.Kind == "vendor-desk");

        await office.Scope.Directory().ChangeLink(vendor.Id, revoke: true);
        await office.Submit();
        Assert.DoesNotContain("/vendor/", (await backend.Mails.Next(vendor.Email, "vendor-request", 2)).Text);
    }

    [Fact]
    public async Task Of_more_than_it_lists_it_says_that_there_are_more()
    {
        var office = await Office.Open(backend, TimeSpan.FromDays(1));
        await backend.Database.Execute(
            """
            with many as (
                insert into dispatch (tenant_id, id, reference, received_at, category_id, category_name, urgent, caller_name, caller_phone, body, fingerprint, status, plan, step, shard)
                select $1, gen_random_uuid(), 'X', $2, gen_random_uuid(), 'Water leak', false, 'Rui', '1', 'It drips', '\x00', 0, '[]', 0, 0 from generate_series(1, 205) returning id)
            insert into dispatch_event (tenant_id, dispatch_id, seq, at, kind, vendor_id) select $1, id, 0, $2, 1, $3 from many
            """,
            office.Tenant.Value, backend.Clock.GetUtcNow(), office.Vendors[0].Id);

        var desk = (await office.Scope.VendorDesk(office.Vendors[0].Id).Look(1))!;

        Assert.False(desk.IsWhole);
        Assert.Equal(IVendorDeskGrain.MostListed, desk.Open.Length);
    }

    private async Task<string> Reference(IDispatchGrain dispatch) => (await dispatch.Look())!.Reference;
}
