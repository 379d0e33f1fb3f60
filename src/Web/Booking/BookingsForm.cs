using System.Collections.Immutable;
using Backsoon.Dispatch;
using Backsoon.Shared;

namespace Backsoon.Booking;

/// <summary>The settings of booking as typed.</summary>
public sealed record BookingsForm(string Intro, ImmutableArray<TypedTime> Reminders)
{
    public static string Field(int row) => $"reminder-{row}";

    public static BookingsForm Of(BookingSettings saved) => new(
        saved.Intro ?? "", [.. saved.Reminders.Select(TypedTime.Of).Concat(Enumerable.Repeat(TypedTime.Empty, BookingSettings.MaxReminders)).Take(BookingSettings.MaxReminders)]);

    public static BookingsForm Of(IFormCollection form) => new(
        form.Text("intro").ReplaceLineEndings("\n"), [.. Enumerable.Range(0, BookingSettings.MaxReminders).Select(i => TypedTime.Of(form, Field(i)))]);

    /// <summary>Null when something is wrong, and then <paramref name="errors"/> say what.</summary>
    public BookingSettings? Read(FormErrors errors, BookingSettings saved)
    {
        errors.Fit("intro", Intro, BookingSettings.MaxIntro);
        var reminders = ImmutableArray.CreateBuilder<TimeSpan>();
        foreach (var (typed, i) in Reminders.Select((typed, i) => (typed, i)))
        {
            if (typed.Number.Length > 0)
                reminders.Add(typed.Read(errors, Field(i), TimeSpan.FromMinutes(5), BookingSettings.LongestReminder));
        }

        return errors.Any ? null : saved with { Intro = Intro.OrNull(), Reminders = reminders.ToImmutable() };
    }
}
