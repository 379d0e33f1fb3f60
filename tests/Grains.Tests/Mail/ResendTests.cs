using System.Net;
using System.Net.Sockets;

namespace Backsoon.Mail;

public sealed class ResendTests : IAsyncLifetime
{
    private readonly ManualClock _clock = new();
    private ResendStandIn _standIn = null!;
    private Resend _resend = null!;

    public async Task InitializeAsync()
    {
        _standIn = await ResendStandIn.Start(_clock);
        _standIn.Faults.Clear();
        _resend = new Resend(_standIn.Account, new(HeaderText.From("Backsoon"), EmailAddress.Parse("desk@backsoon.example")), _clock);
    }

    public async Task DisposeAsync()
    {
        _resend.Dispose();
        await _standIn.DisposeAsync();
    }

    [Fact]
    public async Task A_batch_is_taken_and_each_mail_gets_its_id()
    {
        var mails = Mails(100);
        var handovers = await Send(Guid.CreateVersion7(_clock.GetUtcNow()), mails);
        Assert.Equal(mails.Select(mail => new Handover.Sent($"re-{mail.Id:n}")), handovers);
        Assert.Empty(_standIn.Violations);
    }

    [Fact]
    public async Task A_repeated_call_is_the_same_bytes_under_the_same_key_and_sends_nothing_twice()
    {
        var (batch, mails) = (Guid.CreateVersion7(_clock.GetUtcNow()), Mails(3));
        _standIn.Faults.Enqueue(ResendFault.ResetAfter);
        Assert.All(await Send(batch, mails), handover => Assert.IsType<Handover.Unknown>(handover));
        Assert.Equal([ResendFault.ResetAfter], _standIn.Fired);
        Assert.All(await Send(batch, mails), handover => Assert.IsType<Handover.Sent>(handover));
        Assert.Single(_standIn.Calls.Distinct());
        Assert.Equal(3, _standIn.Accepted.Count);
    }

