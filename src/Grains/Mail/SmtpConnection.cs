using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Backsoon.Promises;

namespace Backsoon.Mail;

/// <summary>One conversation with a mail server (RFC 5321), up to the point where it takes mails. Everything that goes wrong is an <see cref="IOException"/>.</summary>
public sealed class SmtpConnection : IAsyncDisposable
{
    private const int LongestLine = 2048;
    private const int MostLines = 100;

    private TcpClient? _socket;
    private readonly byte[] _buffer = new byte[LongestLine];
    private int _start;
    private int _end;
    private Stream _stream = Stream.Null;

    private SmtpConnection()
    {
    }

    /// <param name="trusted">Whose certificates are believed; null for the machine's own list.</param>
    public static async Task<SmtpConnection> Open(SmtpServer server, X509Certificate2Collection? trusted, CancellationToken cancellation)
    {
        var connection = new SmtpConnection();
        try
        {
            await connection.Greet(server, trusted, cancellation);
            return connection;
        }
        catch (Exception failure)
        {
            await connection.DisposeAsync();
            throw failure is IOException ? failure : AsIO(failure);
        }
    }

    public async Task<SmtpReply> Say(string command, CancellationToken cancellation)
    {
        // The last wall: whatever came here, it stays one command.
        if (command.Any(c => c is < ' ' or > '~'))
            throw new ArgumentException("An SMTP command is one line of ASCII.", nameof(command));
        await Write(Encoding.ASCII.GetBytes(command + "\r\n"), cancellation);
        return await Reply(cancellation);
    }

    public async Task Write(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        try
        {
            await _stream.WriteAsync(bytes, cancellation);
            await _stream.FlushAsync(cancellation);
        }
        catch (Exception failure) when (failure is not IOException)
        {
            throw AsIO(failure);
        }
    }

    public async Task<SmtpReply> Reply(CancellationToken cancellation)
    {
        try
        {
            var text = new StringBuilder();
            for (var lines = 0; lines < MostLines; lines++)
            {
                var line = await ReadLine(cancellation);
                if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code) || code is < 200 or > 599 || line.Length > 3 && line[3] is not (' ' or '-'))
                    throw new IOException("The mail server does not speak SMTP.");
                text.Append(text.Length > 0 ? "\n" : "").Append(line.AsSpan(Math.Min(4, line.Length)));
                if (line.Length == 3 || line[3] == ' ')
                    return new(code, text.ToString());
            }

