using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Backsoon.Accounts;
using Backsoon.Mail;
using Backsoon.Storage;
using Backsoon.Tenants;

namespace Backsoon.Promises;

/// <summary>Somebody made up, of whom every word is random and found nowhere else.</summary>
/// <param name="Word">What they, their business and all they write are called by.</param>
/// <param name="Phone">In a country code that is nobody's.</param>
/// <param name="Ip">Of the addresses that are kept for examples.</param>
/// <param name="Source">What stands for a caller's address in limits.</param>
/// <param name="Link">What their link to sign in was made from.</param>
public sealed record CanaryPerson(string Word, string Phone, string Ip, byte[] Source, string Link, string Session, TenantId Tenant, AccountId Account)
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyz";

    /// <summary>At a domain that is reserved for nobody: no mail to it ever reaches a provider.</summary>
    public EmailAddress Email => EmailAddress.Parse($"{Word}@example.invalid");

    public Slug Slug => Slug.Parse(Word);

    public Visitor Visitor => new(Ip, $"Browser of {Word}", Secret.Hash(Word));

    /// <summary>What must not be found any more: all of it as it may lie in a column. That the key of a session is spent stays known to its end, and says nothing of whose it was.</summary>
    public ImmutableArray<byte[]> Traces =>
        [.. new[] { Word, Phone, Ip, Secret.Hash(Word), Secret.Hash(Link), Tenant.Value, Account.Value }.Select(Encoding.UTF8.GetBytes), Source];

    public static CanaryPerson New(DateTimeOffset now)
    {
        var ip = new IPAddress([0x20, 0x01, 0x0d, 0xb8, .. RandomNumberGenerator.GetBytes(12)]);
        return new(
            RandomNumberGenerator.GetString(Letters, 24), $"+999{RandomNumberGenerator.GetString("0123456789", 12)}", ip.ToString(), RandomNumberGenerator.GetBytes(32), Secret.New(), Secret.Hash(Secret.New()),
            TenantId.New(now), AccountId.New(now));
    }

    /// <summary>The id of something of theirs, the same whenever it is asked for.</summary>
    public Guid Id(string what) => OutgoingMail.IdOf($"{Word}/{what}");

    // Wrapped, so that where it is remembered it is not found either.
    public byte[] Wrap(RootKey key) => key.Wrap(JsonSerializer.SerializeToUtf8Bytes(this), Row);

    public static CanaryPerson Unwrap(RootKey key, byte[] wrapped) => JsonSerializer.Deserialize<CanaryPerson>(key.Unwrap(wrapped, Row)) ?? throw new JsonException("A canary is empty.");

    internal const string Row = "canary";
}
