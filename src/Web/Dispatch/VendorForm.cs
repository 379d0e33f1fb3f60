using Backsoon.Mail;
using Backsoon.Shared;

namespace Backsoon.Dispatch;

/// <summary>A vendor as typed.</summary>
/// <param name="Id">Made with an empty form, so that a double click adds one vendor.</param>
public sealed record VendorForm(Guid Id, string Name, string Email, string Phone, string Note, bool Active)
{
    public const int LongestName = DirectoryLimits.VendorName;
    public const int LongestPhone = DirectoryLimits.VendorPhone;
    public const int LongestNote = DirectoryLimits.VendorNote;

    public static VendorForm New(DateTimeOffset now) => new(Guid.CreateVersion7(now), "", "", "", "", true);

    public static VendorForm Of(Vendor saved) => new(saved.Id, saved.Name, saved.Email.Value, saved.Phone ?? "", saved.Note ?? "", saved.Active);

    public static VendorForm Of(IFormCollection form, Guid id, bool active) =>
        new(id, form.Line("name"), form.Line("email"), form.Line("phone"), form.Text("note").ReplaceLineEndings("\n"), active);

    /// <summary>Null when something is wrong, and then <paramref name="errors"/> say what.</summary>
    /// <param name="saved">What the form does not show stays as it is.</param>
    public Vendor? Read(FormErrors errors, Vendor? saved)
    {
        errors.Need("name", Name, LongestName, "Type the name you know them by.");
        if (!EmailAddress.TryParse(Email, out var email))
            errors.Add("email", Email.Length == 0 ? "Type the address that requests are mailed to." : "This is no whole mail address. It looks like office@example.com.");
        if (Phone.Length > 0 && (Phone.Length > LongestPhone || Phone.Count(char.IsDigit) is < 3 or > 20))
            errors.Add("phone", "Type a telephone number: digits, with spaces, dashes, brackets or a + if you like.");
        errors.Fit("note", Note, LongestNote);
        if (email is null || errors.Any)
            return null;
        var typed = new Vendor(Id, Name, email, Phone.OrNull(), Note.OrNull(), Active);
        return saved is null ? typed : typed with { Duty = saved.Duty, Hours = saved.Hours, UnavailableUntil = saved.UnavailableUntil };
    }
}
