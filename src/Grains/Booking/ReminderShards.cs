using System.Security.Cryptography;

namespace Backsoon.Booking;

/// <summary>Which of the reminders grains looks after an appointment, and when its guest is reminded.</summary>
internal static class ReminderShards
{
    public static short Of(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return (short)(SHA256.HashData(bytes)[^1] % IRemindersGrain.Shards);
    }

    /// <summary>The next reminder of an appointment after an instant; null when there is none any more.</summary>
    public static DateTimeOffset? Next(BookingSettings settings, DateTimeOffset start, DateTimeOffset after)
    {
        DateTimeOffset? next = null;
        foreach (var before in settings.Reminders)
        {
            if (start - before > after && !(next <= start - before))
                next = start - before;
        }

        return next;
    }
}
