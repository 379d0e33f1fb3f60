using Backsoon.Mail;

namespace Backsoon.Operators;

/// <summary>Who operates this installation, and how they get into its console: by a mailed link, for a few hours.</summary>
/// <remarks>Key: <c>operators/all</c>. Links and sessions are rows, so that each is spent once whoever asks.</remarks>
[Alias("operators.operators")]
public interface IOperatorsGrain : IGrainWithStringKey
{
    public const string Key = "operators/all";

    public static readonly TimeSpan LinkLife = TimeSpan.FromMinutes(15);

    public static readonly TimeSpan SessionLife = TimeSpan.FromHours(8);

    /// <summary>Mails a link if the address is an operator's. The same answer and the same one write when it is not.</summary>
    /// <param name="browserKey">Hash of the cookie of the browser that asks: the link works in no other.</param>
    [AlwaysInterleave, Alias("ask-to-sign-in")]
    Task AskToSignIn(EmailAddress email, string browserKey);

    /// <summary>Whether the link can still be spent, and in this browser. Spends nothing.</summary>
    [AlwaysInterleave, Alias("look")]
    Task<OperatorLinkStanding> Look(string linkKey, string browserKey);

    /// <summary>Signs in, and writes it into the audit log with it. The same session key again is answered as the first time; null when the link is over.</summary>
    [AlwaysInterleave, Alias("spend")]
    Task<OperatorSession?> Spend(string linkKey, string browserKey, string sessionKey);

    /// <summary>Null when it is over, was ended, or never was; also once the operator is not configured any more.</summary>
    [AlwaysInterleave, Alias("session")]
    Task<OperatorSession?> Session(string sessionKey);

    /// <summary>Signs out. Idempotent.</summary>
    [AlwaysInterleave, Alias("end")]
    Task End(string sessionKey);
}

/// <param name="Operator">By the name that is configured.</param>
[GenerateSerializer, Immutable, Alias("operators.session")]
public sealed record OperatorSession(string Operator, DateTimeOffset ExpiresAt);

[Alias("operators.link-standing")]
public enum OperatorLinkStanding
{
    /// <summary>Over, spent, or there never was one.</summary>
    Over,
    Open,
    /// <summary>It was asked for in another browser.</summary>
    Elsewhere,
}
