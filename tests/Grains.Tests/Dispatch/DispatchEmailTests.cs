using Backsoon.Mail;
using Microsoft.Extensions.DependencyInjection;

namespace Backsoon.Dispatch;

[Collection(Backend.Name)]
public sealed class DispatchEmailTests(Backend backend)
{
    [Fact, Promise("R10")]
    public void A_vendors_mail_holds_the_caller_the_phone_the_issue_and_the_owners_contact_and_nothing_else()
    {
        // Whatever is added to these has to be added to the promise first.
        Assert.Equal(["Reference", "Urgent", "Noun", "SubjectLabel", "SubjectReference", "Category", "CallerName", "CallerPhone", "Text"], Fields(typeof(RequestFacts)));
        Assert.Equal(["Business", "Owner", "Vendor", "Facts", "AnswerBy", "ZoneId", "Url", "Desk"], Fields(typeof(VendorRequestEmail)));
        Assert.Equal(["Business", "Owner", "Vendor", "Facts", "AnswerBy", "ZoneId", "Url", "Desk"], Fields(typeof(VendorReminderEmail)));
        Assert.Equal(["Business", "Owner", "Vendor", "Reason", "Title", "Reference", "Desk"], Fields(typeof(RequestTakenEmail)));
        Assert.Equal(["Business", "Owner", "Vendor", "Facts", "Url", "Desk"], Fields(typeof(RequestReopenedEmail)));
        Assert.Equal(["Business", "Vendor", "From", "Title", "Reference", "Urgent", "Text", "Photos", "Url", "Desk"], Fields(typeof(VendorMessageEmail)));
    }

    [Fact, Promise("R10", "R25")]
    public async Task A_vendors_mail_as_sent_tells_nothing_of_other_vendors_other_requests_or_the_callers_network()
    {
        var office = await Office.Open(backend, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(10));
        await office.Submit(office.Form("Another matter", EmailAddress.Parse("tom@secret.example")) with { Name = "Somebody Else" });
        await office.Submit(office.Form("The tap drips.", EmailAddress.Parse("tom@secret.example")) with { Source = [.. Enumerable.Repeat((byte)0xAB, 32)] });

        await backend.Mails.Next(office.Vendors[0].Email, number: 2);
        var mail = backend.Mails.To(office.Vendors[0].Email).Single(m => m.Text.Contains("The tap drips."));

        foreach (var part in new[] { mail.Text, mail.Mail.Html })
        {
            Assert.Contains("Tom Baker", part);
            Assert.Contains("Ana Reis", part);
            foreach (var secret in new[] { office.Vendors[1].Name, "Another matter", "Somebody Else", "secret.example", "ABAB", "abab", "A note of the owner" })
                Assert.DoesNotContain(secret, part);
        }

        var desk = $"http://{(await office.Scope.Tenant().Profile())!.Slug}.localhost:8080";
        Assert.StartsWith($"{desk}/v/", mail.Links[0], StringComparison.Ordinal);
        Assert.StartsWith($"{desk}/vendor/", mail.Links[1], StringComparison.Ordinal);
        Assert.Equal(2, mail.Links.Count);
    }

    [Fact]
    public void The_request_reads_well_as_text()
    {
        var text = Text("vendor-request");
        Assert.Contains("URGENT", text);
        Assert.Contains("Harbour Lettings asks whether you can take this. Please answer by 14:22 on Monday, 5 January (Lisbon time); after that somebody else is asked.", text);
        Assert.Contains("14 Elm Street, Flat 3, second floor", text);
        Assert.Contains("+351 910 000 001", text);
        Assert.Contains("It gets worse when the neighbours shower.", text);
        Assert.Contains("https://harbour.example.com/v/example", text);
        Assert.Contains("Ana Reis, +351 210 000 000, ana@example.com", text);
    }

    [Theory]
    [InlineData("vendor-reminder", "Harbour Lettings still waits for your answer. After 14:22 on Monday, 5 January (Lisbon time) somebody else is asked.")]
    [InlineData("request-taken", "Somebody else has accepted “Water leak, 14 Elm Street”, so you need not do anything.")]
    [InlineData("request-reopened", "Harbour Lettings closed “Water leak, 14 Elm Street” too soon and has opened it again. It is yours as before")]
    [InlineData("owner-asked", "Nobody has taken this request: Rivera Plumbing, Cole & Sons were asked. It waits for you.")]
    [InlineData("owner-notice", "Rivera Plumbing has accepted the request of Tom Baker.")]
    [InlineData("caller-received", "Harbour Lettings has your request and has asked Rivera Plumbing to take it.")]
    [InlineData("caller-accepted", "Rivera Plumbing has accepted your request “Water leak, 14 Elm Street” and has your phone number.")]
    [InlineData("caller-notice", "Rivera Plumbing does not come for your request “Water leak, 14 Elm Street” after all. Harbour Lettings has asked Cole & Sons instead.")]
    [InlineData("vendor-message", "Tom Baker has written to you about “Water leak, 14 Elm Street”.")]
    [InlineData("caller-message", "Rivera Plumbing has written to you about your request “Water leak, 14 Elm Street”.")]
    [InlineData("owner-message", "Tom Baker has written about “Water leak, 14 Elm Street”.")]
    public void Every_mail_says_in_its_text_what_happened_and_its_number(string kind, string lead)
    {
        var text = Text(kind);
        Assert.Contains(lead, text);
        Assert.Contains("4KQ-27X", text);
    }

    [Fact]
    public void Who_is_told_as_they_chose_is_led_to_where_they_choose()
    {
        var mail = OwnerNoticeEmail.Example().Compose();
        var link = $"{new Uri(Examples.OwnerUrl).GetLeftPart(UriPartial.Authority)}/settings#notifications";

        Assert.EndsWith($"You own {Examples.Business} and have chosen to be told.\nChoose when we mail you: {link}\n", EmailText.Of(mail), StringComparison.Ordinal);
        Assert.Contains($"href=\"{link}\"", EmailHtml.Of(mail), StringComparison.Ordinal);
    }

    [Fact]
    public void A_reference_is_read_however_it_is_typed()
    {
        var id = Guid.Parse("0190c0de-0000-7000-8000-000000000001");
        var reference = RequestReference.Of(id);
        Assert.Matches("^[0-9A-HJKMNP-TV-Z]{3}-[0-9A-HJKMNP-TV-Z]{3}$", reference);
        Assert.Equal(reference, RequestReference.Read($" {reference.ToLowerInvariant().Replace('-', ' ').Replace('0', 'o').Replace('1', 'l')} "));
        Assert.Null(RequestReference.Read("14 Elm Street"));
        Assert.Null(RequestReference.Read("4KQ-27U"));
    }

    private string Text(string kind)
    {
        var email = backend.Services.GetRequiredService<EmailKinds>().All.Single(k => k.Name == kind).Example();
        return EmailText.Of(email.Compose());
    }

    private static IEnumerable<string> Fields(Type type) => type.GetProperties().Where(property => property.Name != "EqualityContract").Select(property => property.Name);
}
