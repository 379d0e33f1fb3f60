using System.Security.Cryptography;
using System.Text;

namespace Backsoon.Shared;

/// <summary>The style sheets. The dashboard links its own by a name that changes with its content; a caller's page carries its own inside, so it is one document.</summary>
public static class Styles
{
    public static readonly string App = Address("app.css");

    public static readonly string Icon = Address("favicon.svg");

    /// <summary>The desk's style sheet, for a <c>style</c> element; the policy allows it by hash.</summary>
    public static readonly string Desk = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "wwwroot", "desk.css"));

    public static readonly string InlineHashes = $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Desk)))}'";

    /// <summary>The address of a file under wwwroot, with its hash, so that it may be cached for ever.</summary>
    public static string Address(string file) =>
        $"/{file}?v={Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "wwwroot", file))))[..12]}";
}
