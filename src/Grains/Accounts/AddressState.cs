using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Backsoon.Mail;
using Backsoon.Tenants;

namespace Backsoon.Accounts;

[GenerateSerializer, Alias("accounts.address.state")]
public sealed class AddressState
{
    public const int WrongGuessesPerDay = 20;
    private const int MostBrowsers = 10;

    // What is asked and guessed is remembered for as long as the longest limit reaches back.
    public static readonly TimeSpan Memory = TimeSpan.FromDays(1);

    private static readonly ImmutableArray<(int Allowed, TimeSpan Window)> s_limits = [(5, TimeSpan.FromHours(1)), (20, Memory)];

    /// <summary>Null for an address that nobody has signed up with.</summary>
    [Id(0)]
    public AccountId? Account { get; set; }

    /// <summary>Of the last day, oldest first.</summary>
    [Id(1)]
    public List<AddressRequest> Requests { get; set; } = [];

    [Id(2)]
    public List<DateTimeOffset> WrongGuesses { get; set; } = [];

    /// <summary>Hashes of the cookies of browsers that signed in with this address, last used last.</summary>
    [Id(3)]
    public List<string> Browsers { get; set; } = [];

    [JsonIgnore]
    public bool HasPending => Requests.Exists(r => r.Pending is not null);

    [JsonIgnore]
    public AddressRequest? Newest => Requests is [.., var newest] ? newest : null;

    public void ForgetOld(DateTimeOffset now)
    {
        Requests.RemoveAll(r => r.At <= now - Memory);
        WrongGuesses.RemoveAll(at => at <= now - Memory);
    }

    /// <summary>True when that is news.</summary>
    public bool Recognise(string browserKey)
    {
        if (Browsers is [.., var last] && last == browserKey)
            return false;
        Browsers.Remove(browserKey);
        Browsers.Add(browserKey);
        if (Browsers.Count > MostBrowsers)
            Browsers.RemoveAt(0);
        return true;
    }

    /// <summary>How long until there may be another mail; null when there may be one now. A browser that is known here answers for itself, strangers for each other.</summary>
    public TimeSpan? Wait(DateTimeOffset now, string browserKey)
    {
        var isKnown = Browsers.Contains(browserKey);
        var counted = Requests.FindAll(r => isKnown ? r.BrowserKey == browserKey : !Browsers.Contains(r.BrowserKey));
        foreach (var (allowed, window) in s_limits)
        {
            var inWindow = counted.FindAll(r => r.At > now - window);
            if (inWindow.Count >= allowed)
                return inWindow[^allowed].At + window - now is var free && free < window ? free : window;
        }

        return null;
    }
}

[GenerateSerializer, Alias("accounts.address.request")]
public sealed class AddressRequest
{
    [Id(0)]
    public Guid Id { get; set; }

    [Id(1)]
    public DateTimeOffset At { get; set; }

    [Id(2)]
    public string BrowserKey { get; set; } = "";

    [Id(3)]
    public string LinkKey { get; set; } = "";

    [Id(4)]
    public byte[] CodeMac { get; set; } = [];

    [Id(5)]
    public int Guesses { get; set; }

    /// <summary>For a sign-up, the id the account will have.</summary>
    [Id(6)]
    public AccountId? Proposed { get; set; }

    [Id(7)]
    public TenantId? Tenant { get; set; }

    [Id(8)]
    public Slug? Slug { get; set; }

    /// <summary>What a mail needs, until it is decided and posted.</summary>
    [Id(9)]
    public PendingMail? Pending { get; set; }

    public bool IsFrom(string browserKey) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(BrowserKey), Encoding.UTF8.GetBytes(browserKey));

    public static byte[] MacOf(KeyRing ring, Guid request, string code) => ring.Bytes("code", $"{request:n}\n{code}");

    /// <summary>Made from what the form says, so that a POST repeated after a crash meets the reservation it made; two addresses never share one.</summary>
    public static TenantId TenantOf(string addressKey, Guid request, Slug slug) =>
        new($"tenant_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{addressKey}\n{request:n}\n{slug}")).AsSpan(0, 16))}");
}

/// <param name="Secrets">Code and link token, wrapped by the root key.</param>
[GenerateSerializer, Immutable, Alias("accounts.address.pending-mail")]
public sealed record PendingMail(Guid Mail, EmailAddress Email, string Device, SignUpDetails? Details, byte[] Secrets);
