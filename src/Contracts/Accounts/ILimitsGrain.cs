namespace Backsoon.Accounts;

/// <summary>Counts what one source did in a sliding window, exactly, however many ask at once (R28).</summary>
/// <remarks>Key: <c>limits/{rule}-{pseudonym}</c>, or <c>limits/{rule}-{tenant}</c> for what a business is sent. In memory, seeded from the ledger on activation so that a restart forgets nothing.</remarks>
[Alias("accounts.limits")]
public interface ILimitsGrain : IGrainWithStringKey
{
    /// <summary>Takes one of what the rule allows. Null when there was one left, else how long to wait.</summary>
    [Alias("take")]
    Task<TimeSpan?> Take(LimitRule rule);
}

/// <param name="Name">What is counted, e.g. <c>sign-in-ip</c>; also what the ledger's rows say.</param>
/// <param name="Allowed">How many in any window.</param>
/// <param name="Remembered">Whether a take is written to the ledger before it is answered. False where another row already proves it (a dispatch does).</param>
[GenerateSerializer, Immutable, Alias("accounts.limit-rule")]
public sealed record LimitRule(string Name, int Allowed, TimeSpan Window, bool Remembered);
