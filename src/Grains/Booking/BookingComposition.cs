using Backsoon.Mail;
using Microsoft.Extensions.DependencyInjection;

namespace Backsoon.Booking;

public static class BookingComposition
{
    /// <summary>What the grains of this feature need, and the mails they send.</summary>
    public static IServiceCollection AddBooking(this IServiceCollection services) => services
        .AddSingleton<AppointmentRows>()
        .AddSingleton<AppointmentErasure>()
        .AddSingleton<AppointmentLists>()
        .AddSingleton<HostScheduleRows>()
        .AddSingleton<BookingMails>()
        .AddSingleton(EmailKind.Of("booking-confirmed", BookingConfirmedEmail.Example) with { IsTyped = true })
        .AddSingleton(EmailKind.Of("booking-moved", BookingMovedEmail.Example) with { IsTyped = true })
        .AddSingleton(EmailKind.Of("booking-cancelled", BookingCancelledEmail.Example) with { IsTyped = true })
        .AddSingleton(EmailKind.Of("booking-reminder", BookingReminderEmail.Example) with { IsTyped = true })
        .AddSingleton(EmailKind.Of("host-booked", HostBookedEmail.Example))
        .AddSingleton(EmailKind.Of("host-moved", HostMovedEmail.Example))
        .AddSingleton(EmailKind.Of("host-cancelled", HostCancelledEmail.Example));
}
