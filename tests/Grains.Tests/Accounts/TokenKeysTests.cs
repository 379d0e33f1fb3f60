using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Backsoon.Accounts;

public sealed class TokenKeysTests
{
    private static readonly DateTimeOffset s_now = DateTimeOffset.UnixEpoch.AddYears(56);

    // More keys than a thread keeps, by turns, on several threads.
    [Fact, Promise("R11")]
    public void A_signature_is_HMAC_SHA256_of_purpose_and_payload_whatever_was_signed_before()
    {
        var keys = Enumerable.Range(0, 20).Select(i => new TokenKey($"k{i}", SHA256.HashData([(byte)i]))).ToArray();
        Parallel.For(0, 2000, i =>
        {
            var key = keys[i * 7 % keys.Length];
            var token = new TokenKeys([key], s_now.AddYears(1)).Sign(TokenPurpose.See, s_now, "tenant", $"{i}");

            var payload = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{key.Id}\n{s_now.ToUnixTimeSeconds()}\ntenant\n{i}"));
            Assert.Equal($"{payload}.{Base64Url.EncodeToString(HMACSHA256.HashData(key.Bytes, Encoding.ASCII.GetBytes($"see\n{payload}")))}", token);
            Assert.Equal(["tenant", $"{i}"], [.. new TokenKeys([.. keys], s_now).Read(TokenPurpose.See, token, s_now).Parts]);
        });
    }

    [Fact, Promise("R11")]
    public void A_token_of_another_purpose_or_key_or_with_any_sign_changed_reads_as_forged()
    {
        var keys = new TokenKeys([new TokenKey("a", new byte[32])], s_now.AddYears(1));
        var token = keys.Sign(TokenPurpose.Accept, s_now, "tenant");

        Assert.True(keys.Read(TokenPurpose.Accept, token, s_now).IsValid);
        Assert.Equal(TokenStanding.Expired, keys.Read(TokenPurpose.Accept, token, s_now.AddSeconds(1)).Standing);
        Assert.Equal(TokenStanding.Forged, keys.Read(TokenPurpose.Decline, token, s_now).Standing);
        Assert.Equal(TokenStanding.Forged, (keys with { Keys = [new TokenKey("a", [.. new byte[31], 1])] }).Read(TokenPurpose.Accept, token, s_now).Standing);
        for (var i = 0; i < token.Length; i++)
        {
            var changed = $"{token[..i]}{(token[i] == 'A' ? 'B' : 'A')}{token[(i + 1)..]}";
            Assert.Equal(TokenStanding.Forged, keys.Read(TokenPurpose.Accept, changed, s_now).Standing);
        }
    }
}
