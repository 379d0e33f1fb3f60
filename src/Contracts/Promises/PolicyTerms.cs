using System.Collections.Immutable;
using static Backsoon.Promises.Period;

namespace Backsoon.Promises;

/// <summary>A policy in words, a term a line: what the privacy page says, and of two policies what changes.</summary>
public static class PolicyTerms
{
    public static ImmutableArray<PolicyTerm> Of(Policy policy) =>
    [
        new("IP addresses, kept against abuse", $"{Say(policy.Sources)} at most"),
        new("Logs and records of delivery", $"{Say(policy.Logs)} at most"),
        new("Who did what in a business", policy.NamedActivity is { } named ? $"with names for {Say(named)} at most" : "as long as the account is active"),
        new("A link to sign in", $"{Say(policy.MagicLink)}, and one use"),
        new("A session", Say(policy.Session)),
        new("A trial", Say(policy.Trial)),
        new("Everything of a business that cancelled, or has no plan any more, and may come back", $"{Say(policy.AfterCancellation)} at most"),
        new("The name of a page whose business has gone", $"held for {Say(policy.SlugHold)}, then free"),
        new("Deletion that was asked for", $"can be undone for {Say(policy.DeletionUndo)}, is done within {Say(policy.Deletion)}"),
        new("A copy of everything, to take along", $"its link works for {Say(policy.ExportLink)}"),
        new("Records of payments, without a name", $"{Say(policy.BillingRecords)} at most"),
        new("Notice of a change of these", policy.ChangeNotice > TimeSpan.Zero ? $"{Say(policy.ChangeNotice)} before it takes effect" : "when it takes effect"),
        new("Answers to letters about privacy", $"within {Say(policy.PrivacyAnswer)}"),
        new("Answers to reports of vulnerabilities", $"within {policy.VulnerabilityAnswerDays} business days"),
        new("Answers to whoever asks for their data", $"within {Say(policy.RightsAnswer)}"),
        new("Notice of a breach of personal data", $"within {Say(policy.BreachNotice)}"),
        new("Youngest age", $"{policy.MinimumAge} years"),
    ];

    /// <summary>That somebody else gets to see something.</summary>
    public static string Comes(ThirdParty party) => $"{party.Name} is involved {(party.CanWait ? "from then on" : "from now on")}, {party.When}. It sees {party.Sees}.";

    /// <summary>What of it is otherwise than before: "A session: 30 days; until now 60 days".</summary>
    public static ImmutableArray<string> Changes(Policy before, Policy after) =>
        [.. Of(before).Zip(Of(after)).Where(pair => pair.First != pair.Second).Select(pair => $"{pair.Second.What}: {pair.Second.Said}. Until now: {pair.First.Said}.")];
}

/// <param name="Said">For how long, in words.</param>
public sealed record PolicyTerm(string What, string Said);
