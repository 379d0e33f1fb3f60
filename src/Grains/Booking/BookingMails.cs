using Backsoon.Accounts;
using Backsoon.Mail;
using Backsoon.Tenants;

namespace Backsoon.Booking;

/// <summary>Makes the mails of what happens to appointments, with the signed links they carry.</summary>
public sealed class BookingMails(Keys keys, Site site, MailTransport transport)
{
    internal async ValueTask<IReadOnlyList<OutgoingMail>> Booked(TenantProfile profile, Host host, Appointment appointment, DateTimeOffset now)
    {
        var (guest, owner) = await Facts(profile, appointment, now);
        return [.. ToGuest(profile, guest, new BookingConfirmedEmail(guest), now), ToHost(profile, host, new HostBookedEmail(owner), now)];
    }

    /// <param name="from">Who had it; null when they are no more, or it is the same host.</param>
    internal async ValueTask<IReadOnlyList<OutgoingMail>> Moved(TenantProfile profile, Host? from, Host to, Appointment was, Appointment appointment, DateTimeOffset now)
    {
        var (guest, owner) = await Facts(profile, appointment, now);
        var email = new HostMovedEmail(owner, AppointmentFacts.Say(was.Start, was.End, was.HostZoneId), was.HostName);
        var hosts = from is null || from.Email.Canonical == to.Email.Canonical ? [to] : new[] { from, to };
        return
        [
            .. ToGuest(profile, guest, new BookingMovedEmail(guest, AppointmentFacts.Say(was.Start, was.End, was.Guest.ZoneId)), now),
            .. hosts.Select(host => ToHost(profile, host, email, now)),
        ];
    }

    internal async ValueTask<IReadOnlyList<OutgoingMail>> Cancelled(TenantProfile profile, Host? host, Appointment appointment, DateTimeOffset now)
    {
        var (guest, owner) = await Facts(profile, appointment, now);
        return [.. ToGuest(profile, guest, new BookingCancelledEmail(guest), now), .. host is null ? [] : new[] { ToHost(profile, host, new HostCancelledEmail(owner), now) }];
    }

    internal async ValueTask<IReadOnlyList<OutgoingMail>> Reminder(TenantProfile profile, Appointment appointment, DateTimeOffset now)
    {
        var (guest, _) = await Facts(profile, appointment, now);
        return [.. ToGuest(profile, guest, new BookingReminderEmail(guest), now).Select(mail => mail with { UselessAfter = appointment.Start })];
    }

    /// <summary>What a calendar file of it says to its guest.</summary>
    internal async ValueTask<AppointmentFacts> Event(TenantProfile profile, Appointment appointment, DateTimeOffset now) => (await Facts(profile, appointment, now)).Guest;

    private async ValueTask<(AppointmentFacts Guest, AppointmentFacts Owner)> Facts(TenantProfile profile, Appointment appointment, DateTimeOffset now)
    {
        var tokens = (await keys.Current()).Tokens;
        var guest = new AppointmentFacts(profile.Settings.BusinessName, appointment, transport.From.Address, now, site.Desk(profile.Slug, AppointmentLink.Path(tokens, profile.Id, appointment.Id, now)));
        return (guest, guest with { Url = site.App($"/bookings/{appointment.Id:n}") });
    }

    // Whoever gave no address is told by whoever booked for them.
    private static IEnumerable<OutgoingMail> ToGuest(TenantProfile profile, AppointmentFacts facts, Email email, DateTimeOffset now) =>
        facts.Appointment.Guest.Email is { } address ? [new OutgoingMail(Guid.CreateVersion7(now), MailPriority.Normal, address, "Guest", email) { Tenant = profile.Id }] : [];

    private static OutgoingMail ToHost(TenantProfile profile, Host host, Email email, DateTimeOffset now) => new(Guid.CreateVersion7(now), MailPriority.Normal, host.Email, host.Name, email) { Tenant = profile.Id };
}
