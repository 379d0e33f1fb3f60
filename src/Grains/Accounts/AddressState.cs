using Backsoon.Mail;
using Backsoon.Tenants;

namespace Backsoon.Accounts;

[GenerateSerializer, Alias("accounts.address.state")]
public sealed class AddressState
{
    /// <summary>Null for an address that nobody has signed up with.</summary>
    [Id(0)]
    public AccountId? Account { get; set; }

    /// <summary>Of the last day, oldest first.</summary>
    [Id(1)]
    public List<AddressRequest> Requests { get; set; } = [];

    [Id(2)]
    public List<DateTimeOffset> WrongGuesses { get; set; } = [];
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
}

[GenerateSerializer, Alias("accounts.address.pending-mail")]
public sealed class PendingMail
{
    [Id(0)]
    public Guid Mail { get; set; }

    [Id(1)]
    public required EmailAddress Email { get; set; }

    [Id(2)]
    public string Device { get; set; } = "";

    [Id(3)]
    public SignUpDetails? Details { get; set; }

    /// <summary>Code and link token, wrapped by the root key.</summary>
    [Id(4)]
    public byte[] Secrets { get; set; } = [];
}
