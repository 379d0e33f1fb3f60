using Backsoon.Mail;

namespace Backsoon.Tenants;

/// <summary>The link that confirms a deletion.</summary>
public sealed record DeletionEmail(string Business, string Link, string Life, string Undo, string Deadline) : Email
{
    public override EmailContent Compose() => new(
        HeaderText.From($"Delete {Business} for good?"),
        "Backsoon",
        $"Somebody who is signed in as you asked to delete {Business} with everything in it. Nothing is deleted yet.",
        "You get this because somebody signed in to your account asked for it. If it was not you, do not press the button, and look where you are signed in.")
    {
        Buttons = [new EmailButton("See what is deleted, and confirm", Link)],
        Paragraphs = [$"The link works for {Life}. Once you confirm, the page closes at once; for {Undo} you can undo it; {Deadline} after you asked, nothing is left."],
    };
}

public sealed record DeletionBegunEmail(string Business, DateTimeOffset UndoUntil, DateTimeOffset Deadline, string ZoneId, string Link) : Email
{
    public override EmailContent Compose() => new(
        HeaderText.From($"{Business} is being deleted"),
        "Backsoon",
        $"The page of {Business} is closed. You can undo this until {MailTime.Say(UndoUntil, ZoneId)}; after that everything is deleted.",
        "You get this because you are an owner of this business. It is about its data, so it cannot be turned off.")
    {
        Facts = [new EmailFact("Can be undone until", MailTime.Say(UndoUntil, ZoneId)), new EmailFact("All gone by", MailTime.Say(Deadline, ZoneId))],
        Buttons = [new EmailButton("See how it goes, or undo it", Link)],
        Paragraphs = ["The link needs no account. Afterwards it says that it is done, and nothing about you. Whoever has it can undo the deletion, so keep it to yourself."],
    };
}

public sealed record DeletionDoneEmail(string Link) : Email
{
    public override EmailContent Compose() => new(
        HeaderText.From("Everything is deleted"),
        "Backsoon",
        "Your business is deleted from Backsoon: its page, its requests and appointments, its people, your account if it was in no other business. This is the last mail.",
        "You get this because your business was here. This address is not kept.")
    {
        Buttons = [new EmailButton("See when what was deleted", Link, Main: false)],
        Paragraphs = ["Backups that were made before are kept by whoever runs this installation for as long as they say, and a backup that is put back deletes it again before anybody sees a page."],
    };
}
