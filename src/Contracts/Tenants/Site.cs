namespace Backsoon.Tenants;

/// <summary>The addresses of this installation. Links are made from these, never from a request's Host.</summary>
/// <param name="Scheme"><c>https</c>, or <c>http</c> in Development.</param>
/// <param name="Domain">The bare domain, with the port when it is not the scheme's own: <c>example.com</c>, <c>localhost:8080</c>.</param>
public sealed record Site(string Scheme, string Domain)
{
    /// <summary>The domain without its port.</summary>
    public string Host => Domain.Split(':')[0];

    public string AppHost => $"app.{Host}";

    public string Home(string path = "/") => $"{Scheme}://{Domain}{path}";

    public string App(string path = "/") => $"{Scheme}://app.{Domain}{path}";

    public string Desk(Slug slug, string path = "/") => $"{Scheme}://{slug}.{Domain}{path}";
}
