using System.Collections.Immutable;

namespace Backsoon.Booking;

/// <summary>What is offered to whom a slot was taken from.</summary>
internal static class NearestSlots
{
    private const int Offered = 6;
    private static readonly TimeSpan s_near = TimeSpan.FromDays(3);
    private static readonly TimeSpan s_far = TimeSpan.FromDays(21);

    /// <summary>The time that may be looked at.</summary>
    public static (DateTimeOffset From, DateTimeOffset Until) Around(DateTimeOffset start) => (start - s_far, start + s_far);

    public static ImmutableArray<Slot> Of(Availability availability, DateTimeOffset start)
    {
        var near = availability.Slots(start - s_near, start + s_near).ToList();
        if (near.Count < Offered)
            near = [.. availability.Slots(start - s_far, start + s_far)];
        return [.. near.OrderBy(slot => (slot.Start - start).Duration()).Take(Offered)];
    }
}
