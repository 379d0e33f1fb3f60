using System.Collections.Immutable;
using static Backsoon.Promises.Period;

namespace Backsoon.Promises;

/// <summary>Every promise that a number or a deadline can break. It is what the page of promises shows, what the hourly check walks, and whose numbers the grains obey.</summary>
public static class Catalogue
{
    /// <summary>Business days are days of 24 hours from Monday to Friday.</summary>
    private static readonly TimeSpan s_businessDay = TimeSpan.FromDays(1);

    public static readonly ImmutableArray<CataloguedPromise> All =
    [
        new("sources", ["R13", "C8", "P4"], "IP addresses are forgotten",
            policy => $"An IP address, or anything that stands for one, is kept against abuse only, and for {Say(policy.Sources)} at most.",
            policy => policy.Sources, "the oldest one kept") { Nothing = "none is kept" },
        new("logs", ["R14"], "Logs of the server roll over",
            policy => $"What the product writes into log files is gone after {Say(policy.Logs)} at most.",
            policy => policy.Logs, "the oldest one") { Nothing = "none is written" },
        new("reports", ["W16"], "Records of delivery are forgotten",
            policy => $"What providers of mail and payment report, and how many mails went out and came back, is kept for {Say(policy.Logs)} at most.",
            policy => policy.Logs, "the oldest one kept") { Nothing = "none is kept" },
        new("magic-link", ["R38", "R40"], "Links to sign in are short-lived",
            policy => $"A link to sign in works once, and for {Say(policy.MagicLink)} at most. There are no passwords.",
            policy => policy.MagicLink, "the longest-lived of late") { Nothing = "none was sent of late" },
        new("session", ["R39"], "Sessions end",
            policy => $"Whoever signed in is signed out after {Say(policy.Session)} at the latest.",
            policy => policy.Session, "the longest there is") { Nothing = "nobody is signed in" },
        new("slug-hold", ["R41"], "Names of pages are held",
            policy => $"The name of a page whose business has gone is given to nobody else for {Say(policy.SlugHold)}, and is free afterwards.",
            policy => policy.SlugHold, "the longest that one stays held") { Nothing = "none is held" },
        new("deletion", ["R32", "R34", "P13"], "What is to be deleted is deleted",
            policy => $"Whoever asks for deletion is deleted altogether within {Say(policy.Deletion)}, with everything of their callers and vendors.",
            policy => policy.Deletion, "the slowest under way") { Nothing = "none is under way" },
        new("canary", ["R34", "P13"], "What is deleted is looked for",
            policy => $"Each day a made-up business with a person in it is planted, deleted like any other, and looked for in all tables. Nothing of it is left {Say(policy.Deletion)} after its deletion began.",
            policy => policy.Deletion, "the slowest of the last 90 days") { Nothing = "none was deleted in the last 90 days" },
        new("undo", ["W21", "R32"], "Deletion can be undone",
            policy => $"Whoever confirmed that they want to be deleted can undo it: nothing is deleted for {Say(policy.DeletionUndo)}.",
            policy => policy.DeletionUndo, "the soonest that anything was, of the last 90 days") { IsLeast = true, Nothing = "nobody was deleted in the last 90 days" },
        new("after-cancellation", ["C18", "C19", "W13"], "Who left is deleted",
            policy => $"Everything of a business that left is kept for {Say(policy.AfterCancellation)}, for it to come back, and is gone {Say(AfterLeaving(policy))} after it left at the latest.",
            AfterLeaving, "the longest gone that is still kept") { Nothing = "nobody has left" },
        new("export-link", ["C20", "C21", "R33"], "Copies to take along are deleted",
            policy => $"The link to a copy of everything works for {Say(policy.ExportLink)}, and the copy is gone after {Say(Copies(policy))} at most.",
            Copies, "the oldest one kept") { Nothing = "none is kept" },
        new("trial-reminder", ["R25", "R26"], "The end of a trial is announced",
            _ => $"No trial ends before its owner was reminded of it, {Say(Policy.TrialNotice)} before at the latest.",
            _ => Policy.TrialNotice, "the shortest notice of the last 90 days") { IsLeast = true, Nothing = "none ended in the last 90 days" },
        new("change-notice", ["C29", "P22", "R49"], "Changes are announced",
            policy => $"Owners are told of a change of these promises {Say(policy.ChangeNotice)} before it takes effect.",
            policy => policy.ChangeNotice, "the notice of the last change") { IsLeast = true, Nothing = "none in the last 90 days" },
        new("revocation", ["R23", "R43"], "Disconnected calendars are given back",
            policy => $"When a Google calendar is disconnected, our access to it is revoked at Google within {Say(policy.Deletion)}.",
            policy => policy.Deletion, "the slowest under way") { Nothing = "none is under way" },
        new("billing-records", ["P14", "W15"], "Records of payments are deleted",
            policy => $"What was paid is kept for the books without anybody's name, and for {Say(policy.BillingRecords)} at most.",
            policy => policy.BillingRecords, "the oldest one kept") { Nothing = "none is kept" },
        new("privacy-answer", ["C30"], "Letters about privacy are answered",
            policy => $"A letter about privacy is answered within {Say(policy.PrivacyAnswer)}.",
            policy => policy.PrivacyAnswer, "the slowest of the last 90 days") { Nothing = "none came in the last 90 days" },
        new("vulnerability-answer", ["R47"], "Reports of vulnerabilities are answered",
            policy => $"A report of a vulnerability is answered within {policy.VulnerabilityAnswerDays} business days.",
            policy => policy.VulnerabilityAnswerDays * s_businessDay, "the slowest of the last 90 days, in business days") { Nothing = "none came in the last 90 days" },
        new("rights-answer", ["P16"], "Whoever asks for their data is answered",
            policy => $"Whoever asks to see, correct, delete or take along what is kept about them is answered within {Say(policy.RightsAnswer)}.",
            policy => policy.RightsAnswer, "the slowest of the last 90 days") { Nothing = "nobody asked in the last 90 days" },
        new("breach-notice", ["P20", "W26"], "Breaches are told",
            policy => $"Whoever a breach of personal data concerns is told within {Say(policy.BreachNotice)} of its discovery.",
            policy => policy.BreachNotice, "until the last one was told, the slowest of the last 90 days") { Nothing = "there was none in the last 90 days" },
    ];

    private static TimeSpan AfterLeaving(Policy policy) => policy.AfterCancellation + policy.Deletion;

    // What is swept every hour is gone within a day.
    private static TimeSpan Copies(Policy policy) => policy.ExportLink + TimeSpan.FromDays(1);

    public static CataloguedPromise Of(string key) => All.First(promise => promise.Key == key);
}
