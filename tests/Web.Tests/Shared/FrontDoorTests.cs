using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Backsoon.Embedded;
using Backsoon.Faults;
using Microsoft.AspNetCore.Builder;

namespace Backsoon.Shared;

/// <summary>The door itself, before any page: whom it listens to, what it shows of itself, and whom it believes.</summary>
public sealed class FrontDoorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("front-door").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Whoever_trusts_the_root_trusts_the_certificate_because_its_intermediate_comes_along()
    {
        var now = TimeProvider.System.GetUtcNow();
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var root = Authority("CN=Root", rootKey).CreateSelfSigned(now.AddDays(-2), now.AddDays(2));
        using var middleKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var middle = Authority("CN=Intermediate", middleKey).Create(root, now.AddDays(-1), now.AddDays(1), [1]).CopyWithPrivateKey(middleKey);
        using var leafKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var leaf = new CertificateRequest("CN=desks.example", leafKey, HashAlgorithmName.SHA256).Create(middle, now.AddHours(-1), now.AddHours(1), [2]);
        var (certificate, key) = (Path.Combine(_folder, "certificate.pem"), Path.Combine(_folder, "key.pem"));
        await File.WriteAllTextAsync(certificate, $"{leaf.ExportCertificatePem()}\n{middle.ExportCertificatePem()}\n");
        await File.WriteAllTextAsync(key, leafKey.ExportPkcs8PrivateKeyPem());
        var port = FrontDesk.FreePort();
        await using var app = await Open(Settings(port, certificate, key, null));

        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, port);
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        trust.CustomTrustStore.Add(root);
        await using var secure = new SslStream(socket.GetStream());
        await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "desks.example", CertificateChainPolicy = trust, RemoteCertificateValidationCallback = (_, _, _, errors) => (errors & SslPolicyErrors.RemoteCertificateChainErrors) == 0 });
        Assert.True(secure.IsAuthenticated);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("127.0.0.0/8")]
    public async Task A_proxy_on_this_machine_reaches_it_by_either_loopback_address_and_nobody_else_does(string proxy)
    {
        var port = FrontDesk.FreePort();
        await using var app = await Open(Settings(port, null, null, proxy));
        var reached = new List<IPAddress>();
        foreach (var address in new[] { IPAddress.Loopback, IPAddress.IPv6Loopback })
        {
            using var socket = new TcpClient(address.AddressFamily);
            if (await Connects(socket, address, port))
                reached.Add(address);
        }

        Assert.Contains(reached, address => address.ToString() == proxy.Replace("0.0.0/8", "0.0.1", StringComparison.Ordinal));
        // A machine may have no other; whoever listens on all of them answers at the second of its own, too.
        foreach (var address in (await Dns.GetHostAddressesAsync(Dns.GetHostName())).Where(address => !IPAddress.IsLoopback(address)).Append(IPAddress.Parse("127.0.0.2")))
            Assert.False(await Connects(new TcpClient(address.AddressFamily), address, port), $"It is reached at {address}.");
    }

    [Fact, Trait("Abuse", "12"), Trait("Abuse", "35")]
    public async Task What_a_stranger_says_about_where_they_come_from_is_not_believed()
    {
        await using var postgres = await PrivatePostgres.StartThrowaway();
        await using var product = new ProductProcess(await postgres.CreateDatabase("door"), new Dictionary<string, string> { ["BACKSOON_LIMITS"] = "1" });
        await product.Start();
        using var client = product.Client();
        HttpStatusCode last = 0;
        var asked = 0;
        for (; asked <= Limits.NamePerIp.Allowed && last != HttpStatusCode.TooManyRequests; asked++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://app.localhost:{product.Port}/sign-up/address?slug=ab"));
            request.Headers.Add("X-Forwarded-For", $"198.51.100.{asked % 250}");
            request.Headers.Add("X-Real-IP", $"198.51.100.{asked % 250}");
            request.Headers.Add("Forwarded", $"for=198.51.100.{asked % 250}");
            using var answer = await client.SendAsync(request);
            last = answer.StatusCode;
        }

        Assert.Equal((HttpStatusCode.TooManyRequests, Limits.NamePerIp.Allowed + 1), (last, asked));
    }

    private static CertificateRequest Authority(string name, ECDsa key)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        return request;
    }

    private ServerSettings Settings(int port, string? certificate, string? key, string? proxy) =>
        ServerSettings.Read(
            name => name switch
            {
                "ASPNETCORE_ENVIRONMENT" => "Production",
                "DOMAIN" => $"desks.example:{port}",
                "PORT" => $"{port}",
                "DATA" => _folder,
                "CERTIFICATE" => certificate,
                "CERTIFICATE_KEY" => key,
                "TRUSTED_PROXY" => proxy,
                _ => null,
            },
            () => []);

    private static async Task<WebApplication> Open(ServerSettings settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, EnvironmentName = settings.Environment });
        builder.Configure(settings);
        var app = builder.Build();
        await app.StartAsync();
        return app;
    }

    private static async Task<bool> Connects(TcpClient socket, IPAddress address, int port)
    {
        try
        {
            using (socket)
                await socket.ConnectAsync(address, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

[Collection(Desks.Name)]
public sealed class TrustedProxyTests(FrontDesk desk)
{
    [Fact, Trait("Abuse", "12"), Trait("Abuse", "35")]
    public async Task Of_what_the_trusted_proxy_says_the_last_hop_alone_counts()
    {
        const string visitor = "198.51.100.200";
        for (var asked = 0; asked < Limits.NamePerIp.Allowed; asked++)
        {
            using var rotating = new Browser(desk, $"192.0.2.{asked % 250}, {visitor}");
            Assert.Equal(HttpStatusCode.OK, (await rotating.Get("/sign-up/address?slug=ab")).Status);
        }

        using var again = new Browser(desk, $"192.0.2.251, {visitor}");
        Assert.Equal(HttpStatusCode.TooManyRequests, (await again.Get("/sign-up/address?slug=ab")).Status);
        using var other = new Browser(desk, $"{visitor}, 198.51.100.201");
        Assert.Equal(HttpStatusCode.OK, (await other.Get("/sign-up/address?slug=ab")).Status);
    }
}

/// <summary>Whoever comes without HTTPS is shown the way, in production.</summary>
public sealed class HttpsTests(SecureFrontDesk desk) : IClassFixture<SecureFrontDesk>
{
    [Theory, Promise("R45"), Promise("P18")]
    [InlineData("GET", "/", "")]
    [InlineData("GET", "/sign-up?name=a%20b", "app.")]
    [InlineData("POST", "/requests", "harbour.")]
    public async Task Plain_http_answers_with_the_way_to_https_alone(string method, string path, string host)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri($"http://127.0.0.1:{desk.PlainPort}{path}")) { Headers = { Host = $"{host}{desk.Site.Host}" } };
        using var answer = await client.SendAsync(request);
        Assert.Equal((HttpStatusCode.PermanentRedirect, $"https://{host}{desk.Site.Domain}{path}"), (answer.StatusCode, answer.Headers.Location!.OriginalString));
        Assert.Contains("max-age=31536000", answer.Headers.GetValues("Strict-Transport-Security").Single(), StringComparison.Ordinal);
    }

    [Fact, Trait("Abuse", "12")]
    public async Task A_name_that_is_not_ours_is_sent_nowhere()
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://127.0.0.1:{desk.PlainPort}/")) { Headers = { Host = "elsewhere.example" } };
        using var answer = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, answer.StatusCode);
        Assert.Equal("ok", await client.GetStringAsync(new Uri($"http://127.0.0.1:{desk.PlainPort}/healthz")));
    }

    [Fact]
    public async Task What_a_trusted_proxy_was_asked_without_https_is_sent_there()
    {
        using var client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject == FrontDesk.Certificate },
        });
        foreach (var (scheme, expected) in new[] { ("http", HttpStatusCode.PermanentRedirect), ("https", HttpStatusCode.OK) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"https://127.0.0.1:{desk.Port}/")) { Headers = { Host = desk.Site.Domain } };
            request.Headers.Add("X-Forwarded-Proto", scheme);
            request.Headers.Add("X-Forwarded-For", "198.51.100.7");
            using var answer = await client.SendAsync(request);
            Assert.Equal(expected, answer.StatusCode);
        }
    }
}
