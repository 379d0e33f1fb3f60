using System.Net;
using System.Net.Sockets;

namespace Backsoon.Mail;

public sealed class SmtpTests
{
    private static readonly Sender s_sender = new(HeaderText.From("Backsoon"), EmailAddress.Parse("desk@backsoon.example"));
    private static readonly TimeSpan s_minute = TimeSpan.FromSeconds(60);
    private static readonly DateTimeOffset s_now = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(false, "AUTH PLAIN LOGIN")]
    [InlineData(false, "AUTH LOGIN")]
    [InlineData(true, "AUTH PLAIN")]
    public async Task A_mail_is_carried_encrypted_to_one_recipient(bool tlsFromTheStart, string auth)
    {
        await using var standIn = new SmtpStandIn { TlsFromTheStart = tlsFromTheStart, Auth = auth };
        await using var smtp = To(standIn, user: true);
        var mail = Mail("a leak");
        Assert.IsType<Handover.Sent>(await Send(smtp, mail));
        var taken = Assert.Single(standIn.Taken);
        Assert.Equal(("desk@backsoon.example", "rivera@example.com", true, true), (taken.From, taken.To, taken.Encrypted, taken.SignedIn));
        Assert.Equal(mail.Text.TrimEnd('\n'), new ParsedMail(taken.Message).Parts[0].Text);
        Assert.Empty(standIn.Violations);
    }

    [Fact]
    public async Task Mails_that_follow_each_other_share_a_connection()
    {
        await using var standIn = new SmtpStandIn();
        await using var smtp = To(standIn);
        for (var i = 0; i < 3; i++)
            Assert.IsType<Handover.Sent>(await Send(smtp, Mail($"leak {i}")));
        Assert.Equal((3, 1), (standIn.Taken.Count, standIn.Connections));
    }

    [Theory]
    [InlineData("421 closing")]
    [InlineData(SmtpStandIn.Close)]
    public async Task A_connection_that_went_away_in_between_is_replaced(string reply)
    {
        await using var standIn = new SmtpStandIn();
        await using var smtp = To(standIn);
        Assert.IsType<Handover.Sent>(await Send(smtp, Mail("one")));
        standIn.Script["MAIL"] = reply;
        Assert.IsType<Handover.Sent>(await Send(smtp, Mail("two")));
        Assert.Equal(["MAIL"], standIn.Fired);
        Assert.Equal((2, 2), (standIn.Taken.Count, standIn.Connections));
    }

    [Theory]
    [InlineData("greeting", "554 go away")]
    [InlineData("greeting", SmtpStandIn.Close)]
    [InlineData("greeting", SmtpStandIn.Silence)]
    [InlineData("greeting", "hello")]
    [InlineData("EHLO", "500 what")]
    [InlineData("STARTTLS", "454 not now")]
    [InlineData("STARTTLS", "220 go ahead\r\n250 injected")]
    [InlineData("AUTH", "535 wrong")]
    [InlineData("MAIL", "550 not from you")]
    [InlineData("MAIL", SmtpStandIn.Close)]
    [InlineData("RCPT", "421 closing")]
    [InlineData("RCPT", SmtpStandIn.Silence)]
    [InlineData("DATA", SmtpStandIn.Close)]
    public async Task Before_the_mail_was_handed_over_it_is_certainly_not_sent_and_anyone_would_fare_so(string step, string reply)
    {
        await using var standIn = new SmtpStandIn { Auth = "AUTH PLAIN" };
        var clock = new ManualClock();
        await using var smtp = To(standIn, user: true, clock);
        standIn.Script[step] = reply;
        Assert.True(Assert.IsType<Handover.TryLater>(await SendPatiently(smtp, standIn, clock, reply)).Everyone);
        Assert.Equal([step], standIn.Fired);
        Assert.Empty(standIn.Taken);

        await using var patient = To(standIn, user: true);
        Assert.IsType<Handover.Sent>(await Send(patient, Mail("y")));
    }

    [Theory]
    [InlineData("RCPT", "450 4.2.0 greylisted", false)]
    [InlineData("DATA", "451 later", false)]
    [InlineData("message", "452 no space", false)]
    [InlineData("RCPT", "550 5.1.1 no such user", true)]
    [InlineData("DATA", "554 no", true)]
    [InlineData("message", "554 5.7.1 spam", true)]
    public async Task What_the_server_says_of_one_mail_is_about_that_mail(string step, string reply, bool forGood)
    {
        await using var standIn = new SmtpStandIn();
        await using var smtp = To(standIn);
        standIn.Script[step] = reply;
        var handover = await Send(smtp, Mail("x"));
        if (forGood)
            Assert.Equal(reply, Assert.IsType<Handover.Refused>(handover).Detail);
        else
            Assert.Equal((reply, false), handover is Handover.TryLater later ? (later.Detail, later.Everyone) : default);
        Assert.Equal([step], standIn.Fired);
        Assert.IsType<Handover.Sent>(await Send(smtp, Mail("y")));
    }

    [Theory]
    [InlineData(SmtpStandIn.Close)]
    [InlineData(SmtpStandIn.Silence)]
    [InlineData("garbage")]
    public async Task After_the_final_dot_nobody_knows(string reply)
    {
        await using var standIn = new SmtpStandIn();
        var clock = new ManualClock();
        await using var smtp = To(standIn, clock: clock);
        standIn.Script["message"] = reply;
        Assert.IsType<Handover.Unknown>(await SendPatiently(smtp, standIn, clock, reply));
        Assert.Equal(["message"], standIn.Fired);
        Assert.Single(standIn.Taken);
    }

    [Fact]
    public async Task A_stranger_in_between_cannot_take_tls_away_or_show_another_certificate()
    {
        await using var bare = new SmtpStandIn { OffersTls = false };
        await using var strict = new Smtp(new("127.0.0.1", bare.Port, false, MayGoWithoutTls: false, null, null), s_sender, TimeProvider.System);
        Assert.Contains("STARTTLS", Assert.IsType<Handover.TryLater>(await Send(strict, Mail("x"))).Detail, StringComparison.Ordinal);

        await using var other = new SmtpStandIn();
        await using var careful = new Smtp(new("127.0.0.1", other.Port, false, false, null, null), s_sender, TimeProvider.System);
        Assert.Contains("certificate", Assert.IsType<Handover.TryLater>(await Send(careful, Mail("x"))).Detail, StringComparison.Ordinal);
        Assert.Empty(bare.Taken);
        Assert.Empty(other.Taken);
    }

    [Fact]
    public async Task Nobody_there_is_certainly_not_sent()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        await using var smtp = new Smtp(new("127.0.0.1", port, false, true, null, null), s_sender, TimeProvider.System);
        Assert.True(Assert.IsType<Handover.TryLater>(await Send(smtp, Mail("x"))).Everyone);
    }

    [Fact]
    public async Task Lines_that_begin_with_a_dot_arrive_as_they_were()
    {
        await using var standIn = new SmtpStandIn();
        await using var smtp = To(standIn);
        var mail = Mail("x") with { Text = ".\n..\n.hidden\nQUIT\n." };
        Assert.IsType<Handover.Sent>(await Send(smtp, mail));
        Assert.Equal(mail.Text, new ParsedMail(Assert.Single(standIn.Taken).Message).Parts[0].Text);
        Assert.Empty(standIn.Violations);
    }

    private static Smtp To(SmtpStandIn standIn, bool user = false, TimeProvider? clock = null) =>
        new(new("127.0.0.1", standIn.Port, standIn.TlsFromTheStart, false, user ? SmtpStandIn.User : null, user ? SmtpStandIn.Password : null), s_sender, clock ?? TimeProvider.System, [standIn.Certificate], s_minute);

    /// <summary>A server that says nothing is waited for until the clock says that it was long enough, and not a moment less.</summary>
    private static async Task<Handover> SendPatiently(Smtp smtp, SmtpStandIn standIn, ManualClock clock, string reply)
    {
        var sending = Send(smtp, Mail("x"));
        if (reply == SmtpStandIn.Silence)
        {
            await Backend.Eventually(() => Task.FromResult(!standIn.Fired.IsEmpty), "the server fell silent");
            clock.Advance(s_minute - TimeSpan.FromTicks(1));
            Assert.False(sending.IsCompleted);
            clock.Advance(TimeSpan.FromTicks(1));
        }

        return await sending;
    }

    private static async Task<Handover> Send(Smtp smtp, RenderedMail mail) => Assert.Single(await smtp.Send(mail.Id, [mail], default));

    private static RenderedMail Mail(string word) => EmailRenderer.Render(Guid.CreateVersion7(s_now), "test", new TestEmail(word).Compose(), EmailAddress.Parse("rivera@example.com"), s_sender);
}
