using Backsoon.Dispatch;
using Backsoon.Shared;
using Backsoon.Tenants;

namespace Backsoon.Booking;

/// <summary>The first service and the first host as typed.</summary>
/// <param name="ServiceId">Made with an empty form, as is the other, so that a double click makes one of each.</param>
public sealed record BookingStartForm(Guid ServiceId, Guid HostId, string Service, string Length, string Host, string Email, string Zone, string Hours)
{
    private static readonly DayOfWeek[] s_days = [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday];

    public static BookingStartForm New(TenantSettings settings, DateTimeOffset now) =>
        new(Guid.CreateVersion7(now), Guid.CreateVersion7(now), "", "30", settings.Owner.Name, settings.Owner.Email.Value, settings.ZoneId, "9–17");

    public static BookingStartForm Of(IFormCollection form, Guid service, Guid host) =>
        new(service, host, form.Line("service"), form.Line("length"), form.Line("host"), form.Line("email"), form.Line("zone"), form.Line("hours"));

    public (Service Service, Host Host)? Read(FormErrors errors)
    {
        errors.Need("service", Service, Booking.Service.MaxName, "Type what people book, like Viewing or Consultation.");
        var length = TypedTime.Minutes(errors, "length", Length, Booking.Service.Shortest, Booking.Service.Longest);
        var host = new HostForm(HostId, Host, Email, Zone, FollowsHolidays: true, FollowsAway: true, Active: true).Read(errors, "host", null);
        if (Hours.Length > HoursText.Longest || HoursText.Parse(Hours) is not { IsEmpty: false } spans || spans.Any(span => span.Until <= span.From))
            errors.Add("hours", "Type them like 9–12:30, 14–18.");
        else
            HoursForm.Check(errors, "hours", spans);
        if (host is null || errors.Any || HoursText.Parse(Hours) is not { } week)
            return null;
        var service = ServiceForm.New(ServiceId, [HostId]) with { Name = Service, Length = Length, Step = ServiceForm.StepFor(length) };
        return service.Read(errors, [host]) is { } read
            ? (read, host with { Hours = new OpeningHours([.. s_days.SelectMany(_ => week, (day, span) => new OpeningPeriod(day, span))], []) })
            : null;
    }
}
