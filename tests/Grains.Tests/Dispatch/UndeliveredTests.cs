using Backsoon.Mail;

namespace Backsoon.Dispatch;

[Collection(Backend.Name)]
public sealed class UndeliveredTests(Backend backend)
{
    [Fact]
    public async Task A_mail_that_comes_back_moves_the_request_on_at_once_and_tells_the_owner()
    {
        var office = await Office.Open(backend, TimeSpan.FromHours(2), TimeSpan.FromHours(2));
        var dispatch = await office.Submit();
        await backend.Mails.Next(office.Vendors[0].Email, "vendor-request");

        await Bounce(office, dispatch, office.Vendors[0]);

        await backend.Mails.Next(office.Vendors[1].Email, "vendor-request");
        var view = await office.Look(dispatch);
        Assert.Equal((DispatchStatus.Asking, office.Vendors[1].Name), (view.Status, view.With!.Name));
        Assert.Contains(view.Events, step => step.Kind == DispatchEventKind.VendorBounced && step.Who == office.Vendors[0].Name);
        var told = await backend.Mails.Next(office.Owner, "vendor-unreachable");
        Assert.Contains($"The address of {office.Vendors[0].Name} refuses mail", told.Text, StringComparison.Ordinal);
        Assert.Contains($"It is with {office.Vendors[1].Name} now.", told.Text, StringComparison.Ordinal);
        Assert.Contains(told.Links, link => link.EndsWith($"/vendors/{office.Vendors[0].Id}", StringComparison.Ordinal));
        // Of all this the caller hears only who is asked.
        Assert.DoesNotContain((await dispatch.LookAsCaller())!.Events, step => step.Kind == DispatchEventKind.VendorBounced);
    }

    [Fact]
    public async Task The_next_request_passes_the_address_over_and_the_owner_is_not_told_again()
    {
        var office = await Office.Open(backend, TimeSpan.FromHours(2), TimeSpan.FromHours(2));
        var first = await office.Submit();
        await backend.Mails.Next(office.Vendors[0].Email, "vendor-request");
        await Bounce(office, first, office.Vendors[0]);
        await backend.Mails.Next(office.Owner, "vendor-unreachable");

        var second = await office.Submit(office.Form("Another tap drips."));

        await backend.Mails.Next(office.Vendors[1].Email, "vendor-request", 2);
        Assert.Single(backend.Mails.To(office.Vendors[0].Email));
        Assert.Equal(DeliveryStatus.Suppressed, (await office.Look(second)).Mails.Single(mail => mail.Vendor == office.Vendors[0].Id).Status);
        Assert.Single(backend.Mails.To(office.Owner), mail => mail.Kind == "vendor-unreachable");
    }

    [Fact]
    public async Task When_nobody_can_be_reached_the_owner_has_it_at_once()
    {
        var office = await Office.Open(backend, TimeSpan.FromHours(2));
        var dispatch = await office.Submit();
        await backend.Mails.Next(office.Vendors[0].Email, "vendor-request");
        await Bounce(office, dispatch, office.Vendors[0]);

        await backend.Mails.Next(office.Owner, "owner-asked");
        Assert.Equal(DispatchStatus.OwnerAsked, (await office.Look(dispatch)).Status);
    }

    [Fact]
    public async Task However_many_mails_come_back_in_a_day_the_owner_hears_of_a_vendor_once()
    {
        var office = await Office.Open(backend, TimeSpan.FromHours(2), TimeSpan.FromHours(2));
        var requests = new List<IDispatchGrain>();
        for (var i = 0; i < 5; i++)
            requests.Add(await office.Submit(office.Form($"Tap {i} drips.")));
        await backend.Mails.Next(office.Vendors[0].Email, "vendor-request", 5);
        foreach (var request in requests)
            await Bounce(office, request, office.Vendors[0]);

        await backend.Mails.Next(office.Vendors[1].Email, "vendor-request", 5);
        await backend.Mails.Next(office.Owner, "vendor-unreachable");
        await Settled();
        Assert.Single(backend.Mails.To(office.Owner), mail => mail.Kind == "vendor-unreachable");
    }

