using System.Globalization;
using Backsoon.Accounts;
using Backsoon.Tenants;

namespace Backsoon.Booking;

/// <summary>What a guest's form carries: whose desk it is, the id its appointment will have, and the time that is kept for it.</summary>
/// <remarks>The id is made with the form, so a double click, a reload and a retry all book the same appointment.</remarks>
/// <param name="Moves">The appointment that gets another time; null when a new one is booked.</param>
/// <param name="Slot">Null until a time is chosen.</param>
public sealed record BookTicket(TenantId Tenant, Guid Form, Guid? Moves, DateTimeOffset RenderedAt, KeptSlot? Slot, TokenStanding Standing)
{
    public static readonly TimeSpan Life = TimeSpan.FromHours(24);

    public bool IsValid => Standing == TokenStanding.Valid;

    public static BookTicket New(TenantId tenant, Guid? moves, DateTimeOffset now) => new(tenant, Guid.CreateVersion7(now), moves, now, null, TokenStanding.Valid);

    /// <summary>Null when it is forged, or another desk's.</summary>
    public static BookTicket? Read(KeyRing ring, string token, TenantId tenant, DateTimeOffset now)
    {
        var reading = ring.Tokens.Read(TokenPurpose.BookForm, token, now);
        return reading.Parts is [var whose, var form, var moves, var rendered, .. var slot] && whose == tenant.Value
            ? new BookTicket(tenant, Guid.ParseExact(form, "n"), moves.Length == 0 ? null : Guid.ParseExact(moves, "n"), At(rendered), KeptSlot.Of(slot), reading.Standing)
            : null;
    }

    public string Sign(KeyRing ring, DateTimeOffset now) =>
        ring.Tokens.Sign(TokenPurpose.BookForm, now + Life, [Tenant.Value, $"{Form:n}", $"{Moves:n}", Seconds(RenderedAt), .. Slot?.Parts ?? []]);

    internal static DateTimeOffset At(string seconds) => DateTimeOffset.FromUnixTimeSeconds(long.Parse(seconds, CultureInfo.InvariantCulture));

    internal static string Seconds(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
}

/// <summary>A time that is kept for a guest.</summary>
/// <param name="ZoneId">The guest's.</param>
public sealed record KeptSlot(Guid Service, Guid Host, DateTimeOffset Start, string ZoneId, DateTimeOffset Until)
{
    private const int Told = 8;

    internal IEnumerable<string> Parts => [$"{Service:n}", $"{Host:n}", BookTicket.Seconds(Start), ZoneId, BookTicket.Seconds(Until)];

    internal static KeptSlot? Of(IReadOnlyList<string> parts) =>
        parts is [var service, var host, var start, var zone, var until] ? new(Guid.ParseExact(service, "n"), Guid.ParseExact(host, "n"), BookTicket.At(start), zone, BookTicket.At(until)) : null;

    /// <summary>What a button that takes a slot sends: a page has many of them, so no more of the host's id than tells them apart.</summary>
    public static string Value(Guid host, DateTimeOffset start) => $"{$"{host:n}"[^Told..]}.{BookTicket.Seconds(start)}";

    public static (Guid Host, DateTimeOffset Start)? Chosen(string value, IEnumerable<Guid> hosts) =>
        value.Split('.') is [{ Length: >= Told } host, var start] && long.TryParse(start, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < s_end
            && hosts.FirstOrDefault(id => $"{id:n}".EndsWith(host, StringComparison.Ordinal)) is var chosen && chosen != Guid.Empty
            ? (chosen, DateTimeOffset.FromUnixTimeSeconds(seconds))
            : null;

    // Whatever is added to it stays within the calendar.
    private static readonly long s_end = new DateTimeOffset(2200, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();
}