            throw new IOException("The mail server's reply does not end.");
        }
        catch (Exception failure) when (failure is not IOException)
        {
            throw AsIO(failure);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _socket?.Dispose();
    }

    private async Task Greet(SmtpServer server, X509Certificate2Collection? trusted, CancellationToken cancellation)
    {
        _socket = await Outbound.Connect(ThirdParties.MailServer(server.Host), server.Host, server.Port, cancellation);
        _stream = _socket.GetStream();
        if (server.TlsFromTheStart)
            await Encrypt(server.Host, trusted, cancellation);
        Expect(220, await Reply(cancellation));
        var offers = await Hello(cancellation);
        if (!server.TlsFromTheStart && offers.Contains("STARTTLS"))
        {
            Expect(220, await Say("STARTTLS", cancellation));
            // Words that came with the reply were said by whoever sits in between.
            if (_start < _end)
                throw new IOException("The mail server said more than it may before TLS.");
            await Encrypt(server.Host, trusted, cancellation);
            offers = await Hello(cancellation);
        }
        else if (!server.TlsFromTheStart && !server.MayGoWithoutTls)
        {
            throw new IOException("The mail server offers no STARTTLS, and mail is not sent there in the clear. Use smtps://, or ?starttls=optional if you must.");
        }

        if (server.User is { } user)
            await SignIn(user, server.Password ?? "", offers, mayBeOverheard: server.Host is "localhost" || System.Net.IPAddress.TryParse(server.Host, out var address) && System.Net.IPAddress.IsLoopback(address), cancellation);
    }

    private async Task<HashSet<string>> Hello(CancellationToken cancellation)
    {
        var own = ((System.Net.IPEndPoint)_socket!.Client.LocalEndPoint!).Address;
        var reply = await Say(own.AddressFamily == AddressFamily.InterNetworkV6 && !own.IsIPv4MappedToIPv6 ? $"EHLO [IPv6:{own}]" : $"EHLO [{own.MapToIPv4()}]", cancellation);
        Expect(250, reply);
        // "AUTH PLAIN LOGIN" is kept as AUTH, AUTH PLAIN and AUTH LOGIN.
        return [.. reply.Text.ToUpperInvariant().Split('\n').Skip(1).Select(line => line.Split([' ', '='], StringSplitOptions.RemoveEmptyEntries)).Where(words => words.Length > 0)
            .SelectMany(words => words.Skip(1).Select(word => $"{words[0]} {word}").Prepend(words[0]))];
    }

    private async Task SignIn(string user, string password, HashSet<string> offers, bool mayBeOverheard, CancellationToken cancellation)
    {
        if (_stream is not SslStream && !mayBeOverheard)
            throw new IOException("The mail server offers no TLS, and a password is not sent in the clear.");
        if (offers.Contains("AUTH PLAIN"))
        {
            Expect(235, await Say($"AUTH PLAIN {Base64($"\0{user}\0{password}")}", cancellation));
        }
        else if (offers.Contains("AUTH LOGIN"))
        {
            Expect(334, await Say("AUTH LOGIN", cancellation));
            Expect(334, await Say(Base64(user), cancellation));
            Expect(235, await Say(Base64(password), cancellation));
        }
        else
        {
            throw new IOException("The mail server takes neither AUTH PLAIN nor AUTH LOGIN.");
        }
    }

    private async Task Encrypt(string host, X509Certificate2Collection? trusted, CancellationToken cancellation)
    {
        var options = new SslClientAuthenticationOptions { TargetHost = host };
        if (trusted is not null)
        {
            options.CertificateChainPolicy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(trusted);
        }

        var encrypted = new SslStream(_stream);
        _stream = encrypted;
        await encrypted.AuthenticateAsClientAsync(options, cancellation);
    }

    private async Task<string> ReadLine(CancellationToken cancellation)
    {
        while (true)
        {
            var end = Array.IndexOf(_buffer, (byte)'\n', _start, _end - _start);
            if (end >= 0)
            {
                var line = Encoding.Latin1.GetString(_buffer, _start, end - _start).TrimEnd('\r');
                _start = end + 1;
                return line;
            }

            Buffer.BlockCopy(_buffer, _start, _buffer, 0, _end - _start);
            (_start, _end) = (0, _end - _start);
            if (_end == _buffer.Length)
                throw new IOException("The mail server's reply has a line without end.");
            var read = await _stream.ReadAsync(_buffer.AsMemory(_end), cancellation);
            if (read == 0)
                throw new IOException("The mail server closed the connection.");
            _end += read;
        }
    }

    private static void Expect(int code, SmtpReply reply)
    {
        if (reply.Code != code)
            throw new IOException($"The mail server answered {reply}");
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static IOException AsIO(Exception failure) => failure switch
    {
        OperationCanceledException => new("The mail server did not answer in time.", failure),
        AuthenticationException => new($"The mail server's certificate was not accepted: {failure.Message}", failure),
        _ => new(failure.Message, failure),
    };
}

public readonly record struct SmtpReply(int Code, string Text)
{
    private const int Shown = 300;

    public bool IsDone => Code is >= 200 and < 300;

    public bool IsForGood => Code >= 500;

    /// <summary>Whether it says that there is no such mailbox, in the codes of RFC 3463. Without them a refusal may be about the mail or about us.</summary>
    public bool IsOfAddress => IsForGood && Text.Split(' ', 2)[0] is "5.1.1" or "5.1.2" or "5.1.3" or "5.1.6" or "5.1.10" or "5.2.1";

    public override string ToString() => HeaderText.From($"{Code} {Text}"[..Math.Min(Text.Length + 4, Shown)]).Value;
}
