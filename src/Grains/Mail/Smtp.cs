using System.Security.Cryptography.X509Certificates;

namespace Backsoon.Mail;

/// <summary>Hands mails to a mail server. It knows no key, so a mail whose acceptance was not heard is never sent again by itself.</summary>
public sealed class Smtp(SmtpServer server, Sender from, TimeProvider clock, X509Certificate2Collection? trusted = null, TimeSpan? patience = null) : MailTransport, IAsyncDisposable
{
    // A server closes connections that say nothing; asking for a new one costs less than finding that out.
    private static readonly TimeSpan s_restful = TimeSpan.FromSeconds(15);

    // Of everything before the end of the mail, and then of the answer to it.
    private readonly TimeSpan _patience = patience ?? TimeSpan.FromSeconds(60);

    private SmtpConnection? _open;
    private long _usedAt;

    public override string Name => "smtp";

    public override Sender From => from;

    public override int BatchSize => 1;

    public override TimeSpan Pace => TimeSpan.Zero;

    public override TimeSpan KeyLife => TimeSpan.Zero;

    public override TimeSpan Lease => TimeSpan.FromMinutes(3);

    public override async Task<IReadOnlyList<Handover>> Send(Guid batch, IReadOnlyList<RenderedMail> mails, CancellationToken cancellation)
    {
        var handovers = new List<Handover>(mails.Count);
        foreach (var mail in mails)
            handovers.Add(await Send(mail, cancellation));
        return handovers;
    }

    public async ValueTask DisposeAsync() => await HangUp();

    private async Task<Handover> Send(RenderedMail mail, CancellationToken cancellation)
    {
        using var time = new CancellationTokenSource(_patience, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellation);
        SmtpReply begun;
        try
        {
            begun = await Begin(limit.Token);
        }
        catch (IOException failure)
        {
            await HangUp();
            return new Handover.TryLater(failure.Message, null, Everyone: true);
        }

        var handover = begun.IsDone ? await Carry(_open!, mail, limit.Token, cancellation) : new Handover.TryLater(begun.ToString(), null, Everyone: true);
        if (handover is not Handover.Sent)
            await HangUp();
        _usedAt = clock.GetTimestamp();
        return handover;
    }

    /// <summary>Opens a transaction, on the connection of the last mail if it is still good.</summary>
    private async Task<SmtpReply> Begin(CancellationToken cancellation)
    {
        if (_open is not null && clock.GetElapsedTime(_usedAt) < s_restful)
        {
            try
            {
                var reply = await _open.Say(MailFrom, cancellation);
                if (reply.IsDone)
                    return reply;
            }
            catch (IOException) when (!cancellation.IsCancellationRequested)
            {
                // It went away while nothing was said; a new one tells more.
            }
        }

        await HangUp();
        _open = await SmtpConnection.Open(server, trusted, cancellation);
        return await _open.Say(MailFrom, cancellation);
    }

    private string MailFrom => $"MAIL FROM:<{from.Address}>";

    private async Task<Handover> Carry(SmtpConnection connection, RenderedMail mail, CancellationToken limit, CancellationToken cancellation)
    {
        try
        {
            var recipient = await connection.Say($"RCPT TO:<{mail.To}>", limit);
            if (!recipient.IsDone)
                return Failure(recipient);
            var data = await connection.Say("DATA", limit);
            if (data.Code != 354)
                return Failure(data);
            await connection.Write(Stuffed(MimeMessage.Of(mail, clock.GetUtcNow())), limit);
        }
        catch (IOException failure)
        {
            return new Handover.TryLater(failure.Message, null, Everyone: true);
        }

        // From here on the server may have it.
        try
        {
            using var time = new CancellationTokenSource(_patience, clock);
            using var last = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellation);
            await connection.Write(".\r\n"u8.ToArray(), last.Token);
            var taken = await connection.Reply(last.Token);
            return taken.IsDone ? new Handover.Sent(null) : Failure(taken);
        }
        catch (IOException failure)
        {
            return new Handover.Unknown(failure.Message);
        }
    }

    // 421 closes the connection, 530 and 535 want a sign-in: both are said to everyone.
    private static Handover Failure(SmtpReply reply) => reply.IsForGood && reply.Code is not (530 or 535)
        ? new Handover.Refused(reply.ToString(), reply.IsOfAddress)
        : new Handover.TryLater(reply.ToString(), null, Everyone: reply.Code is 421 or 530 or 535);

    /// <summary>Doubles the dot that begins a line: alone it would end the mail.</summary>
    private static byte[] Stuffed(byte[] message)
    {
        var stuffed = new List<byte>(message.Length + 16);
        for (var i = 0; i < message.Length; i++)
        {
            if (message[i] == '.' && (i == 0 || message[i - 1] == '\n'))
                stuffed.Add((byte)'.');
            stuffed.Add(message[i]);
        }

        return [.. stuffed];
    }

    private async Task HangUp()
    {
        if (_open is { } open)
        {
            _open = null;
            await open.DisposeAsync();
        }
    }
}
