using System.Security.Cryptography;
using System.Text;

namespace Backsoon.Booking;

/// <summary>Where and when an appointment is to be: what is written of it, and what the database keeps others from.</summary>
/// <param name="Day">By the host's clock.</param>
/// <param name="DailyCap">Null where none applies.</param>
public sealed record Placement(Guid Service, Guid Host, string HostName, string HostZoneId, DateTimeOffset Start, DateTimeOffset End, DateTimeOffset GuardFrom, DateTimeOffset GuardUntil, int Seats, DateOnly Day, int? DailyCap, DateTimeOffset? RemindAt)
{
    /// <summary>The same for all who come to one service at one instant, and for nobody else.</summary>
    public Guid Sitting { get; } = SittingOf(Service, Start);

    private static Guid SittingOf(Guid service, DateTimeOffset start) => new(SHA256.HashData(Encoding.ASCII.GetBytes($"{service:n}/{start.UtcTicks}")).AsSpan(0, 16));
}

/// <summary>Tells a form sent again from a changed one: SHA-256 of everything that was chosen and typed, each part after its length.</summary>
internal static class FormPrint
{
    public static byte[] Of(BookingForm form)
    {
        string[] parts = [form.Service.ToString("n"), form.Start.UtcTicks.ToString(), form.Name, form.Email?.Canonical ?? "", form.Phone ?? "", form.Note ?? "", .. form.Answers];
        var builder = new StringBuilder();
        foreach (var part in parts)
            builder.Append(part.Length).Append(':').Append(part);
        return SHA256.HashData(Encoding.UTF8.GetBytes(builder.ToString()));
    }
}
