using System.Text;

namespace Backsoon.Billing;

public sealed class StripeSecretsTests
{
    private const string Body = """{"id":"evt_1","object":"event","type":"invoice.paid"}""";
    private const string Right = "dfb4777aaaec4ea29ff455dd4df7fe6b2ef71096ad3a93a158db7e100109ea91";
    private static readonly DateTimeOffset s_at = DateTimeOffset.FromUnixTimeSeconds(1700000000);

    [Fact]
    public void What_stripes_own_library_signs_is_right() => Assert.True(Is($"t=1700000000,v1={Right}"));

    [Theory]
    [InlineData("t=1700000000,v1=00,v1=" + Right)]
    [InlineData("t=1700000000,v0=00,v1=" + Right + ",v1=00")]
    [InlineData("v1=" + Right + ", t=1700000000")]
    public void Any_of_several_may_be_right(string header) => Assert.True(Is(header));

    [Theory]
    [InlineData("")]
    [InlineData("t=1700000000")]
    [InlineData("v1=" + Right)]
    [InlineData("t=1700000001,v1=" + Right)]
    [InlineData("t=1700000000,t=1700000000,v1=" + Right)]
    [InlineData("t=+1700000000,v1=" + Right)]
    [InlineData("t=1700000000.0,v1=" + Right)]
    [InlineData("t=99999999999999999999,v1=" + Right)]
    [InlineData("t=1700000000,v0=" + Right)]
    [InlineData("t=1700000000,v1=DFB4777AAAEC4EA29FF455DD4DF7FE6B2EF71096AD3A93A158DB7E100109EA91")]
    [InlineData("t=1700000000,v1=" + "dfb4777aaaec4ea29ff455dd4df7fe6b2ef71096ad3a93a158db7e100109ea90")]
    [InlineData("t=1700000000,v1=é")]
    public void Anything_else_is_not(string header) => Assert.False(Is(header));

    [Theory]
    [InlineData(300, true)]
    [InlineData(301, false)]
    [InlineData(-300, true)]
    [InlineData(-301, false)]
    public void It_may_be_five_minutes_old_or_early_and_no_more(int seconds, bool right) => Assert.Equal(right, Is($"t=1700000000,v1={Right}", s_at.AddSeconds(seconds)));

    [Fact]
    public void Every_byte_counts()
    {
        for (var i = 0; i < Body.Length; i++)
        {
            var other = Encoding.UTF8.GetBytes(Body);
            other[i] ^= 1;
            Assert.False(Secrets("whsec_test_secret").AreOf($"t=1700000000,v1={Right}", other, s_at));
        }

        Assert.False(Secrets("whsec_test_secret").AreOf($"t=1700000000,v1={Right}", Encoding.UTF8.GetBytes(Body + " "), s_at));
    }

    [Fact]
    public void One_secret_takes_over_from_another()
    {
        Assert.True(Is($"t=1700000000,v1={Right}", secrets: "whsec_new whsec_test_secret"));
        Assert.True(Is($"t=1700000000,v1={Right}", secrets: "whsec_test_secret, whsec_new"));
        Assert.False(Is($"t=1700000000,v1={Right}", secrets: "whsec_new"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("whsec_")]
    [InlineData("sk_test_1")]
    [InlineData("whsec_a other")]
    public void What_is_no_secret_is_refused(string? text) => Assert.False(StripeSecrets.TryParse(text, out _));

    private static bool Is(string header, DateTimeOffset? now = null, string secrets = "whsec_test_secret") => Secrets(secrets).AreOf(header, Encoding.UTF8.GetBytes(Body), now ?? s_at);

    private static StripeSecrets Secrets(string text) => StripeSecrets.TryParse(text, out var secrets) ? secrets : throw new ArgumentException(text);
}
