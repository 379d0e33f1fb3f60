using System.Security.Cryptography;
using System.Text;

namespace Backsoon.Mail;

public sealed class SendGridKeysTests
{
    // Of the vendor's own library.
    private const string Key = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEDr2LjtURuePQzplybdC+u4CwrqDqBaWjcMMsTbhdbcwHBcepxo7yAQGhHPTnlvFYPAZFceEu/1FwCM/QmGUhA==";
    private const string Signature = "MEUCIQCtIHJeH93Y+qpYeWrySphQgpNGNr/U+UyUlBkU6n7RAwIgJTz2C+8a8xonZGi6BpSzoQsbVRamr2nlxFDWYNH2j/0=";
    private const long Second = 1588788367;
    private static readonly byte[] s_body = """{"category":"example_payload","event":"test_event","message_id":"message_id"}"""u8.ToArray();

    [Fact]
    public void What_the_vendor_s_library_signed_is_taken() => Assert.True(Of(Key).AreOf($"{Second}", Signature, s_body, At(TimeSpan.Zero)));

    [Theory]
    [InlineData(-300, true)]
    [InlineData(-301, false)]
    [InlineData(86_400, true)]
    [InlineData(90_000, true)]
    [InlineData(90_001, false)]
    public void It_is_taken_for_a_day_and_an_hour(int seconds, bool isTaken) => Assert.Equal(isTaken, Of(Key).AreOf($"{Second}", Signature, s_body, At(TimeSpan.FromSeconds(seconds))));

    [Fact]
    public void Every_changed_byte_is_noticed()
    {
        for (var i = 0; i < s_body.Length; i++)
        {
            var changed = s_body.ToArray();
            changed[i] ^= 1;
            Assert.False(Of(Key).AreOf($"{Second}", Signature, changed, At(TimeSpan.Zero)));
        }

        Assert.False(Of(Key).AreOf($"{Second + 1}", Signature, s_body, At(TimeSpan.Zero)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not base64")]
    [InlineData("AAAA")]
    [InlineData("MEUCIQCtIHJeH93Y+qpYeWrySphQgpNGNr/U+UyUlBkU6n7RAwIgJTz2C+8a8xonZGi6BpSzoQsbVRamr2nlxFDWYNH2j/4=")]
    public void Any_other_signature_is_refused(string signature) => Assert.False(Of(Key).AreOf($"{Second}", signature, s_body, At(TimeSpan.Zero)));

    [Fact]
    public void While_a_key_is_replaced_both_count()
    {
        using var next = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var signed = Convert.ToBase64String(next.SignData([.. Encoding.UTF8.GetBytes($"{Second}"), .. s_body], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        var both = Of($"{Key}, {next.ExportSubjectPublicKeyInfoPem().ReplaceLineEndings("\\n")}");
        Assert.True(both.AreOf($"{Second}", Signature, s_body, At(TimeSpan.Zero)));
        Assert.True(both.AreOf($"{Second}", signed, s_body, At(TimeSpan.Zero)));
        Assert.False(Of(Key).AreOf($"{Second}", signed, s_body, At(TimeSpan.Zero)));
    }

    [Fact]
    public void Only_a_public_key_of_this_curve_is_read()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.False(SendGridKeys.TryParse(Convert.ToBase64String(other.ExportSubjectPublicKeyInfo()), out _));
        Assert.False(SendGridKeys.TryParse(Key[..^8], out _));
        Assert.False(SendGridKeys.TryParse(null, out _));
        Assert.False(SendGridKeys.TryParse(" , ", out _));
        Assert.False(SendGridKeys.TryParse("SG.api-key", out _));
        Assert.False(SendGridKeys.TryParse($"{Key},x", out _));
    }

    private static SendGridKeys Of(string text) => SendGridKeys.TryParse(text, out var keys) ? keys : throw new FormatException(text);

    private static DateTimeOffset At(TimeSpan later) => DateTimeOffset.FromUnixTimeSeconds(Second) + later;
}
