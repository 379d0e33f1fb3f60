using Backsoon.Mail;

namespace Backsoon.Tenants;

/// <summary>Numbers are on disk (the state of leaving).</summary>
public enum LeavingLetter
{
    Left = 0,
    Week = 1,
    Day = 2,
}

public sealed record LeavingEmail(LeavingLetter Letter, string Business, string Page, DateTimeOffset ClosesAt, DateTimeOffset SlugUntil, DateTimeOffset GoesAt, string ZoneId, string Leave, bool HasLapsed = false) : Email
{
    public override EmailContent Compose() => new(
        HeaderText.From(Letter switch { LeavingLetter.Left => $"{Business} is leaving Backsoon", LeavingLetter.Week => $"In a week everything of {Business} is deleted", _ => $"Tomorrow everything of {Business} is deleted" }),
        "Backsoon",
        Letter == LeavingLetter.Left
            ? $"You have closed the page of {Business}. Everything is kept for you until {MailTime.Say(GoesAt, ZoneId)}, in case you come back."
            : $"{(HasLapsed ? $"The trial or the plan of {Business} is over" : $"You left with {Business}")}, and what was kept for you goes at {MailTime.Say(GoesAt, ZoneId)}. Nothing can bring it back after that.",
        "You get this because you are an owner of this business. It is about its data, so it cannot be turned off.")
    {
        Facts =
        [
            new EmailFact("Page", Page),
            new EmailFact(HasLapsed ? "Paused since" : "Closed from", MailTime.Say(ClosesAt, ZoneId)),
            .. HasLapsed ? [] : new[] { new EmailFact("Nobody else gets the name until", MailTime.Say(SlugUntil, ZoneId)) },
            new EmailFact("Deleted", MailTime.Say(GoesAt, ZoneId)),
        ],
        Buttons = [new EmailButton(HasLapsed ? "Choose a plan, and everything stays" : "Come back, or take your data along", Leave)],
        Paragraphs = Letter == LeavingLetter.Left ? ["Whatever you do there needs you to sign in, as always. If you want everything deleted sooner, that is there, too."] : ["If that is what you want, there is nothing to do."],
    };
}
