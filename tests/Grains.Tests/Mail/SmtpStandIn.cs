using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;

namespace Backsoon.Mail;

/// <summary>A mail server on this machine that takes every word literally. It does what the script says when it comes to a step, and what RFC 5321 says otherwise.</summary>
public sealed partial class SmtpStandIn : IAsyncDisposable
{
    public const string Close = "(close)";
    public const string Silence = "(silence)";

    public const string User = "desk@example.com";
    public const string Password = "p:w/é ✓";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentBag<Task> _conversations = [];
    private readonly Task _listening;

    public SmtpStandIn()
    {
        _listener.Start();
        Certificate = SelfSigned();
        _listening = Listen();
    }

    public X509Certificate2 Certificate { get; }

    public bool TlsFromTheStart { get; init; }

    public bool OffersTls { get; init; } = true;

    /// <summary>How to sign in, as the reply to EHLO says it; null when nobody may.</summary>
    public string? Auth { get; init; }

    /// <summary>What is answered at a step instead: a reply, <see cref="Close"/> or <see cref="Silence"/>. Steps are verbs, "greeting" and "message". Each is used once.</summary>
    public ConcurrentDictionary<string, string> Script { get; } = new();

    public ConcurrentBag<string> Fired { get; } = [];

    public ConcurrentQueue<(string From, string To, byte[] Message, bool Encrypted, bool SignedIn)> Taken { get; } = new();

    public ConcurrentQueue<string> Violations { get; } = new();

