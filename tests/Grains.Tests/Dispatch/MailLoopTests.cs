using System.Text;
using Backsoon.Mail;
using Microsoft.Extensions.DependencyInjection;

namespace Backsoon.Dispatch;

/// <summary>What machines and people answer to our mails, and that nothing comes of it.</summary>
[Collection(Backend.Name)]
public sealed class MailLoopTests(Backend backend)
{
    private static readonly Sender s_sender = new(HeaderText.From("Backsoon"), EmailAddress.Parse("desk@backsoon.example"));

    [Fact]
    public void Every_mail_says_that_no_person_wrote_it()
    {
        foreach (var kind in backend.Services.GetRequiredService<EmailKinds>().All)
        {
            var mail = EmailRenderer.Render(Guid.CreateVersion7(backend.Clock.GetUtcNow()), kind.Name, kind.Example().Compose(), EmailAddress.Parse("tom@vendor.example"), s_sender);
            var message = Encoding.ASCII.GetString(MimeMessage.Of(mail, backend.Clock.GetUtcNow()));
            Assert.Contains("\r\nAuto-Submitted: auto-generated\r\n", message, StringComparison.Ordinal);
            Assert.Contains("\r\nX-Auto-Response-Suppress: All\r\n", message, StringComparison.Ordinal);
            // A business never writes from an address of its own, so no server takes us for somebody who forges it.
            Assert.Equal(s_sender.Address, mail.From.Address);
        }
    }

    [Fact, Promise("R10")]
    public void An_answer_goes_to_the_owner_who_may_be_answered_and_a_caller_is_told_that_nobody_reads_it()
    {
        foreach (var kind in backend.Services.GetRequiredService<EmailKinds>().All)
        {
            var content = kind.Example().Compose();
            if (kind.Name is "vendor-request" or "vendor-reminder" or "request-taken")
                Assert.Equal(Examples.Owner.Email, content.ReplyTo);
            else if (kind.Name.StartsWith("caller-", StringComparison.Ordinal))
                Assert.Equal((null, true), (content.ReplyTo, content.Paragraphs.Any(paragraph => paragraph.Contains("nobody reads an answer to this mail", StringComparison.Ordinal))));
        }
    }

    [Fact]
    public async Task An_automatic_answer_that_a_provider_reports_moves_nothing_on()
    {
        var office = await Office.Open(backend, TimeSpan.FromHours(2), TimeSpan.FromHours(2));
        var dispatch = await office.Submit();
        await backend.Mails.Next(office.Vendors[0].Email, "vendor-request");
        var mail = (await office.Look(dispatch)).Mails.Single(sent => sent.Vendor == office.Vendors[0].Id);
        var before = await backend.Database.Scalar<long>("select count(*) from outbox where tenant_id = $1", office.Tenant.Value);

        for (var i = 0; i < 10; i++)
            await backend.Grains.GetGrain<IWebhooksGrain>("webhooks/resend").Keep([new($"msg_{Office.Id(backend):n}_{i}", Reported.Event("email.bounced", mail.Id, office.Vendors[0].Email.Value, backend.Clock.GetUtcNow(), "Transient"))]);
        await Backend.Eventually(async () => await backend.Database.Scalar<long>("select count(*) from webhook where processed_at is null") == 0, "the events are worked off");

        var view = await office.Look(dispatch);
        Assert.Equal((DispatchStatus.Asking, office.Vendors[0].Name), (view.Status, view.With!.Name));
        Assert.Equal(["sent", "returned"], view.Mails.Single(sent => sent.Id == mail.Id).History.Select(step => step.Outcome));
        Assert.Equal(before, await backend.Database.Scalar<long>("select count(*) from outbox where tenant_id = $1", office.Tenant.Value));
        Assert.Empty(await office.Scope.Deliveries().Refusing([office.Vendors[0].Email]));
    }

    [Fact, Promise("R28")]
    public async Task A_business_whose_mails_are_stopped_has_its_requests_itself_at_once()
    {
        var office = await Office.Open(backend, TimeSpan.FromHours(2), TimeSpan.FromHours(2));
        await backend.Database.Execute("insert into mail_day (tenant_id, day, sent, bounced) values ($1, $2, 40, 20)", office.Tenant.Value, MailReputation.DayOf(backend.Clock.GetUtcNow()));

        var dispatch = await office.Submit(office.Form(email: EmailAddress.Parse("tom@caller9.example")));

        await backend.Mails.Next(office.Owner, "owner-asked");
        var view = await office.Look(dispatch);
        Assert.Equal(DispatchStatus.OwnerAsked, view.Status);
        Assert.All(view.Mails.Where(mail => mail.Recipient != "Owner"), mail => Assert.Equal(DeliveryStatus.Withheld, mail.Status));
        Assert.Empty(backend.Mails.To(EmailAddress.Parse("tom@caller9.example")));
        Assert.DoesNotContain(backend.Mails.To(office.Owner), mail => mail.Kind == "vendor-unreachable");
    }
}
