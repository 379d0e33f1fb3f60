using Microsoft.Extensions.Configuration;

namespace Backsoon.Mail;

public sealed class MailSettingsTests
{
    [Fact]
    public void Without_a_transport_the_settings_to_give_are_named()
    {
        var problems = MailSettings.Problems(Configuration());
        Assert.Contains(problems, problem => problem.Contains("SMTP_URL", StringComparison.Ordinal) && problem.Contains("RESEND_API_KEY", StringComparison.Ordinal) && problem.Contains("SENDGRID_API_KEY", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Contains("MAIL_FROM", StringComparison.Ordinal));
        Assert.Null(MailSettings.Read(Configuration()).Smtp);
    }

    [Theory]
    [InlineData("MAIL_FROM", "not an address")]
    [InlineData("SMTP_URL", "mail.example.com")]
    [InlineData("SMTP_URL", "http://mail.example.com")]
    [InlineData("SMTP_URL", "smtp://user@mail.example.com")]
    [InlineData("SMTP_URL", "smtp://us%0d%0aer:secret@mail.example.com")]
    [InlineData("SMTP_URL", "smtp://mail.example.com/path")]
    [InlineData("RESEND_API_KEY", "re_also")]
    [InlineData("RESEND_URL", "ftp://example.com")]
    [InlineData("SENDGRID_API_KEY", "SG.also")]
    [InlineData("SENDGRID_URL", "example.com")]
    [InlineData("RESEND_WEBHOOK_SECRET", "secret")]
    [InlineData("SENDGRID_WEBHOOK_KEY", "secret")]
    public void What_is_set_wrongly_is_said_and_stops_the_start(string name, string value)
    {
        var configuration = Configuration(("MAIL_FROM", "desk@example.com"), ("SMTP_URL", "smtp://mail.example.com"), (name, value));
        var problem = Assert.Single(MailSettings.Problems(configuration));
        Assert.Contains(name, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", problem, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => MailSettings.Read(configuration));
    }

    [Theory]
    [InlineData("smtp://mail.example.com", "mail.example.com", 587, false, false, null, null)]
    [InlineData("smtps://mail.example.com", "mail.example.com", 465, true, false, null, null)]
    [InlineData("smtp://us%40er:p%3Aw%2F@mail.example.com:2525", "mail.example.com", 2525, false, false, "us@er", "p:w/")]
    [InlineData("smtp://localhost:1025", "localhost", 1025, false, true, null, null)]
    [InlineData("smtp://relay.example.com?starttls=optional", "relay.example.com", 587, false, true, null, null)]
    public void A_mail_server_is_read_from_one_address(string url, string host, int port, bool tls, bool clear, string? user, string? password)
    {
        var settings = MailSettings.Read(Configuration(("MAIL_FROM", "\"Harbour\" <Desk@Example.com>"), ("SMTP_URL", url)));
        Assert.Equal(new SmtpServer(host, port, tls, clear, user, password), settings.Smtp);
        Assert.Equal(("Harbour", "Desk@example.com"), (settings.From.Name.Value, settings.From.Address.Value));
    }

    [Fact]
    public void Resend_may_be_elsewhere()
    {
        var settings = MailSettings.Read(Configuration(("MAIL_FROM", "desk@example.com"), ("RESEND_API_KEY", "re_1"), ("RESEND_URL", "http://127.0.0.1:9/base")));
        Assert.Equal(new ResendAccount("re_1", new("http://127.0.0.1:9/base/")), settings.Resend);
        Assert.Equal("Backsoon", settings.From.Name.Value);
    }

    [Fact]
    public void SendGrid_is_there_or_in_Europe()
    {
        Assert.Equal(new SendGridAccount("SG.1", new("https://api.sendgrid.com/")), MailSettings.Read(Configuration(("MAIL_FROM", "desk@example.com"), ("SENDGRID_API_KEY", " SG.1 "))).SendGrid);
        var europe = MailSettings.Read(Configuration(("MAIL_FROM", "desk@example.com"), ("SENDGRID_API_KEY", "SG.1"), ("SENDGRID_URL", "https://api.eu.sendgrid.com")));
        Assert.Equal((null, null, new Uri("https://api.eu.sendgrid.com/")), (europe.Smtp, europe.Resend, europe.SendGrid!.Url));
    }

    [Fact]
    public void Of_three_transports_one_has_to_go()
    {
        var problem = Assert.Single(MailSettings.Problems(Configuration(("MAIL_FROM", "desk@example.com"), ("SMTP_URL", "smtp://mail.example.com"), ("RESEND_API_KEY", "re_1"), ("SENDGRID_API_KEY", "SG.1"))));
        Assert.StartsWith("SMTP_URL and RESEND_API_KEY and SENDGRID_API_KEY are all set", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RESEND_API_KEY", "RESEND_WEBHOOK_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("SENDGRID_API_KEY", "SENDGRID_WEBHOOK_KEY", "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEDr2LjtURuePQzplybdC+u4CwrqDqBaWjcMMsTbhdbcwHBcepxo7yAQGhHPTnlvFYPAZFceEu/1FwCM/QmGUhA==")]
    public void That_deliveries_are_not_tracked_is_known(string transport, string setting, string value)
    {
        Assert.Equal(setting, MailSettings.Untracked(Configuration(("MAIL_FROM", "desk@example.com"), (transport, "x"))));
        Assert.Null(MailSettings.Untracked(Configuration(("MAIL_FROM", "desk@example.com"), (transport, "x"), (setting, value))));
        Assert.Null(MailSettings.Untracked(Configuration(("MAIL_FROM", "desk@example.com"), ("SMTP_URL", "smtp://mail.example.com"))));
    }

    private static IConfiguration Configuration(params (string Name, string Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.GroupBy(v => v.Name).Select(group => KeyValuePair.Create(group.Key, (string?)group.Last().Value))).Build();
}
