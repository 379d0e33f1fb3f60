using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Backsoon.Mail;

namespace Backsoon.Accounts;

/// <summary>The keys that links, forms and grain keys are made with; stored wrapped by the root key (R12).</summary>
/// <remarks>Key: <c>key-ring/current</c>.</remarks>
[Alias("accounts.key-ring")]
public interface IKeyRingGrain : IGrainWithStringKey
{
    public const string Key = "key-ring/current";

    /// <summary>The ring as of now; web nodes ask once a minute. Makes the first key when there is none.</summary>
    [Alias("read")]
    Task<KeyRing> Read();

    /// <summary>Adds a signing key; every process has heard of it when it starts to sign, two minutes later. Older ones keep verifying until the longest-lived token they signed is over.</summary>
    [Alias("rotate")]
    Task<KeyRing> Rotate();

    /// <summary>Puts one new key in the place of all, which signs at once: whatever was signed before is void. For a key that came into other hands, and only while no other process goes by the former ring.</summary>
    [Alias("replace")]
    Task<KeyRing> Replace();

    /// <summary>How old its keys are, newest first.</summary>
    [Alias("ages")]
    Task<ImmutableArray<KeyAge>> Ages();

    /// <summary>Whether the ring, and so everything else that is wrapped, is for the root key of this mark.</summary>
    [Alias("is-wrapped-by")]
    Task<bool> IsWrappedBy(string rootKeyMark);
}

/// <param name="Tokens">The one that signs first.</param>
/// <param name="Pseudonym">Turns addresses and IPs into keys. Never rotated: grain keys are made with it.</param>
[GenerateSerializer, Immutable, Alias("accounts.key-ring-keys")]
public sealed record KeyRing(TokenKeys Tokens, byte[] Pseudonym)
{
    /// <summary>64 hexadecimal digits that stand for an address in keys, logs and traces.</summary>
    public string For(EmailAddress address) => Of("address", address.Canonical);

    /// <summary>The same for anything else, e.g. <c>ip</c>; kinds do not mix.</summary>
    public string Of(string kind, string value) => Convert.ToHexStringLower(Bytes(kind, value));

    public byte[] Bytes(string kind, string value)
    {
        var mac = new byte[HMACSHA256.HashSizeInBytes];
        KeyedHash.Write(Pseudonym, Encoding.UTF8.GetBytes($"{kind}\n{value}"), mac);
        return mac;
    }
}

/// <param name="Id">Names the key inside tokens; never a secret.</param>
/// <param name="Signs">The one that signs now; the others only check.</param>
[GenerateSerializer, Immutable, Alias("accounts.key-age")]
public sealed record KeyAge(string Id, DateTimeOffset MadeAt, bool Signs);