    [Fact]
    public async Task A_notice_that_comes_back_itself_makes_no_other_mail()
    {
        var office = await Office.Open(backend, TimeSpan.FromHours(2), TimeSpan.FromHours(2));
        var dispatch = await office.Submit();
        await backend.Mails.Next(office.Vendors[0].Email, "vendor-request");
        await Bounce(office, dispatch, office.Vendors[0]);
        await backend.Mails.Next(office.Owner, "vendor-unreachable");
        await Settled();
        var before = await Mails();

        foreach (var notice in (await office.Look(dispatch)).Mails.Where(mail => mail.Recipient == "Owner"))
            foreach (var type in new[] { "email.bounced", "email.complained", "email.bounced" })
                await Report(backend, type, notice, office.Owner);

        await Settled();
        Assert.Equal(before, await Mails());
        // And what follows is held back, so that it cannot come back either.
        await office.Submit(office.Form("Another tap drips."));
        await Settled();
        Assert.Single(backend.Mails.To(office.Owner), mail => mail.Kind == "vendor-unreachable");

        async Task<long> Mails() => await backend.Database.Scalar<long>("select count(*) from outbox where tenant_id = $1", office.Tenant.Value);
    }

    [Fact]
    public async Task Told_twice_a_request_moves_on_once()
    {
        var office = await Office.Open(backend, TimeSpan.FromHours(2), TimeSpan.FromHours(2), TimeSpan.FromHours(2));
        var dispatch = await office.Submit();
        await backend.Mails.Next(office.Vendors[0].Email, "vendor-request");
        await Bounce(office, dispatch, office.Vendors[0]);
        await backend.Mails.Next(office.Vendors[1].Email, "vendor-request");
        await Settled();
        await backend.Database.Execute("update outbox set untold = true where tenant_id = $1 and reported = 7", office.Tenant.Value);

        await backend.Advance(TimeSpan.FromMinutes(1));
        await Settled();

        Assert.Equal(office.Vendors[1].Name, (await office.Look(dispatch)).With!.Name);
        Assert.Single((await office.Look(dispatch)).Events, step => step.Kind == DispatchEventKind.VendorBounced);
    }

    [Fact]
    public async Task Who_has_accepted_keeps_the_request_whatever_comes_back()
    {
        var office = await Office.Open(backend, TimeSpan.FromHours(2), TimeSpan.FromHours(2));
        var dispatch = await office.Submit();
        await backend.Mails.Next(office.Vendors[0].Email, "vendor-request");
        await dispatch.Answer(office.Vendors[0].Id, VendorAnswer.Accept, "");
        await Bounce(office, dispatch, office.Vendors[0]);
        await backend.Mails.Next(office.Owner, "vendor-unreachable");
        Assert.Equal((DispatchStatus.Accepted, office.Vendors[0].Name), ((await office.Look(dispatch)).Status, (await office.Look(dispatch)).With!.Name));
    }

    internal static async Task Bounce(Backend backend, Office office, IDispatchGrain dispatch, Vendor vendor) => await Report(backend, "email.bounced", (await office.Look(dispatch)).Mails.Last(mail => mail.Vendor == vendor.Id), vendor.Email);

    private Task Bounce(Office office, IDispatchGrain dispatch, Vendor vendor) => Bounce(backend, office, dispatch, vendor);

    private static Task Report(Backend backend, string type, Delivery mail, EmailAddress to) => backend.Grains.GetGrain<IWebhooksGrain>("webhooks/resend").Keep(
        [new($"msg_{Guid.CreateVersion7(backend.Clock.GetUtcNow()):n}", Reported.Event(type, mail.Id, to.Value, backend.Clock.GetUtcNow()))]);

    private Task Settled() => Backend.Eventually(
        async () => await backend.Database.Scalar<long>("select (select count(*) from webhook where processed_at is null) + (select count(*) from outbox where untold or status in (0, 1) and due_at <= $1)", backend.Clock.GetUtcNow()) == 0, "nothing is left to tell");
}
