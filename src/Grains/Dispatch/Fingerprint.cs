using System.Security.Cryptography;
using System.Text;

namespace Backsoon.Dispatch;

/// <summary>Tells a form sent again from a changed one: SHA-256 of everything the caller chose and typed, each part after its length, and of whether it is a test.</summary>
internal static class Fingerprint
{
    public static byte[] Of(Submission form, bool isTest)
    {
        var (subject, category, email, test) = (form.Subject?.ToString("n") ?? "", form.Category.ToString("n"), form.Email?.Canonical ?? "", isTest ? "4:test" : "");
        return SHA256.HashData(Encoding.UTF8.GetBytes($"{subject.Length}:{subject}{category.Length}:{category}{form.Name.Length}:{form.Name}{form.Phone.Length}:{form.Phone}{email.Length}:{email}{form.Text.Length}:{form.Text}{test}"));
    }
}
