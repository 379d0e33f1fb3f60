using System.Collections.Immutable;
using Backsoon.Mail;
using Backsoon.Tenants;

namespace Backsoon.Accounts;

/// <summary>One email address: who it belongs to, and the requests to sign in or up that were made for it.</summary>
/// <remarks>Key: <c>address/{pseudonym}</c>, see <see cref="KeyRing.For"/>. A request costs the same one durable write whether or not the address is known; whether a mail follows is decided afterwards.</remarks>
[Alias("accounts.address")]
public interface IAddressGrain : IGrainWithStringKey
{
    [Alias("ask-to-sign-in")]
    Task<Asked> AskToSignIn(SignInRequest request);

    [Alias("ask-to-sign-up")]
    Task<Asked> AskToSignUp(SignInRequest request, SignUpDetails details);

    /// <summary>Trades the 6-digit code of a mail for the magic link of the same mail, in the browser that asked only.</summary>
    [Alias("redeem-code")]
    Task<CodeRedemption> RedeemCode(Guid request, string browserKey, string code);

    /// <summary>The account of this address; the proposed one when it had none. Idempotent.</summary>
    [Alias("claim")]
    Task<AccountId> Claim(AccountId proposed);

    /// <summary>Remembers a browser that has signed in with this address: what strangers ask for it does not count against that one.</summary>
    [Alias("recognise")]
    Task Recognise(string browserKey);

    /// <summary>Forgets whose address this is and what was asked, when the account is erased.</summary>
    /// <returns>Grain keys of the magic links that were mailed lately.</returns>
    [Alias("release")]
    Task<ImmutableArray<string>> Release();
}

/// <param name="Id">Version 7, made by the page that asks; a retried POST repeats it and nothing is mailed twice.</param>
/// <param name="BrowserKey">Hash of the cookie of the browser that asks.</param>
[GenerateSerializer, Immutable, Alias("accounts.sign-in-request")]
public sealed record SignInRequest(Guid Id, EmailAddress Email, string BrowserKey, Visitor Visitor);

[GenerateSerializer, Immutable, Alias("accounts.sign-up-details")]
public sealed record SignUpDetails(string Name, string BusinessName, Slug Slug, Industry Industry, string ZoneId);

[GenerateSerializer, Immutable, Alias("accounts.asked")]
public abstract record Asked
{
    /// <summary>If the address has an account (or had none, for a sign-up), a mail is on its way. The same answer either way.</summary>
    [GenerateSerializer, Immutable, Alias("accounts.asked.accepted")]
    public sealed record Accepted : Asked;

    [GenerateSerializer, Immutable, Alias("accounts.asked.too-many")]
    public sealed record TooMany(TimeSpan RetryAfter) : Asked;

    [GenerateSerializer, Immutable, Alias("accounts.asked.slug-taken")]
    public sealed record SlugTaken : Asked;
}

[GenerateSerializer, Immutable, Alias("accounts.code-redemption")]
public abstract record CodeRedemption
{
    [GenerateSerializer, Immutable, Alias("accounts.code-redemption.accepted")]
    public sealed record Accepted(string MagicLinkKey) : CodeRedemption;

    [GenerateSerializer, Immutable, Alias("accounts.code-redemption.wrong")]
    public sealed record Wrong(int GuessesLeft) : CodeRedemption;

    /// <summary>Out of guesses, over, replaced by a newer request, or another browser: only the link works.</summary>
    [GenerateSerializer, Immutable, Alias("accounts.code-redemption.link-only")]
    public sealed record LinkOnly : CodeRedemption;
}
