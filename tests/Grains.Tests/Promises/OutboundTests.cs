using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Backsoon.Promises;

/// <summary>Nothing leaves for anybody who is not named.</summary>
public sealed partial class OutboundTests
{
    private static readonly ThirdParty s_party = new("known", "Known", "sometimes", "little", ["127.0.0.1", "mail.example"]);

    [Fact, Promise("R29", "R27", "C13", "P6")]
    public async Task A_call_to_an_address_that_is_not_named_throws_before_anything_is_sent()
    {
        using var client = Outbound.Client(s_party, new("http://127.0.0.1:9/"));
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => client.GetAsync("http://evil.example/"));
        Assert.Contains("evil.example is none of the addresses of Known", refused.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => client.Send(new(HttpMethod.Get, "http://127.0.0.1.evil.example/")));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Outbound.Connect(s_party, "evil.example", 25, default));
        // One that is named is tried, and nobody is there.
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync("/"));
        await Assert.ThrowsAnyAsync<SocketException>(() => Outbound.Connect(s_party, "127.0.0.1", 9, default));
    }

    [Fact, Promise("R29")]
    public async Task An_answer_that_points_elsewhere_is_not_followed()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = Outbound.Client(s_party, new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/"));
        var asked = client.GetAsync("/");
        using (var peer = await listener.AcceptTcpClientAsync())
        {
            var heard = new byte[4096];
            Assert.True(await peer.GetStream().ReadAsync(heard) > 0);
            await peer.GetStream().WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 302 Found\r\nLocation: http://evil.example/\r\nContent-Length: 0\r\n\r\n"));
            using var answer = await asked;
            Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
            Assert.Equal("evil.example", answer.Headers.Location!.Host);
        }
    }

    [Theory, Promise("R29")]
    [InlineData("RESEND_API_KEY", "re_1", "Resend", "api.resend.com")]
    [InlineData("SENDGRID_API_KEY", "SG.1", "SendGrid", "api.sendgrid.com")]
    [InlineData("SMTP_URL", "smtps://mail.example.org:465", "The mail server mail.example.org", "mail.example.org")]
    [InlineData("GOOGLE_CLIENT_ID", "id", "Google", "oauth2.googleapis.com")]
    public void Whoever_is_configured_is_named_with_what_they_see(string setting, string value, string name, string host)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new(setting, value), new("MAIL_FROM", "desk@example.com"), new("GOOGLE_CLIENT_SECRET", setting.StartsWith("GOOGLE", StringComparison.Ordinal) ? "s" : null)]).Build();
        using var services = new ServiceCollection().AddBackEnd().BuildServiceProvider();
        var party = Assert.Single(services.GetServices<ThirdPartySource>().Select(source => source.Read(configuration)).OfType<ThirdParty>());
        Assert.Equal(name, party.Name);
        Assert.True(party.Has(host));
        Assert.NotEmpty(party.Sees);
    }

    [Fact]
    public void Where_nothing_is_configured_nobody_is_involved()
    {
        var configuration = new ConfigurationBuilder().Build();
        using var services = new ServiceCollection().AddBackEnd().BuildServiceProvider();
        Assert.Empty(services.GetServices<ThirdPartySource>().Select(source => source.Read(configuration)).OfType<ThirdParty>());
    }

    [Fact, Promise("R29")]
    public void No_connection_is_made_but_through_the_one_way_out()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Routing.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not run from inside the project.");
        var sources = Directory.EnumerateFiles(Path.Combine(folder.FullName, "src"), "*.cs", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Path.Combine(folder.FullName, "src"), "*.razor", SearchOption.AllDirectories))
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));
        Assert.Equal(["Outbound.cs"], sources.Where(file => Connecting().IsMatch(File.ReadAllText(file))).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("private readonly HttpClient _http = new(handler);")]
    [InlineData("var client = new HttpClient();")]
    [InlineData("HttpMessageHandler Make() => new SocketsHttpHandler { };")]
    [InlineData("using var socket = new TcpClient(host, 25);")]
    [InlineData("var socket = new System.Net.Sockets.Socket(SocketType.Stream, ProtocolType.Tcp);")]
    [InlineData("services.AddHttpClient<Thing>();")]
    public void Every_way_to_spell_one_is_seen(string source) => Assert.Matches(Connecting(), source);

    private const string Types = "(HttpClient|HttpClientHandler|SocketsHttpHandler|WinHttpHandler|TcpClient|UdpClient|Socket|SmtpClient|WebClient|ClientWebSocket|QuicConnection)";

    [GeneratedRegex($@"\bnew\s+([\w.]+\.)?{Types}\s*[({{]|\b{Types}\??\s+\w+\s*(=|=>)\s*new\s*\(|\bAddHttpClient\b|\bWebRequest\.Create|\bQuicConnection\.Connect")]
    private static partial Regex Connecting();
}
