using System.Text.Json;

namespace Backsoon.Mail;

public sealed class SendGridTests : IAsyncLifetime
{
    private readonly ManualClock _clock = new();
    private SendGridStandIn _standIn = null!;
    private SendGrid _sendGrid = null!;

    public async Task InitializeAsync()
    {
        _standIn = await SendGridStandIn.Start(_clock, misbehaves: false);
        _sendGrid = new SendGrid(_standIn.Account, new(HeaderText.From("Backsoon"), EmailAddress.Parse("desk@backsoon.example")), _clock);
    }

    public async Task DisposeAsync()
    {
        _sendGrid.Dispose();
        await _standIn.DisposeAsync();
    }

    [Fact]
    public async Task Each_mail_is_a_call_of_its_own_and_gets_its_id()
    {
        var mails = Enumerable.Range(0, 8).Select(_ => Mail()).ToArray();
        Assert.Equal(mails.Select(mail => new Handover.Sent($"sg-{mail.Id:n}")), await _sendGrid.Send(Guid.CreateVersion7(_clock.GetUtcNow()), mails, CancellationToken.None));
        Assert.Equal(mails.Select(mail => $"{mail.Id:n}").Order(), _standIn.Accepted.Order());
        Assert.Empty(_standIn.Violations);
    }

    [Fact]
    public async Task Nothing_is_tracked_and_replies_go_where_the_mail_says()
    {
        await Send(Mail() with { ReplyTo = EmailAddress.Parse("ana@harbour.example") });
        using var body = JsonDocument.Parse(Assert.Single(_standIn.Bodies));
        Assert.Equal("""{"click_tracking":{"enable":false,"enable_text":false},"open_tracking":{"enable":false},"subscription_tracking":{"enable":false},"ganalytics":{"enable":false}}""", body.RootElement.GetProperty("tracking_settings").GetRawText());
        Assert.Equal("ana@harbour.example", body.RootElement.GetProperty("reply_to").GetProperty("email").GetString());
        Assert.Equal("All", body.RootElement.GetProperty("headers").GetProperty("X-Auto-Response-Suppress").GetString());
    }

    [Fact]
    public async Task A_calendar_file_is_attached()
    {
        Assert.IsType<Handover.Sent>(await Send(Mail() with { Calendar = new CalendarPart("CANCEL", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n") }));
        Assert.Empty(_standIn.Violations);
        using var body = JsonDocument.Parse(Assert.Single(_standIn.Bodies));
        Assert.Equal("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", System.Text.Encoding.UTF8.GetString(body.RootElement.GetProperty("attachments")[0].GetProperty("content").GetBytesFromBase64()));
    }

    [Theory]
    [InlineData(SendGridFault.ErrorBefore)]
    [InlineData(SendGridFault.ErrorAfter)]
    [InlineData(SendGridFault.ResetBefore)]
    [InlineData(SendGridFault.ResetAfter)]
    public async Task After_a_fault_nobody_knows(SendGridFault fault)
    {
        _standIn.Faults.Enqueue(fault);
        Assert.IsType<Handover.Unknown>(await Send(Mail()));
        Assert.Equal([fault], _standIn.Fired);
    }

    [Fact]
    public async Task Silence_is_waited_for_so_long()
    {
        _standIn.Faults.Enqueue(SendGridFault.SilenceAfter);
        var sending = Send(Mail());
        await Backend.Eventually(() => Task.FromResult(!_standIn.Fired.IsEmpty), "the fault fired");
        _clock.Advance(TimeSpan.FromSeconds(29));
        Assert.False(sending.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.IsType<Handover.Unknown>(await sending);
    }

    [Theory]
    [InlineData(SendGridFault.TooManyRequests, 7)]
    [InlineData(SendGridFault.Unavailable, null)]
    [InlineData(SendGridFault.Forbidden, null)]
    public async Task What_it_says_it_has_not_taken_is_tried_again(SendGridFault fault, int? seconds)
    {
        _standIn.Faults.Enqueue(fault);
        var later = Assert.IsType<Handover.TryLater>(await Send(Mail()));
        Assert.Equal((true, seconds is { } wait ? TimeSpan.FromSeconds(wait) : (TimeSpan?)null), (later.Everyone, later.After));
        Assert.Empty(_standIn.Accepted);
    }

    [Fact]
    public async Task A_bad_address_is_refused_and_the_others_go()
    {
        _standIn.BadRecipients.Add("bad@vendor.example");
        var (good, bad) = (Mail(), Mail() with { To = EmailAddress.Parse("bad@vendor.example") });
        var handovers = await _sendGrid.Send(Guid.CreateVersion7(_clock.GetUtcNow()), [good, bad], CancellationToken.None);
        Assert.IsType<Handover.Sent>(handovers[0]);
        Assert.Contains("Does not contain a valid address", Assert.IsType<Handover.Refused>(handovers[1]).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_key_is_everybody_s_trouble_and_stands_in_no_answer()
    {
        using var wrong = new SendGrid(_standIn.Account with { ApiKey = "SG.secret" }, _sendGrid.From, _clock);
        var later = Assert.IsType<Handover.TryLater>(Assert.Single(await wrong.Send(Guid.CreateVersion7(_clock.GetUtcNow()), [Mail()], CancellationToken.None)));
        Assert.True(later.Everyone);
        Assert.DoesNotContain("SG.secret", later.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nobody_listens_nothing_was_sent()
    {
        using var deaf = new SendGrid(new("SG.key", new("http://127.0.0.1:9/")), _sendGrid.From, _clock);
        Assert.True(Assert.IsType<Handover.TryLater>(Assert.Single(await deaf.Send(Guid.CreateVersion7(_clock.GetUtcNow()), [Mail()], CancellationToken.None))).Everyone);
    }

    [Fact]
    public void What_strangers_type_stays_in_its_field() => Hostile.Holds((business, subject, text) =>
    {
        var content = new EmailContent(HeaderText.From(subject.Length == 0 ? "x" : $"x{subject}"), business, text, "why") { SenderName = HeaderText.From($"x{business}") };
        var mail = EmailRenderer.Render(Guid.CreateVersion7(_clock.GetUtcNow()), "test", content, EmailAddress.Parse("tom@vendor.example"), _sendGrid.From);
        Assert.IsType<Handover.Sent>(Send(mail).GetAwaiter().GetResult());
        Assert.Empty(_standIn.Violations);
    });

    private async Task<Handover> Send(RenderedMail mail) => Assert.Single(await _sendGrid.Send(Guid.CreateVersion7(_clock.GetUtcNow()), [mail], CancellationToken.None));

    private RenderedMail Mail() => EmailRenderer.Render(Guid.CreateVersion7(_clock.GetUtcNow()), "test", new TestEmail("leak").Compose(), EmailAddress.Parse("tom@vendor.example"), _sendGrid.From);
}
