using Backsoon.Dispatch;
using Backsoon.Mail;
using Backsoon.Shared;
using Backsoon.Tenants;

namespace Backsoon.Booking;

/// <summary>A host as typed.</summary>
/// <param name="Id">Made with an empty form, so that a double click adds one host.</param>
public sealed record HostForm(Guid Id, string Name, string Email, string Zone, bool FollowsHolidays, bool FollowsAway, bool Active)
{
    private static readonly OpeningHours s_officeHours = new(
        [.. HoursForm.Order.Where(day => day is not (DayOfWeek.Saturday or DayOfWeek.Sunday)).Select(day => new OpeningPeriod(day, new(9 * 60, 17 * 60)))], []);

    public static HostForm New(TenantSettings settings, DateTimeOffset now) => new(Guid.CreateVersion7(now), "", "", settings.ZoneId, FollowsHolidays: true, FollowsAway: true, Active: true);

    public static HostForm Of(Host saved) => new(saved.Id, saved.Name, saved.Email.Value, saved.ZoneId, !saved.WorksOnHolidays, !saved.WorksWhileAway, saved.Active);

    public static HostForm Of(IFormCollection form, Guid id, bool active) =>
        new(id, form.Line("name"), form.Line("email"), form.Line("zone"), form.IsChecked("holidays"), form.IsChecked("away"), active);

    /// <summary>What a new host begins with: the hours of the business, or those of an office where it has none.</summary>
    public static OpeningHours? FirstHours(TenantSettings settings) => settings.Hours is null ? s_officeHours : null;

    /// <summary>Null when something is wrong, and then <paramref name="errors"/> say what.</summary>
    /// <param name="saved">What the form does not show stays as it is.</param>
    public Host? Read(FormErrors errors, string nameField, Host? saved)
    {
        errors.Need(nameField, Name, Host.MaxName, "Type the name that guests know them by.");
        if (!EmailAddress.TryParse(Email, out var email))
            errors.Add("email", Email.Length == 0 ? "Type the address that bookings are told to." : "This is no whole mail address. It looks like office@example.com.");
        if (Zone.Length > 64 || !LocalTime.IsZone(Zone))
            errors.Add("zone", "Choose a time zone from the list.");
        return email is null || errors.Any
            ? null
            : new Host(Id, Name, email, Active, saved?.Hours, Zone, WorksOnHolidays: !FollowsHolidays, WorksWhileAway: !FollowsAway);
    }
}
