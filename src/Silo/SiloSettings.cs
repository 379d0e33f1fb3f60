using System.Net;
using System.Net.Sockets;
using Backsoon.Tenants;

namespace Backsoon;

/// <summary>What the operator sets for a node of a cluster, all by environment variable, read once.</summary>
/// <param name="Port">Where <c>/healthz</c> and <c>/readyz</c> are answered.</param>
/// <param name="Address">Under which other nodes reach this one.</param>
/// <param name="SiloPort">For other silos.</param>
/// <param name="GatewayPort">For web nodes.</param>
/// <param name="Cluster">Who finds whom: silos and web nodes of one name belong together.</param>
/// <param name="Problems">What has to be set before it can start, a sentence each.</param>
public sealed record SiloSettings(
    string Environment, Site Site, int Port, IPAddress Address, int SiloPort, int GatewayPort, string Cluster, string Database, string RootKey, string Data, IReadOnlyList<string> Problems)
{
    /// <summary>The name both hosts keep their rows under: never another, or everything would be gone.</summary>
    public const string Service = "backsoon";

    /// <param name="variable">The environment.</param>
    /// <param name="ownAddress">The address to go by when none is set.</param>
    /// <param name="backEndProblems">What a back end misses in production.</param>
    public static SiloSettings Read(Func<string, string?> variable, Func<IPAddress> ownAddress, Func<IEnumerable<string>> backEndProblems)
    {
        string? Get(string name) => variable(name) is { Length: > 0 } value ? value.Trim() : null;

        var problems = new List<string>();
        int Port(string name, int usual)
        {
            if (Get(name) is not { } text)
                return usual;
            if (int.TryParse(text, out var port) && port is > 0 and < 65536)
                return port;
            problems.Add($"{name} is {text}; it has to be a number from 1 to 65535.");
            return usual;
        }

        var environment = Get("ASPNETCORE_ENVIRONMENT") ?? "Production";
        var production = environment == "Production";
        var domain = Get("DOMAIN")?.TrimEnd('.').ToLowerInvariant();
        if (domain is null && production)
            problems.Add("DOMAIN is not set. Set it to what the web nodes have: the bare domain whose subdomains are your desks.");
        if (Get("BACKSOON_DATABASE") is null)
            problems.Add("BACKSOON_DATABASE is not set. Set it to the connection string of the PostgreSQL that all nodes share.");
        if (Get("BACKSOON_ROOT_KEY") is null && !production)
            problems.Add("BACKSOON_ROOT_KEY is not set. Every silo needs the same one: that of DATA/root.key if you come from one machine, else made with `openssl rand -hex 32`.");
        if (production && Get("BACKSOON_ERASED") is null)
            problems.Add("BACKSOON_ERASED is not set. Set it to a file in a folder that all silos see and that is backed up apart from the database: without it a restored backup brings back who was deleted.");
        IPAddress? address = null;
        if (Get("SILO_ADDRESS") is { } given && !IPAddress.TryParse(given, out address))
            problems.Add($"SILO_ADDRESS is {given}; it has to be the IP address under which the other nodes reach this one.");
        if (production)
            problems.AddRange(backEndProblems());
        var site = (production ? new Site("https", domain ?? "") : new Site("http", domain ?? "localhost:8080")).WithConsole(Get("CONSOLE_HOST"), problems);

        return new SiloSettings(
            environment, site, Port("PORT", 8081), address ?? ownAddress(), Port("SILO_PORT", 11111),
            Port("GATEWAY_PORT", 30000), Get("BACKSOON_CLUSTER") ?? Service, Get("BACKSOON_DATABASE") ?? "", Get("BACKSOON_ROOT_KEY") ?? "", Path.GetFullPath(Get("DATA") ?? "data"), problems);
    }

    /// <summary>The first address of this machine that others can reach; its own when it has none.</summary>
    public static IPAddress OwnAddress() =>
        Dns.GetHostAddresses(Dns.GetHostName(), AddressFamily.InterNetwork).FirstOrDefault(address => !IPAddress.IsLoopback(address)) ?? IPAddress.Loopback;
}
