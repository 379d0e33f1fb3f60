using System.Globalization;
using Backsoon.Mail;

namespace Backsoon.Promises;

public sealed record LetterDueEmail(string Reference, LetterKind Kind, DateTimeOffset ReceivedAt, DateTimeOffset DueAt) : Email
{
    public override EmailContent Compose() => new(
        HeaderText.From($"Letter {Reference} has to be answered by {Say(DueAt)}"),
        "Backsoon",
        $"A letter about {About(Kind)} is not answered yet, and most of its time is over.",
        "You get this because your address is set as the operator's (OPERATOR_EMAIL). It is mailed once a letter.")
    {
        Flag = "Urgent",
        Facts = [new EmailFact("Letter", Reference), new EmailFact("Came", Say(ReceivedAt)), new EmailFact("Answer by", Say(DueAt))],
        // What came by the page of a business is answered there, and its owner was told twice.
        Paragraphs = [Reference.StartsWith("D-", StringComparison.Ordinal) ? "It was asked on the page of a business, which has to answer it on its dashboard and was told twice. Write to its owner." : $"When it is answered, say so: ./run requests answer {Reference}"],
    };

    private static string Say(DateTimeOffset at) => at.UtcDateTime.ToString("dddd, d MMMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private static string About(LetterKind kind) => kind switch
    {
        LetterKind.Privacy => "privacy",
        LetterKind.Vulnerability => "a vulnerability",
        LetterKind.Rights => "somebody's own data",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such kind of letter."),
    };
}
