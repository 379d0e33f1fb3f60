using System.Security.Cryptography;
using System.Text;

namespace Backsoon.Dispatch;

/// <summary>Tells a form sent again from a changed one: SHA-256 of everything the caller chose and typed, each part after its length, and of whether it is a test.</summary>
internal static class Fingerprint
{
    public static byte[] Of(Submission form, bool isTest)
    {
        string[] parts = [form.Subject?.ToString("n") ?? "", form.Category.ToString("n"), form.Name, form.Phone, form.Email?.Canonical ?? "", form.Text, .. isTest ? ["test"] : Array.Empty<string>()];
        var builder = new StringBuilder();
        foreach (var part in parts)
            builder.Append(part.Length).Append(':').Append(part);
        return SHA256.HashData(Encoding.UTF8.GetBytes(builder.ToString()));
    }
}
