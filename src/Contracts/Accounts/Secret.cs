using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Backsoon.Accounts;

/// <summary>Random secrets and what is stored of them (R46): 256 bits out, SHA-256 in.</summary>
public static class Secret
{
    /// <summary>256 random bits, base64url, 43 characters.</summary>
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>What is kept of a secret, and what grain keys are made of: the SHA-256 of its text, 64 hexadecimal digits.</summary>
    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>The session token that one click on one rendering of a magic link's page leads to, however often the click is sent.</summary>
    /// <remarks>Both inputs are 256 random bits: one was mailed, the other is in that rendering only. A repeated POST of the same page so finds the session it has made already, and no other page does.</remarks>
    public static string ForSession(string linkToken, string pageNonce) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes($"session\n{linkToken}\n{pageNonce}")));
}
