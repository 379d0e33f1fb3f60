using Backsoon.Dispatch;
using Backsoon.Shared;

namespace Backsoon.Booking;

/// <summary>A time to keep free as typed.</summary>
/// <param name="Id">Made with an empty form, so that a double click keeps it once.</param>
public sealed record BlockForm(Guid Id, string Host, string From, string Until, string Note)
{
    public static BlockForm New(DateTimeOffset now, string? day, string zoneId)
    {
        var on = AgendaForm.TryDay(day ?? "", out var asked) ? asked : LocalTime.Date(now, zoneId);
        return new BlockForm(Guid.CreateVersion7(now), "", $"{AgendaForm.Write(on)}T12:00", $"{AgendaForm.Write(on)}T13:00", "");
    }

    public static BlockForm Of(IFormCollection form, Guid id) => new(id, form.Line("host"), form.Line("from"), form.Line("until"), form.Line("note"));

    /// <summary>Null when something is wrong, and then <paramref name="errors"/> say what.</summary>
    public BlockedTime? Read(FormErrors errors, BookingView view, string zoneId)
    {
        var host = Guid.TryParse(Host, out var id) ? view.Host(id) : null;
        if (host is null)
            errors.Add("host", "Choose a host from the list.");
        var (from, until) = (TypedInstant.Read(errors, "from", From, zoneId), TypedInstant.Read(errors, "until", Until, zoneId));
        if (until <= from)
            errors.Add("until", "It ends before it begins.");
        else if (until - from > BlockedTime.Longest)
            errors.Add("until", $"At most {BlockedTime.Longest.TotalDays:0} days.");
        errors.Fit("note", Note, BlockedTime.MaxNote);
        return host is null || from is not { } start || until is not { } end || errors.Any ? null : new BlockedTime(Id, host.Id, start, end, Note);
    }
}
