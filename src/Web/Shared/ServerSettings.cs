using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Backsoon.Tenants;

namespace Backsoon.Shared;

/// <summary>What the operator sets, all by environment variable, read once.</summary>
/// <param name="Data">Folder for everything kept on disk.</param>
/// <param name="Database">Connection string; null for the private cluster in <paramref name="Data"/>.</param>
/// <param name="RootKey">The key itself; null for the one in <c>Data/root.key</c>.</param>
/// <param name="Problems">What has to be set before it can start, a sentence each.</param>
public sealed record ServerSettings(
    string Environment, Site Site, int Port, string Data, string? Database, string? RootKey, string? Certificate, string? CertificateKey, IPAddress? TrustedProxy, IReadOnlyList<string> Problems)
{
    public const int RefusedToStart = 78;

    /// <summary>What visits to the pages that sell are counted under; null for not at all.</summary>
    public string? AnalyticsId { get; init; }

    public bool IsProduction => Environment == "Production";

    /// <param name="backEndProblems">What the back end in this process misses in production.</param>
    public static ServerSettings Read(Func<string, string?> variable, Func<IEnumerable<string>> backEndProblems)
    {
        string? Get(string name) => variable(name) is { Length: > 0 } value ? value.Trim() : null;

        var problems = new List<string>();
        var environment = Get("ASPNETCORE_ENVIRONMENT") ?? "Development";
        var production = environment == "Production";
        var port = production ? 443 : 8080;
        if (Get("PORT") is { } portText && (!int.TryParse(portText, out port) || port is < 1 or > 65535))
            problems.Add($"PORT is {portText}; it has to be a number from 1 to 65535.");

        IPAddress? proxy = null;
        if (Get("TRUSTED_PROXY") is { } proxyText && !IPAddress.TryParse(proxyText, out proxy))
            problems.Add($"TRUSTED_PROXY is {proxyText}; it has to be the IP address of the proxy in front, e.g. 127.0.0.1.");

        var domain = Get("DOMAIN")?.TrimEnd('.').ToLowerInvariant();
        if (domain is not null && !IsDomain(domain))
            problems.Add($"DOMAIN is {domain}; it has to be the bare name, without https:// and without a path, e.g. DOMAIN=desks.example.com.");
        if (Get("ANALYTICS_ID") is { } analytics && !Analytics.IsId(analytics))
            problems.Add($"ANALYTICS_ID is {analytics}; it has to be the measurement id of a property of Google Analytics, e.g. ANALYTICS_ID=G-AB12CD34EF. Leave it out, and nothing is counted.");
        if (Get("PROXY_NAME") is { } front && (front.Length > 60 || front.Any(char.IsControl)))
            problems.Add("PROXY_NAME is too long, or not in one line; it is how the privacy page names whoever is in front of this server, e.g. PROXY_NAME=Cloudflare.");
        if (production)
        {
            if (domain is null)
                problems.Add("DOMAIN is not set. Set it to the bare domain whose subdomains are your desks, e.g. DOMAIN=desks.example.com (with a wildcard DNS record *.desks.example.com).");
            if (Get("BACKSOON_ROOT_KEY") is null)
                problems.Add("BACKSOON_ROOT_KEY is not set. Make one with `openssl rand -hex 32`, keep a copy apart from your backups, and set it: without it nothing encrypted can be read again.");
            if (Get("CERTIFICATE") is null && proxy is null)
                problems.Add("Neither CERTIFICATE nor TRUSTED_PROXY is set. Set CERTIFICATE (and CERTIFICATE_KEY) to the PEM files of a wildcard certificate to serve HTTPS, or TRUSTED_PROXY to the address of the proxy that does.");
            else if (Get("CERTIFICATE") is { } certificate && Unusable(certificate, Get("CERTIFICATE_KEY")) is { } why)
                problems.Add($"CERTIFICATE is {certificate}, and cannot be used: {why} Set CERTIFICATE to the PEM file with the certificate and its intermediates, and CERTIFICATE_KEY to the one with its key, both readable by {System.Environment.UserName}.");
            problems.AddRange(backEndProblems());
        }

        var site = production ? new Site("https", domain ?? "") : new Site("http", domain ?? $"localhost:{port}");
        return new ServerSettings(
            environment, site, port, Path.GetFullPath(Get("DATA") ?? "data"), Get("BACKSOON_DATABASE"), Get("BACKSOON_ROOT_KEY"), Get("CERTIFICATE"), Get("CERTIFICATE_KEY"), proxy, problems)
        { AnalyticsId = Get("ANALYTICS_ID") };
    }

    /// <summary>Why the port cannot be listened on, in a sentence; null when it can.</summary>
    public string? PortProblem()
    {
        try
        {
            using var probe = new TcpListener(IsProduction ? IPAddress.Any : IPAddress.Loopback, Port);
            probe.Start();
            return null;
        }
        catch (SocketException refused)
        {
            return refused.SocketErrorCode == SocketError.AccessDenied
                ? $"{System.Environment.UserName} may not open port {Port}: give the program the right (AmbientCapabilities=CAP_NET_BIND_SERVICE under systemd), or set PORT to one above 1023."
                : $"The port {Port} is taken: something answers there already. Stop it, or set PORT to another.";
        }
    }

    private static bool IsDomain(string text) =>
        text.Split(':') is [var host, .. { Length: <= 1 } port] && port.All(number => ushort.TryParse(number, out _)) && Uri.CheckHostName(host) == UriHostNameType.Dns;

    private static string? Unusable(string certificate, string? key)
    {
        try
        {
            var read = ServerCertificate.Read(certificate, key);
            return read.Leaf.HasPrivateKey ? null : "it has no key.";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            return failure.Message.TrimEnd('.') + ".";
        }
    }

    /// <summary>Prints what is missing; returns the exit code.</summary>
    public static int Explain(IReadOnlyList<string> problems)
    {
        Console.Error.WriteLine("Backsoon cannot start yet:");
        foreach (var problem in problems)
            Console.Error.WriteLine($"  - {problem}");
        return RefusedToStart;
    }
}
