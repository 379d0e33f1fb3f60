namespace Backsoon.Mail;

public sealed class MimeMessageTests
{
    private static readonly DateTimeOffset s_date = new(2026, 1, 5, 10, 2, 3, TimeSpan.FromHours(1));
    private static readonly Sender s_sender = new(HeaderText.From("Backsoon"), EmailAddress.Parse("desk@backsoon.example"));
    private static readonly EmailAddress s_to = EmailAddress.Parse("rivera@example.com");

    [Fact]
    public void Nothing_typed_adds_a_header_a_recipient_or_a_part() => Hostile.Holds((name, subject, text) =>
    {
        var content = new EmailContent(HeaderText.From(subject), name, text, name) { SenderName = HeaderText.From(name), Quote = text, Facts = [new(name, text)], ReplyTo = EmailAddress.Parse("ana@example.com") };
        var sent = EmailRenderer.Render(Guid.CreateVersion7(s_date), "test", content, s_to, s_sender);
        var mail = new ParsedMail(MimeMessage.Of(sent, s_date));
        Assert.Equal(
            ["Auto-Submitted", "Content-Type", "Date", "From", "MIME-Version", "Message-ID", "Reply-To", "Subject", "To", "X-Auto-Response-Suppress"],
            mail.Headers.Select(header => header.Name).Order(StringComparer.Ordinal));
        Assert.Equal("<rivera@example.com>", mail["To"]);
        Assert.Equal("<ana@example.com>", mail["Reply-To"]);
        Assert.Equal((HeaderText.From(name).Value, "desk@backsoon.example"), mail.From);
        Assert.Equal(HeaderText.From(subject).Value, mail.Subject);
        Assert.Equal([("plain", sent.Text.ReplaceLineEndings("\n").TrimEnd('\n')), ("html", sent.Html.ReplaceLineEndings("\n").TrimEnd('\n'))], mail.Parts);
    });

    [Fact]
    public void A_calendar_file_is_the_last_of_the_alternatives_and_names_its_method()
    {
        var facts = Booking.AppointmentFacts.Example();
        var mail = new ParsedMail(MimeMessage.Of(EmailRenderer.Render(Guid.CreateVersion7(s_date), "test", new Booking.BookingConfirmedEmail(facts).Compose(), s_to, s_sender), s_date));
        Assert.Equal(["plain", "html", "calendar; charset=utf-8; method=REQUEST"], mail.Parts.Select(part => part.Type));
        Assert.Equal(Booking.Ics.Of(facts), mail.Parts[2].Text.ReplaceLineEndings("\r\n") + "\r\n");
    }

    [Fact]
    public void A_mail_says_when_it_was_sent_that_no_person_did_and_what_it_is_called()
    {
        var id = Guid.CreateVersion7(s_date);
        var mail = new ParsedMail(MimeMessage.Of(EmailRenderer.Render(id, "test", new TestEmail("a leak").Compose(), s_to, s_sender), s_date));
        Assert.Equal("Mon, 05 Jan 2026 09:02:03 +0000", mail["Date"]);
        Assert.Equal($"<{id:n}@backsoon.example>", mail["Message-ID"]);
        Assert.Equal("auto-generated", mail["Auto-Submitted"]);
        Assert.Equal("About a leak", mail.Subject);
    }
}
