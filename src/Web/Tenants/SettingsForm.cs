using Backsoon.Mail;
using Backsoon.Shared;

namespace Backsoon.Tenants;

/// <summary>The settings as they were typed (R31), and what is wrong with them.</summary>
public sealed record SettingsForm(
    string BusinessName, string About, string Zone, string Subject, string Subjects, string Caller, string AwayText, string EmergencyText, string EmergencyPhone,
    string OwnerName, string OwnerEmail, string OwnerPhone, NotificationPreferences Notifications)
{
    public const int LongestName = 100;
    public const int LongestNoun = 30;
    public const int LongestText = 600;
    public const int LongestAbout = 1000;
    public const int LongestPhone = 40;

    public static SettingsForm Of(TenantSettings saved) => new(
        saved.BusinessName, saved.About ?? "", saved.ZoneId, saved.Nouns.Subject, saved.Nouns.Subjects, saved.Nouns.Caller, saved.AwayText ?? "", saved.EmergencyText ?? "", saved.EmergencyPhone ?? "",
        saved.Owner.Name, saved.Owner.Email.Value, saved.Owner.Phone ?? "", saved.Notifications);

    public static SettingsForm Of(IFormCollection form) => new(
        form.Line("business"), Lines(form, "about"), form.Line("zone"), form.Line("subject"), form.Line("subjects"), form.Line("caller"), Lines(form, "away-text"), Lines(form, "emergency-text"), form.Line("emergency-phone"),
        form.Line("owner"), form.Line("owner-email"), form.Line("owner-phone"),
        new NotificationPreferences(form.IsChecked("tell-every"), form.IsChecked("tell-urgent"), form.IsChecked("tell-accepted"), form.IsChecked("tell-declined"), form.IsChecked("tell-done")));

    /// <summary>Null when something is wrong, and then <paramref name="errors"/> say what.</summary>
    /// <param name="saved">What the page does not show stays as it is.</param>
    public TenantSettings? Read(FormErrors errors, TenantSettings saved)
    {
        Need(errors, "business", BusinessName, LongestName, "Type the name that callers know your business by.");
        Fits(errors, "about", About, LongestAbout);
        if (Zone.Length > 64 || !LocalTime.IsZone(Zone))
            errors.Add("zone", "Choose a time zone from the list.");
        Need(errors, "subject", Subject, LongestNoun, "Type one word for what requests are about, like property.");
        Need(errors, "subjects", Subjects, LongestNoun, "Type the plural of the same word, like properties.");
        Need(errors, "caller", Caller, LongestNoun, "Type one word for those who call, like tenant or client.");
        Fits(errors, "away-text", AwayText, LongestText);
        Fits(errors, "emergency-text", EmergencyText, LongestText);
        Phone(errors, "emergency-phone", EmergencyPhone);
        Need(errors, "owner", OwnerName, LongestName, "Type the name that vendors should ask for.");
        if (!EmailAddress.TryParse(OwnerEmail, out var ownerEmail))
            errors.Add("owner-email", "Type the whole address that vendors should write to, like ana@example.com.");
        Phone(errors, "owner-phone", OwnerPhone);

        return ownerEmail is null || errors.Any
            ? null
            : saved with
            {
                BusinessName = BusinessName,
                ZoneId = Zone,
                Nouns = new Nouns(Subject, Subjects, Caller),
                Owner = new OwnerContact(OwnerName, ownerEmail, OwnerPhone.OrNull()),
                About = About.OrNull(),
                AwayText = AwayText.OrNull(),
                EmergencyText = EmergencyText.OrNull(),
                EmergencyPhone = EmergencyPhone.OrNull(),
                Notifications = Notifications,
            };
    }

    // A browser sends a line break as two characters and counts it as one.
    private static string Lines(IFormCollection form, string name) => form.Text(name).ReplaceLineEndings("\n");

    private static void Need(FormErrors errors, string field, string value, int longest, string missing)
    {
        if (value.Length == 0)
            errors.Add(field, missing);
        Fits(errors, field, value, longest);
    }

    private static void Fits(FormErrors errors, string field, string value, int longest)
    {
        if (value.Length > longest)
            errors.Add(field, $"That is {value.Length} characters; {longest} fit.");
    }

    private static void Phone(FormErrors errors, string field, string value)
    {
        if (value.Length > 0 && (value.Length > LongestPhone || value.Count(char.IsDigit) is < 3 or > 20))
            errors.Add(field, "Type a telephone number: digits, with spaces, dashes, brackets or a + if you like.");
    }
}
