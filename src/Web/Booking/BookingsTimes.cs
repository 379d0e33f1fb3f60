using System.Collections.Immutable;
using System.Globalization;
using Backsoon.Shared;
using Backsoon.Tenants;

namespace Backsoon.Booking;

/// <summary>A host, a day and a time being chosen for an appointment: the free ones of the day, or any other by hand.</summary>
/// <param name="Days">Further days that have free times.</param>
/// <param name="Start">As sent: the instant of a free time, or the word for by hand.</param>
public sealed record BookingsTimes(Guid Host, DateOnly Day, ImmutableArray<Slot> Free, ImmutableArray<DateOnly> Days, bool IsCalendarKnown, string Start, string ByHand)
{
    public const string Hand = "by-hand";

    /// <summary>The buttons that show other times and book nothing; further days have theirs as its value.</summary>
    public const string Look = "look";

    /// <summary>Said when somebody would book a time of a list whose service, host or day they changed.</summary>
    public const string Changed = "The service, the host or the day is another now. Choose one of its times.";

    private const int LookAhead = 14;
    private const int MostDays = 5;

    public static string Write(DateTimeOffset start) => start.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    public static bool IsLook(IFormCollection form) => form.ContainsKey(Look);

    /// <summary>The day to be shown: of the button, else of the field, else the one that was.</summary>
    public static string DayIn(IFormCollection form) => new[] { Look, "day", "on" }.Select(form.Line).FirstOrDefault(day => day.Length > 0) ?? "";

    /// <summary>Whether a time of the list is chosen that was shown for another day than the field has.</summary>
    public static bool IsOfOtherDay(IFormCollection form) => form.Line("start") is { Length: > 0 } start && start != Hand && DayIn(form) != form.Line("on");

    public static async Task<BookingsTimes> Read(TenantScope scope, Guid service, Guid host, DateOnly day, string zoneId, string start, string byHand)
    {
        var until = LocalTime.StartOf(day.AddDays(LookAhead), zoneId);
        var list = await scope.Schedule(host).Slots(service, LocalTime.StartOf(day, zoneId), until, null);
        var days = list.Slots.Select(slot => LocalTime.Date(slot.Start, zoneId)).Distinct().Where(other => other != day).Take(MostDays);
        return new BookingsTimes(host, day, [.. list.Slots.Where(slot => LocalTime.Date(slot.Start, zoneId) == day)], [.. days], list.IsCalendarKnown, start, byHand);
    }

    /// <summary>Null when something is wrong, and then <paramref name="errors"/> say what.</summary>
    public DateTimeOffset? Chosen(FormErrors errors, string zoneId)
    {
        if (Start == Hand || Start.Length == 0 && ByHand.Length > 0)
            return TypedInstant.Read(errors, "by-hand", ByHand, zoneId);
        if (DateTimeOffset.TryParseExact(Start, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var start) && start.Year is > 2000 and < 2200)
            return start;
        errors.Add("start", "Choose one of the times, or type another.");
        return null;
    }

    /// <summary>Why the owner may not put an appointment there.</summary>
    public static string Why(SlotReason reason) => reason switch
    {
        SlotReason.SeatsFull => "All its seats are taken. Choose another time.",
        SlotReason.Taken => "Another appointment is then. Choose another time, or move that one first.",
        SlotReason.Buffer => "It is too close to another appointment: one of the two keeps time free before or after itself.",
        SlotReason.Inactive => "The service or the host is no longer there.",
        _ => "Another appointment has taken it meanwhile. Choose another time.",
    };
}
