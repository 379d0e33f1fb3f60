using System.Collections.Immutable;
using Backsoon.Dispatch;
using Backsoon.Mail;
using Backsoon.Shared;

namespace Backsoon.Booking;

/// <summary>A guest as the owner types them.</summary>
/// <param name="Id">Made with an empty form, so that a double click books once.</param>
public sealed record BookingsNewForm(Guid Id, string Name, string Email, string Phone, string Note, ImmutableArray<string> Answers)
{
    public static BookingsNewForm New(DateTimeOffset now, Appointment? again) => again is { Guest: var guest }
        ? new(Guid.CreateVersion7(now), guest.Name, guest.Email?.Value ?? "", guest.Phone ?? "", guest.Note ?? "", [])
        : new(Guid.CreateVersion7(now), "", "", "", "", []);

    public static BookingsNewForm Of(IFormCollection form, Guid id) => new(
        id, form.Line("name"), form.Line("email"), form.Line("phone"), form.Text("note").ReplaceLineEndings("\n"), [.. Enumerable.Range(0, Service.MaxQuestions).Select(i => form.Line(Answer(i)))]);

    /// <summary>The same guest for another service: what was asked there, too, stays answered.</summary>
    public BookingsNewForm For(Service before, Service service) => before.Id == service.Id ? this : this with
    {
        Answers = [.. service.Questions.Select(question => before.Questions.ToList().FindIndex(asked => asked.Label == question.Label) is >= 0 and var row ? Answers.ElementAtOrDefault(row) ?? "" : "")],
    };

    public static string Answer(int row) => $"answer-{row}";

    /// <summary>Null when something is wrong, and then <paramref name="errors"/> say what.</summary>
    public BookingForm? Read(FormErrors errors, Service service, DateTimeOffset? start, string zoneId)
    {
        errors.Need("name", Name, BookingForm.MaxName, "Type the guest's name.");
        EmailAddress? email = null;
        if (Email.Length > 0 && !EmailAddress.TryParse(Email, out email))
            errors.Add("email", "This is no whole mail address. It looks like ana@example.com.");
        if (Phone.Length > 0 && (Phone.Length > BookingForm.MaxPhone || Phone.Count(char.IsDigit) is < 3 or > 20))
            errors.Add("phone", "Type a telephone number: digits, with spaces, dashes, brackets or a + if you like.");
        errors.Fit("note", Note, BookingForm.MaxNote);
        foreach (var (answer, i) in Answers.Select((answer, i) => (answer, i)))
            errors.Fit(Answer(i), answer, Question.MaxAnswer);
        return errors.Any || start is not { } at ? null : new BookingForm(service.Id, at, Name, email, Phone.OrNull(), Note.OrNull(), [.. Answers.Take(service.Questions.Length)], zoneId);
    }
}
