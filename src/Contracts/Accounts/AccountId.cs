namespace Backsoon.Accounts;

/// <summary>A person's sign-in, in whatever tenants they are a member.</summary>
[GenerateSerializer, Immutable, Alias("accounts.account-id")]
public readonly record struct AccountId(string Value)
{
    public static AccountId New(DateTimeOffset now) => new($"account_{Guid.CreateVersion7(now):n}");

    public override string ToString() => Value;
}
