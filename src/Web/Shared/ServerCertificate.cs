using System.Security.Cryptography.X509Certificates;

namespace Backsoon.Shared;

/// <summary>What HTTPS is served with: the certificate, and the intermediates that came in the same file, without which many clients trust none of it.</summary>
public sealed record ServerCertificate(X509Certificate2 Leaf, X509Certificate2Collection Chain)
{
    /// <param name="keyFile">Null when the key is in the certificate's file.</param>
    public static ServerCertificate Read(string file, string? keyFile)
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(file);
        return new(X509Certificate2.CreateFromPemFile(file, keyFile ?? file), chain);
    }
}
