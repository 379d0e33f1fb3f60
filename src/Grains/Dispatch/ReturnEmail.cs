using Backsoon.Mail;

namespace Backsoon.Dispatch;

public sealed record ReturnEmail(
    string Business, DateTimeOffset From, DateTimeOffset Until, string ZoneId, int CameIn, int Urgent, ReturnDeed[] Deeds, int BeingAsked, ReturnEntry[] Needs, int MoreNeeding, string BoardUrl) : Email
{
    private int NeedsYou => Needs.Length + MoreNeeding;

    public override EmailContent Compose() => new(
        HeaderText.From($"Welcome back: {(NeedsYou == 0 ? "nothing waits for you" : $"{Count(NeedsYou, "request")} {(NeedsYou == 1 ? "needs" : "need")} you")}"),
        Business,
        CameIn == 0 ? "No request came in while you were away." : $"{Count(CameIn, "request")} came in while you were away{(Urgent == 0 ? "" : $", {Urgent} of them urgent")}.",
        $"You own {Business} and were away from {MailTime.Say(From, ZoneId)} until {MailTime.Say(Until, ZoneId)}. This summary comes once after each absence.")
    {
        Facts =
        [
            .. Deeds.Select(deed => new EmailFact(deed.Vendor, Say(deed))),
            .. BeingAsked == 0 ? Array.Empty<EmailFact>() : [new EmailFact("Being asked", Count(BeingAsked, "request"))],
            .. Needs.Select(entry => new EmailFact(entry.Reference, entry.Urgent ? $"Urgent: {entry.Title}" : entry.Title, entry.Url)),
            .. MoreNeeding == 0 ? Array.Empty<EmailFact>() : [new EmailFact("And", $"{Count(MoreNeeding, "more request")} that {(MoreNeeding == 1 ? "needs" : "need")} you")],
        ],
        Buttons = [new("Open the board", BoardUrl)],
        Paragraphs = [NeedsYou == 0 ? "Nothing waits for you." : "The numbered ones above wait for you: each leads to its request."],
    };

    public static ReturnEmail Example() => new(
        Examples.Business, Examples.Soon.AddDays(-7), Examples.Soon, Examples.Zone, 12, 3, [new("Rivera Plumbing", 5, 1), new("Cole & Sons", 2, 0)], 1,
        [new("4KQ-27X", "Water leak, 14 Elm Street", true, Examples.OwnerUrl), new("7AB-1ZC", "Locks and keys", false, Examples.OwnerUrl)], 0, "https://app.example.com/");

    private static string Say(ReturnDeed deed) => (deed.Done, deed.UnderWay) switch
    {
        (var done, 0) => $"{done} done",
        (0, var under) => $"{under} under way",
        var (done, under) => $"{done} done, {under} under way",
    };

    private static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}

public sealed record ReturnDeed(string Vendor, int Done, int UnderWay);

public sealed record ReturnEntry(string Reference, string Title, bool Urgent, string Url);
