namespace Backsoon.Booking;

[GenerateSerializer, Alias("booking.calendar.state")]
public sealed class CalendarState
{
    /// <summary>A <see cref="CalendarConnection"/> as JSON, wrapped by the root key; null when none is connected.</summary>
    [Id(0)]
    public byte[]? Connection { get; set; }

    [Id(1)]
    public DateTimeOffset ConnectedAt { get; set; }

    [Id(2)]
    public CalendarTrouble? Trouble { get; set; }

    [Id(3)]
    public DateTimeOffset? TroubleSince { get; set; }

    /// <summary>The id of a mail that is still to be posted.</summary>
    [Id(4)]
    public Guid? Letter { get; set; }

    /// <summary>What gives back the access that was disconnected last.</summary>
    [Id(5)]
    public Guid? Revocation { get; set; }

    /// <summary>What it is still to be handed, wrapped for it.</summary>
    [Id(6)]
    public byte[]? Revoking { get; set; }

    /// <summary>Whose access that is: a keyed hash.</summary>
    [Id(7)]
    public string? RevokingOf { get; set; }

    /// <summary>Consents that have come back, until they would be too old anyway.</summary>
    [Id(8)]
    public List<UsedConsent> Used { get; set; } = [];
}

[GenerateSerializer, Immutable, Alias("booking.calendar.used-consent")]
public sealed record UsedConsent(string Hash, DateTimeOffset Until);

/// <param name="RefreshToken">What gives access.</param>
/// <param name="Reads">Calendars whose busy times hide slots.</param>
/// <param name="Writes">The one that new events are written to.</param>
internal sealed record CalendarConnection(string RefreshToken, Mail.EmailAddress Email, string[] Reads, string Writes);
