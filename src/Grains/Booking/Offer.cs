namespace Backsoon.Booking;

/// <summary>A service with one who does it, as they are offered now.</summary>
internal sealed record Offer(BookingView View, Service Service, Host Host);
