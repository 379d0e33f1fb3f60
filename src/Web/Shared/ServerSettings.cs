using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Backsoon.Tenants;

namespace Backsoon.Shared;

/// <summary>What the operator sets, all by environment variable, read once.</summary>
/// <param name="Data">Folder for everything kept on disk.</param>
/// <param name="Database">Connection string; null for the private cluster in <paramref name="Data"/>.</param>
/// <param name="RootKey">The key itself; null for the one in <c>Data/root.key</c>. No web node of a cluster has it.</param>
/// <param name="TrustedProxies">Whose word about visitors is taken: the proxies in front, each an address or a network.</param>
/// <param name="Problems">What has to be set before it can start, a sentence each.</param>
public sealed record ServerSettings(
    string Environment, Site Site, int Port, string Data, string? Database, string? RootKey, string? Certificate, string? CertificateKey, IReadOnlyList<IPNetwork> TrustedProxies, IReadOnlyList<string> Problems)
{
    public const int RefusedToStart = 78;

    /// <summary>What visits to the pages that sell are counted under; null for not at all.</summary>
    public string? AnalyticsId { get; init; }

    /// <summary>Who reaches the console: those addresses and networks; everybody when there are none.</summary>
    public IReadOnlyList<IPNetwork> ConsoleNetworks { get; init; } = [];

    public bool IsProduction => Environment == "Production";

    /// <summary>Where plain HTTP is answered, with the way to HTTPS alone; null for nowhere.</summary>
    public int? RedirectPort { get; init; }

    /// <summary>The silos of this name are ours, in a cluster.</summary>
    public string Cluster { get; init; } = "backsoon";

    /// <summary>Whether only this machine reaches us: a proxy on it serves the world.</summary>
    public bool IsBehindLoopback => TrustedProxies is not [] && TrustedProxies.All(proxy => IPAddress.IsLoopback(proxy.BaseAddress));

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

        List<IPNetwork> Networks(string name, string whose)
        {
            var networks = new List<IPNetwork>();
            foreach (var text in Get(name)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [])
            {
                if (Network(text) is { } network)
                    networks.Add(network);
                else
                    problems.Add($"{name} names {text}; it has to be the IP address of {whose}; several are separated by a comma.");
            }

            return networks;
        }

        var proxies = Networks("TRUSTED_PROXY", "the proxy in front, e.g. 127.0.0.1, or the network it is in, e.g. 10.1.0.0/16");
        var consoleNetworks = Networks("CONSOLE_NETWORKS", "whoever may reach the console, e.g. 203.0.113.7, or the network they are in, e.g. 10.8.0.0/24");

        int? redirectPort = production && Get("CERTIFICATE") is not null && port == 443 ? 80 : null;
        if (Get("HTTP_PORT") is { } redirectText)
            redirectPort = redirectText == "off" ? null : int.TryParse(redirectText, out var number) && number is > 0 and < 65536 ? number : Misspelt(problems, redirectText);

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
            if (Get("CERTIFICATE") is null && proxies is [])
                problems.Add("Neither CERTIFICATE nor TRUSTED_PROXY is set. Set CERTIFICATE (and CERTIFICATE_KEY) to the PEM files of a wildcard certificate to serve HTTPS, or TRUSTED_PROXY to the address of the proxy that does.");
            else if (Get("CERTIFICATE") is { } certificate && Unusable(certificate, Get("CERTIFICATE_KEY")) is { } why)
                problems.Add($"CERTIFICATE is {certificate}, and cannot be used: {why} Set CERTIFICATE to the PEM file with the certificate and its intermediates, and CERTIFICATE_KEY to the one with its key, both readable by {System.Environment.UserName}.");
            problems.AddRange(backEndProblems());
        }

        var site = (production ? new Site("https", domain ?? "") : new Site("http", domain ?? $"localhost:{port}")).WithConsole(Get("CONSOLE_HOST"), problems);
        return new ServerSettings(
            environment, site, port, Path.GetFullPath(Get("DATA") ?? "data"), Get("BACKSOON_DATABASE"), Get("BACKSOON_ROOT_KEY"), Get("CERTIFICATE"), Get("CERTIFICATE_KEY"), proxies, problems)
        {
            AnalyticsId = Get("ANALYTICS_ID"),
            RedirectPort = redirectPort,
            ConsoleNetworks = consoleNetworks,
            Cluster = Get("BACKSOON_CLUSTER") ?? "backsoon",
        };
    }

    /// <summary>For a web node of a cluster, which has no root key and, of the database, only sees where the silos are.</summary>
    public static ServerSettings ReadForCluster(Func<string, string?> variable)
    {
        var settings = Read(variable, () => []);
        return settings.Database is not null
            ? settings
            : settings with { Problems = [.. settings.Problems, "BACKSOON_DATABASE is not set. Set it to the connection string of the silos' database, with a role that may read cluster_member, cluster_version and orleansquery and nothing else."] };
    }

    /// <summary>Why a port cannot be listened on, in a sentence; null when all can.</summary>
    public string? PortProblem() => PortProblem(Port, "PORT") ?? (RedirectPort is { } redirect ? PortProblem(redirect, "HTTP_PORT") : null);

    private string? PortProblem(int port, string setting)
    {
        try
        {
            using var probe = new TcpListener(IsProduction ? IPAddress.Any : IPAddress.Loopback, port);
            probe.Start();
            return null;
        }
        catch (SocketException refused)
        {
            return refused.SocketErrorCode == SocketError.AccessDenied
                ? $"{System.Environment.UserName} may not open port {port}: give the program the right (AmbientCapabilities=CAP_NET_BIND_SERVICE under systemd), or set {setting} to one above 1023."
                : $"The port {port} is taken: something answers there already. Stop it, or set {setting} to another.";
        }
    }

    private static int? Misspelt(List<string> problems, string port)
    {
        problems.Add($"HTTP_PORT is {port}; it has to be a number from 1 to 65535, or off.");
        return null;
    }

    private static IPNetwork? Network(string text) =>
        IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8) : IPNetwork.TryParse(text, out var network) ? network : null;

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
