using System.Collections.Immutable;
using Backsoon.Tenants;

namespace Backsoon.Booking;

/// <summary>Whether a tenant takes bookings, for what, and with whom.</summary>
/// <remarks>Key: <c>booking/{tenant}</c>.</remarks>
[Alias("booking.booking")]
public interface IBookingGrain : IGrainWithStringKey
{
    /// <summary>Null when the tenant is gone. Waits for nothing once the grain is active.</summary>
    [AlwaysInterleave, Alias("look")]
    Task<BookingView?> Look();

    /// <summary>The free times between, of one host or of all who do it: then each start once, with whoever has most room.</summary>
    /// <param name="form">Whose own hold does not count.</param>
    [AlwaysInterleave, Alias("slots")]
    Task<SlotList> Slots(Guid service, Guid? host, DateTimeOffset from, DateTimeOffset to, Guid? form);

    /// <summary>Switching it on for the first time makes the owner a host.</summary>
    [Alias("change")]
    Task<BookingChange> Change(BookingSettings settings);

    /// <summary>Adds or replaces by id, as the one below.</summary>
    [Alias("put-service")]
    Task<BookingChange> PutService(Service service);

    [Alias("put-host")]
    Task<BookingChange> PutHost(Host host);

    /// <summary>Makes a new private calendar link for a host, or takes it back; older ones are over at once. Null when there is no such host.</summary>
    [Alias("change-feed")]
    Task<int?> ChangeFeed(Guid host, bool revoke);

    /// <summary>Forgets everything; the tenant is being erased.</summary>
    [Alias("close")]
    Task Close();
}

/// <param name="Reminders">How long before an appointment its guest is reminded; none for no reminders.</param>
/// <param name="Intro">What guests read first; null for nothing.</param>
[GenerateSerializer, Immutable, Alias("booking.settings")]
public sealed record BookingSettings(bool IsOn, ImmutableArray<TimeSpan> Reminders, string? Intro = null)
{
    public const int MaxIntro = 500;
    public const int MaxReminders = 3;
    public static readonly TimeSpan LongestReminder = TimeSpan.FromDays(14);
    public static readonly BookingSettings Default = new(IsOn: false, [TimeSpan.FromHours(24), TimeSpan.FromHours(2)]);
}

/// <param name="Version">Rises with every change of these or of the profile.</param>
[GenerateSerializer, Immutable, Alias("booking.view")]
public sealed record BookingView(long Version, BookingSettings Settings, ImmutableArray<Service> Services, ImmutableArray<Host> Hosts, TenantProfile Profile)
{
    public const int MaxServices = 50;
    public const int MaxHosts = 50;

    /// <summary>Whether there is anything that guests can book.</summary>
    public bool IsOpen => IsAnyOffered(Settings, Services, Hosts);

    public bool IsOffered(Service service) => IsOffered(service, Hosts);

    public static bool IsAnyOffered(BookingSettings settings, ImmutableArray<Service> services, ImmutableArray<Host> hosts) => settings.IsOn && services.Any(service => IsOffered(service, hosts));

    private static bool IsOffered(Service service, ImmutableArray<Host> hosts) => service.Active && hosts.Any(host => host.Active && service.Hosts.Contains(host.Id));

    public Service? Service(Guid id) => Services.FirstOrDefault(service => service.Id == id);

    public Host? Host(Guid id) => Hosts.FirstOrDefault(host => host.Id == id);
}

[Alias("booking.change")]
public enum BookingChange
{
    Saved,
    /// <summary>Another one has this name.</summary>
    Duplicate,
    TooMany,
    /// <summary>The service names a host who is not there.</summary>
    Missing,
    /// <summary>The tenant is gone.</summary>
    Gone,
}
