namespace Backsoon.Tenants;

/// <summary>The addresses of this installation. Links are made from these, never from a request's Host.</summary>
/// <param name="Scheme"><c>https</c>, or <c>http</c> in Development.</param>
/// <param name="Domain">The bare domain, with the port when it is not the scheme's own: <c>example.com</c>, <c>localhost:8080</c>.</param>
public sealed record Site(string Scheme, string Domain)
{
    /// <summary>The domain without its port.</summary>
    public string Host { get; } = HostOf(Domain);

    public string AppHost { get; } = $"app.{HostOf(Domain)}";

    /// <summary>Where whoever operates this signs in, without a port; null where there is no such console (decision 0039).</summary>
    public string? ConsoleHost { get; init; }

    /// <summary>Why the console cannot be under this name, in a sentence; null when it can. No business can ever have it, so nobody can be taken for it.</summary>
    public string? WhyNoConsole(string host) =>
        host.Contains(':') || Uri.CheckHostName(host) != UriHostNameType.Dns ? $"CONSOLE_HOST is {host}; it has to be a bare host name, without https://, port and path, e.g. CONSOLE_HOST=console.{Host}."
        : host == Host || host == AppHost ? $"CONSOLE_HOST is {host}, where there are other pages already. Give the console a name of its own, e.g. CONSOLE_HOST=console.{Host}."
        : host.EndsWith($".{Host}", StringComparison.Ordinal) && Slug.TryParse(host[..^(Host.Length + 1)], out _, out _) ? $"CONSOLE_HOST is {host}, which a business may have. Take a name that is kept from them, e.g. CONSOLE_HOST=console.{Host}."
        : null;

    /// <summary>With the console that <c>CONSOLE_HOST</c> names.</summary>
    /// <param name="problems">Gets a sentence when it cannot be there.</param>
    public Site WithConsole(string? name, ICollection<string> problems)
    {
        if (name?.TrimEnd('.').ToLowerInvariant() is not { } host)
            return this;
        if (WhyNoConsole(host) is { } problem)
            problems.Add(problem);
        return this with { ConsoleHost = host };
    }

    public bool IsConsole(string host) => host.Equals(ConsoleHost, StringComparison.OrdinalIgnoreCase);

    public string Console(string path = "/") => $"{Scheme}://{ConsoleHost ?? throw new InvalidOperationException("There is no console.")}{Domain[Host.Length..]}{path}";

    public string Home(string path = "/") => $"{Scheme}://{Domain}{path}";

    public string App(string path = "/") => $"{Scheme}://app.{Domain}{path}";

    public string Desk(Slug slug, string path = "/") => $"{Scheme}://{slug}.{Domain}{path}";

    private static string HostOf(string domain) => domain.Split(':')[0];
}
