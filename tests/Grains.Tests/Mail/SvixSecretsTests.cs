using System.Security.Cryptography;
using System.Text;

namespace Backsoon.Mail;

public sealed class SvixSecretsTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Other = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const string Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    private const long Second = 1614265330;
    private static readonly byte[] s_body = Encoding.UTF8.GetBytes("""{"test": 2432232314}""");

    [Fact]
    public void What_the_provider_signed_is_taken() => Assert.True(Of(Secret).AreOf(Id, $"{Second}", Signature, s_body, At(0)));

    [Theory]
    [InlineData(-300, true)]
    [InlineData(300, true)]
    [InlineData(-301, false)]
    [InlineData(301, false)]
    [InlineData(86_400, false)]
    public void It_is_taken_within_five_minutes_of_its_time(int seconds, bool isTaken) => Assert.Equal(isTaken, Of(Secret).AreOf(Id, $"{Second}", Signature, s_body, At(seconds)));

    [Theory]
    [InlineData("")]
    [InlineData("-1614265330")]
    [InlineData("1614265330.5")]
    [InlineData("99999999999999")]
    [InlineData("99999999999999999999999")]
    [InlineData("yesterday")]
    public void A_time_that_is_none_is_refused(string timestamp) => Assert.False(Of(Secret).AreOf(Id, timestamp, Signature, s_body, At(0)));

    [Theory]
    [InlineData("")]
    [InlineData("v1,")]
    [InlineData("v1")]
    [InlineData("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ2OE=")]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1A==")]
    [InlineData("v1,not base64 v1,AAAA")]
    public void Any_other_signature_is_refused(string signature) => Assert.False(Of(Secret).AreOf(Id, $"{Second}", signature, s_body, At(0)));

    [Fact]
    public void One_right_signature_among_several_is_enough() => Assert.True(Of(Secret).AreOf(Id, $"{Second}", $"v1a,abc v1,{Convert.ToBase64String(new byte[32])} {Signature}", s_body, At(0)));

    [Fact]
    public void Every_changed_byte_is_noticed()
    {
        for (var i = 0; i < s_body.Length; i++)
        {
            var changed = s_body.ToArray();
            changed[i] ^= 1;
            Assert.False(Of(Secret).AreOf(Id, $"{Second}", Signature, changed, At(0)));
        }

        // The same JSON, spelt otherwise.
        Assert.False(Of(Secret).AreOf(Id, $"{Second}", Signature, """{"test":2432232314}"""u8, At(0)));
        Assert.False(Of(Secret).AreOf("msg_other", $"{Second}", Signature, s_body, At(0)));
        Assert.False(Of(Secret).AreOf(Id, $"{Second + 1}", Signature, s_body, At(0)));
    }

    [Fact]
    public void While_a_secret_is_replaced_both_count_and_then_only_the_new_one()
    {
        byte[] what = [.. Encoding.UTF8.GetBytes($"{Id}.{Second}."), .. s_body];
        var signed = "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(Other["whsec_".Length..]), what));
        Assert.True(Of($"{Secret}, {Other}").AreOf(Id, $"{Second}", Signature, s_body, At(0)));
        Assert.True(Of($"{Secret} {Other}").AreOf(Id, $"{Second}", signed, s_body, At(0)));
        Assert.False(Of(Other).AreOf(Id, $"{Second}", Signature, s_body, At(0)));
        Assert.True(Of(Other).AreOf(Id, $"{Second}", $"{Signature} {signed}", s_body, At(0)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" , ")]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_")]
    [InlineData("whsec_c2hvcnQ=")]
    [InlineData("whsec_not base64 at all")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw re_key")]
    public void A_secret_that_is_none_is_not_read(string? text) => Assert.False(SvixSecrets.TryParse(text, out _));

    private static SvixSecrets Of(string text) => SvixSecrets.TryParse(text, out var secrets) ? secrets : throw new FormatException(text);

    private static DateTimeOffset At(int seconds) => DateTimeOffset.FromUnixTimeSeconds(Second + seconds);
}
