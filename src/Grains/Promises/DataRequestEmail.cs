using Backsoon.Mail;

namespace Backsoon.Promises;

/// <summary>To the owner, when somebody asks and again before it is due. Who asks stands on the page it leads to.</summary>
public sealed record DataRequestEmail(string Business, string Reference, DataWish Wish, DateTimeOffset DueAt, bool IsReminder, string ZoneId, string Link) : Email
{
    public override EmailContent Compose() => new(
        HeaderText.From(IsReminder ? $"Answer by {MailTime.Say(DueAt, ZoneId)}: a request about data ({Reference})" : $"Somebody asks about their data ({Reference})"),
        "Backsoon",
        Wish == DataWish.Removal
            ? $"Somebody whose data {Business} keeps asks to be removed. You have to answer by {MailTime.Say(DueAt, ZoneId)}."
            : $"Somebody whose data {Business} keeps asks for a copy of all of it. You have to answer by {MailTime.Say(DueAt, ZoneId)}.",
        "You get this because you are responsible for the data of your callers, vendors and guests, so it cannot be turned off. It comes once when somebody asks, and once more a week before it is due.")
    {
        Flag = IsReminder ? "Urgent" : null,
        Facts = [new("Number", Reference), new("Asks", Wish == DataWish.Removal ? "To be removed" : "For everything about them"), new("Answer by", MailTime.Say(DueAt, ZoneId))],
        Buttons = [new("See it, and answer", Link)],
        Paragraphs = ["They have shown that the address is theirs. Answering is one press: the copy is made for you, and what removing takes away is shown before."],
    };
}
