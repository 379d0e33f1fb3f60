using System.Collections.Immutable;
using Backsoon.Dispatch;
using Backsoon.Mail;
using Backsoon.Shared;

namespace Backsoon.Booking;

/// <summary>What a guest typed, as it came; a page shown again shows it as it was.</summary>
/// <param name="Answers">To the service's questions, in their order.</param>
/// <param name="Slot">The other time they chose, where theirs was gone; else empty.</param>
/// <param name="IsFilledByProgram">Whether the field that people do not see has something in it.</param>
public sealed record BookTyped(string Name, string Email, string Phone, string Note, ImmutableArray<string> Answers, string Slot, bool IsFilledByProgram)
{
    public static readonly BookTyped Empty = new("", "", "", "", [], "", false);

    private const int FewestDigits = 5;
    private const int MostDigits = 20;

    public string Answer(int index) => index < Answers.Length ? Answers[index] : "";

    /// <summary>Whether the guest is the one who is called.</summary>
    public static bool NeedsPhone(Service service) => service.Place is { Kind: PlaceKind.Phone, Text: "" };

    public static string Field(int question) => $"answer{question}";

    public static BookTyped From(SentFields sent) => new(
        sent.Line("name"), sent.Line("email"), sent.Line("phone"), sent.Lines("note"), [.. Enumerable.Range(0, Service.MaxQuestions).Select(i => sent.Lines(Field(i)))], sent.Line("slot"), sent[DeskForm.Trap].Length > 0);

    /// <summary>What to book; null when something is wrong, which is then in <paramref name="errors"/>.</summary>
    public BookingForm? Check(FormErrors errors, Service service, DateTimeOffset start, string zoneId)
    {
        if (Name.Length == 0)
            errors.Add("name", "Enter your name.");
        else if (Name.Length > BookingForm.MaxName)
            errors.Add("name", $"Shorten your name to {BookingForm.MaxName} characters.");
        if (!EmailAddress.TryParse(Email, out var email))
            errors.Add("email", "Enter an address like name@example.com. The confirmation goes there.");
        var digits = Phone.Count(char.IsDigit);
        if (Phone.Length == 0 && NeedsPhone(service))
            errors.Add("phone", "Enter the phone number to call you on.");
        else if (Phone.Length > BookingForm.MaxPhone || Phone.Length > 0 && digits is < FewestDigits or > MostDigits)
            errors.Add("phone", $"Enter a phone number of {FewestDigits} to {MostDigits} digits.");
        for (var i = 0; i < service.Questions.Length; i++)
        {
            if (service.Questions[i].Required && Answer(i).Length == 0)
                errors.Add(Field(i), $"Answer “{service.Questions[i].Label}”: it is needed for the appointment.");
            else if (Answer(i).Length > Question.MaxAnswer)
                errors.Add(Field(i), $"Shorten the answer to “{service.Questions[i].Label}” to {Question.MaxAnswer} characters; it has {Answer(i).Length:N0}.");
        }

        if (Note.Length > BookingForm.MaxNote)
            errors.Add("note", $"Shorten it to {BookingForm.MaxNote:N0} characters; it has {Note.Length:N0}.");
        return errors.Any ? null : new BookingForm(service.Id, start, Name, email, Phone.OrNull(), Note.OrNull(), [.. service.Questions.Select((_, i) => Answer(i))], zoneId);
    }
}