    [Fact]
    public async Task A_mail_with_a_calendar_file_goes_by_itself_and_once()
    {
        var (batch, mails) = (Guid.CreateVersion7(_clock.GetUtcNow()), Mails(4));
        foreach (var i in new[] { 1, 3 })
            mails[i] = mails[i] with { Calendar = new CalendarPart("REQUEST", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n") };
        foreach (var fault in new[] { ResendFault.None, ResendFault.ResetAfter, ResendFault.None })
            _standIn.Faults.Enqueue(fault);
        Assert.Equal([typeof(Handover.Sent), typeof(Handover.Unknown), typeof(Handover.Sent), typeof(Handover.Sent)], (await SendPausing(batch, mails)).Select(handover => handover.GetType()));
        // What is not known is asked about again by itself.
        Assert.Equal(new Handover.Sent($"re-{mails[1].Id:n}"), Assert.Single(await Send(batch, [mails[1]])));
        Assert.Equal(mails.Select(mail => $"{mail.Id:n}").Order(), _standIn.Accepted.Order());
        Assert.Equal([$"{batch:n}", $"{batch:n}{mails[1].Id:n}", $"{batch:n}{mails[3].Id:n}"], _standIn.Calls.Select(call => call.Key).Distinct());
        Assert.Empty(_standIn.Violations);
        using var body = System.Text.Json.JsonDocument.Parse(_standIn.Calls.Last().Body);
        var file = body.RootElement.GetProperty("attachments")[0];
        Assert.Equal(("invite.ics", "text/calendar; charset=utf-8; method=REQUEST"), (file.GetProperty("filename").GetString(), file.GetProperty("content_type").GetString()));
        Assert.Equal("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", System.Text.Encoding.UTF8.GetString(file.GetProperty("content").GetBytesFromBase64()));
    }

    [Fact]
    public async Task Other_bytes_under_a_known_key_are_told_as_unknown_for_good()
    {
        var batch = Guid.CreateVersion7(_clock.GetUtcNow());
        await Send(batch, Mails(1));
        Assert.True(Assert.IsType<Handover.Unknown>(Assert.Single(await Send(batch, Mails(1)))).Final);
    }

    [Theory]
    [InlineData(ResendFault.ErrorBefore)]
    [InlineData(ResendFault.ErrorAfter)]
    [InlineData(ResendFault.GarbageAfter)]
    [InlineData(ResendFault.ResetBefore)]
    [InlineData(ResendFault.StillAtIt)]
    public async Task After_a_fault_the_mail_may_be_there(ResendFault fault)
    {
        _standIn.Faults.Enqueue(fault);
        Assert.False(Assert.IsType<Handover.Unknown>(Assert.Single(await Send(Guid.CreateVersion7(_clock.GetUtcNow()), Mails(1)))).Final);
        Assert.Equal([fault], _standIn.Fired);
    }

    [Fact]
    public async Task Silence_is_waited_for_so_long()
    {
        _standIn.Faults.Enqueue(ResendFault.SilenceAfter);
        var sending = Send(Guid.CreateVersion7(_clock.GetUtcNow()), Mails(1));
        await Backend.Eventually(() => Task.FromResult(!_standIn.Fired.IsEmpty), "the fault fired");
        _clock.Advance(TimeSpan.FromSeconds(29));
        Assert.False(sending.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.IsType<Handover.Unknown>(Assert.Single(await sending));
    }

    [Fact]
    public async Task Too_many_calls_are_made_up_for_by_waiting()
    {
        _standIn.Faults.Enqueue(ResendFault.TooManyRequests);
        Assert.Equal((TimeSpan.FromSeconds(7), true), Assert.Single(await Send(Guid.CreateVersion7(_clock.GetUtcNow()), Mails(1))) is Handover.TryLater later ? (later.After, later.Everyone) : default);
    }

    [Fact]
    public async Task One_bad_address_does_not_hold_up_the_rest()
    {
        var mails = Mails(5);
        _standIn.BadRecipients.Add(mails[2].To.Value);
        var handovers = await Send(Guid.CreateVersion7(_clock.GetUtcNow()), mails);
        Assert.Equal("Invalid `to` field", Assert.IsType<Handover.Refused>(handovers[2]).Detail);
        Assert.Equal(mails.Where(mail => mail != mails[2]).Select(mail => $"{mail.Id:n}"), _standIn.Accepted);
    }

    [Fact]
    public async Task A_batch_refused_as_a_whole_is_taken_apart_until_the_bad_mail_is_alone()
    {
        var mails = Mails(8);
        _standIn.IsStrict = true;
        _standIn.BadRecipients.Add(mails[5].To.Value);
        var handovers = await SendPausing(Guid.CreateVersion7(_clock.GetUtcNow()), mails);
        Assert.IsType<Handover.Refused>(handovers[5]);
        Assert.Equal(7, handovers.Count(handover => handover is Handover.Sent));
        Assert.Empty(_standIn.Violations);
    }

    [Fact]
    public async Task A_wrong_key_is_the_installations_fault_and_not_the_mails()
    {
        using var resend = new Resend(_standIn.Account with { ApiKey = "re_wrong" }, _resend.From, _clock);
        Assert.True(Assert.IsType<Handover.TryLater>(Assert.Single(await resend.Send(Guid.CreateVersion7(_clock.GetUtcNow()), Mails(1), default))).Everyone);
    }

    [Fact]
    public async Task Nobody_there_is_certainly_not_sent()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var url = new Uri($"http://{listener.LocalEndpoint}/");
        listener.Stop();
        using var resend = new Resend(new("re_1", url), _resend.From, _clock);
        Assert.True(Assert.IsType<Handover.TryLater>(Assert.Single(await resend.Send(Guid.CreateVersion7(_clock.GetUtcNow()), Mails(1), default))).Everyone);
    }

    [Fact]
    public void Whatever_was_typed_stays_in_its_field() => Hostile.Holds((name, subject, text) =>
    {
        _clock.Advance(TimeSpan.FromSeconds(1));
        var content = new EmailContent(HeaderText.From("About " + subject), name, text, text) { SenderName = HeaderText.From(name), Quote = text };
        var mail = EmailRenderer.Render(Guid.CreateVersion7(_clock.GetUtcNow()), "test", content, EmailAddress.Parse("rivera@example.com"), _resend.From);
        var handover = Assert.Single(_resend.Send(mail.Id, [mail], default).GetAwaiter().GetResult());
        Assert.True(handover is Handover.Sent, $"{handover} {string.Join(' ', _standIn.Violations)}");
    });

    private async Task<IReadOnlyList<Handover>> Send(Guid batch, IReadOnlyList<RenderedMail> mails)
    {
        _clock.Advance(TimeSpan.FromSeconds(1));
        return await _resend.Send(batch, mails, default);
    }

    private async Task<IReadOnlyList<Handover>> SendPausing(Guid batch, IReadOnlyList<RenderedMail> mails)
    {
        var sending = Send(batch, mails);
        while (!sending.IsCompleted)
        {
            // Only the pause between two calls is waited out: a call under way has all the time it needs.
            if (_clock.Next - _clock.GetUtcNow() <= _resend.Pace)
                _clock.Advance(_resend.Pace / 2);
            await Task.WhenAny(sending, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System));
        }

        return await sending;
    }

    private List<RenderedMail> Mails(int count) =>
        [.. Enumerable.Range(0, count).Select(i => EmailRenderer.Render(Guid.CreateVersion7(_clock.GetUtcNow()), "test", new TestEmail($"leak {i}").Compose(), EmailAddress.Parse($"vendor{i}@example.com"), _resend.From))];
}