    public int Connections { get; private set; }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _listening;
        await Task.WhenAll(_conversations);
        Certificate.Dispose();
        _stopping.Dispose();
    }

    private async Task Listen()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stopping.Token);
                Connections++;
                _conversations.Add(Serve(client));
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task Serve(TcpClient client)
    {
        using var socket = client;
        try
        {
            Stream stream = socket.GetStream();
            if (TlsFromTheStart)
                stream = await Encrypt(stream);
            await new Conversation(this, stream).Run();
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
        {
            // The client hung up, which it may at any time.
        }
    }

    private async Task<Stream> Encrypt(Stream stream)
    {
        var encrypted = new SslStream(stream);
        await encrypted.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = Certificate }, _stopping.Token);
        return encrypted;
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }

    private sealed class Conversation(SmtpStandIn standIn, Stream stream)
    {
        private readonly List<byte> _ahead = [];
        private Stream _stream = stream;
        private bool _greeted;
        private bool _signedIn;
        private string? _from;
        private string? _to;

        public async Task Run()
        {
            if (!await Answer("greeting", "220 stand-in ESMTP"))
                return;
            while (await Line() is { } line)
            {
                var verb = line.Split(' ', ':')[0];
                if (!await Obey(verb, line))
                    return;
            }
        }

        private bool IsEncrypted => _stream is SslStream;

        private Task<bool> Obey(string verb, string line) => verb switch
        {
            "EHLO" when Hello().IsMatch(line) => Greet(),
            "STARTTLS" when line == "STARTTLS" && _greeted && standIn.OffersTls && !IsEncrypted => StartTls(),
            "AUTH" when _greeted && standIn.Auth is not null && !_signedIn => SignIn(line),
            "MAIL" when _greeted && _from is null && MailFrom().Match(line) is { Success: true } match => Note(ref _from, match, "MAIL"),
            "RCPT" when _from is not null && _to is null && RcptTo().Match(line) is { Success: true } match => Note(ref _to, match, "RCPT"),
            "DATA" when line == "DATA" && _to is not null => Data(),
            "QUIT" when line == "QUIT" => Answer("QUIT", "221 bye"),
            _ => Object(line),
        };

        private Task<bool> Object(string line)
        {
            standIn.Violations.Enqueue(line);
            return Answer("violation", "503 not now, or not so");
        }

        private Task<bool> Greet()
        {
            _greeted = true;
            string[] offers = ["stand-in", .. standIn.OffersTls && !IsEncrypted ? ["STARTTLS"] : Array.Empty<string>(), .. standIn.Auth is { } auth ? [auth] : Array.Empty<string>(), "8BITMIME"];
            return Answer("EHLO", string.Join("\r\n", offers.Select((offer, i) => $"250{(i < offers.Length - 1 ? '-' : ' ')}{offer}")));
        }

        private async Task<bool> StartTls()
        {
            if (standIn.Script.ContainsKey("STARTTLS"))
                return await Answer("STARTTLS", "") && false;
            await Say("220 go ahead");
            _stream = await standIn.Encrypt(_stream);
            _greeted = false;
            return true;
        }

        private async Task<bool> SignIn(string line)
        {
            if (line == "AUTH LOGIN")
            {
                await Say("334 VXNlcm5hbWU6");
                var user = Decoded(await Line());
                await Say("334 UGFzc3dvcmQ6");
                _signedIn = user == User && Decoded(await Line()) == Password;
            }
            else
            {
                _signedIn = line.StartsWith("AUTH PLAIN ", StringComparison.Ordinal) && Decoded(line["AUTH PLAIN ".Length..]) == $"\0{User}\0{Password}";
            }

            return await Answer("AUTH", _signedIn ? "235 welcome" : "535 wrong");
        }

        private Task<bool> Note(ref string? where, Match match, string step)
        {
            where = match.Groups[1].Value;
            return Answer(step, "250 ok");
        }

        private async Task<bool> Data()
        {
            if (standIn.Script.ContainsKey("DATA"))
                return await Answer("DATA", "");
            await Say("354 go ahead");
            var message = new MemoryStream();
            while (true)
            {
                var line = await Line() ?? throw new IOException("cut off");
                if (line == ".")
                    break;
                message.Write(Encoding.Latin1.GetBytes((line.StartsWith('.') ? line[1..] : line) + "\r\n"));
            }

            standIn.Taken.Enqueue((_from!, _to!, message.ToArray(), IsEncrypted, _signedIn));
            (_from, _to) = (null, null);
            return await Answer("message", "250 2.0.0 queued");
        }

        private async Task<bool> Answer(string step, string usual)
        {
            if (!standIn.Script.TryRemove(step, out var scripted))
            {
                await Say(usual);
                return !usual.StartsWith("221", StringComparison.Ordinal);
            }

            standIn.Fired.Add(step);
            if (scripted == Silence)
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, standIn._stopping.Token);
            if (scripted == Close)
                return false;
            await Say(scripted);
            return true;
        }

        private async Task Say(string reply)
        {
            await _stream.WriteAsync(Encoding.Latin1.GetBytes(reply + "\r\n"), standIn._stopping.Token);
            await _stream.FlushAsync(standIn._stopping.Token);
        }

        private async Task<string?> Line()
        {
            var buffer = new byte[4096];
            while (true)
            {
                var end = _ahead.IndexOf((byte)'\n');
                if (end >= 0)
                {
                    var line = Encoding.Latin1.GetString([.. _ahead.Take(end)]);
                    _ahead.RemoveRange(0, end + 1);
                    if (!line.EndsWith('\r') || line.Count(c => c == '\r') > 1 || line.Length > 999 || line.Any(c => c > '~' || c < ' ' && c is not ('\r' or '\t')))
                        standIn.Violations.Enqueue($"the line {line}");
                    return line.TrimEnd('\r');
                }

                var read = await _stream.ReadAsync(buffer, standIn._stopping.Token);
                if (read == 0)
                    return null;
                _ahead.AddRange(buffer.Take(read));
            }
        }

        private static string Decoded(string? base64) => Encoding.UTF8.GetString(Convert.FromBase64String(base64 ?? ""));
    }

    [GeneratedRegex(@"^EHLO \[[0-9a-fA-FIPv:.]+\]$")]
    private static partial Regex Hello();

    [GeneratedRegex(@"^MAIL FROM:<([^<>\s]+@[^<>\s]+)>$")]
    private static partial Regex MailFrom();

    [GeneratedRegex(@"^RCPT TO:<([^<>\s]+@[^<>\s]+)>$")]
    private static partial Regex RcptTo();
}
