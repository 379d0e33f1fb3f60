using System.Collections.Immutable;
using Backsoon.Accounts;

namespace Backsoon.Booking;

/// <summary>One appointment. Its row in the ledger is its state.</summary>
/// <remarks>Key: <c>appointment/{tenant}/{id}</c>.</remarks>
[Alias("booking.appointment-grain")]
public interface IAppointmentGrain : IGrainWithStringKey
{
    /// <summary>Null when there is no such appointment in this tenant.</summary>
    [ReadOnly, Alias("look")]
    Task<Appointment?> Look();

    /// <summary>What happened to it, in order.</summary>
    [ReadOnly, Alias("history")]
    Task<ImmutableArray<AppointmentEvent>> History();

    /// <summary>By the guest, with notice. Idempotent, as is the one below.</summary>
    [Alias("cancel-as-guest")]
    Task<CancelOutcome> CancelAsGuest(string note);

    [Alias("cancel")]
    Task<CancelOutcome> Cancel(string note, AccountId by);

    /// <summary>To another time, with the same host or another: wholly or not at all.</summary>
    /// <param name="form">Which held the new slot.</param>
    [Alias("move-as-guest")]
    Task<MoveOutcome> MoveAsGuest(Guid host, DateTimeOffset start, Guid form);

    /// <summary>By the owner's hand: to any time that no appointment takes.</summary>
    [Alias("move")]
    Task<MoveOutcome> Move(Guid host, DateTimeOffset start, AccountId by);

    /// <summary>The guest did not come, or did after all. False when it has not begun or was cancelled.</summary>
    [Alias("mark-no-show")]
    Task<bool> MarkNoShow(bool isNoShow, AccountId by);

    /// <summary>What only the owner reads. False when there is no such appointment.</summary>
    [Alias("note")]
    Task<bool> Note(string text, AccountId by);

    /// <summary>Mails the reminder that is due by now, if one is. Idempotent; the reminders' sweep calls it.</summary>
    [Alias("remind")]
    Task Remind();

    /// <summary>Takes its guest out of it, cancels it if it is to come, and leaves its times; their entry in the host's calendar goes. Idempotent.</summary>
    [Alias("forget-guest")]
    Task ForgetGuest(AccountId by);

    /// <summary>The appointment as a calendar file; null when there is none.</summary>
    [ReadOnly, Alias("calendar-file")]
    Task<string?> CalendarFile();
}

[Alias("booking.cancel-outcome")]
public enum CancelOutcome
{
    Cancelled,
    /// <summary>It was before.</summary>
    Already,
    /// <summary>Less than the notice is left: the guest has to call.</summary>
    TooLate,
    /// <summary>It has ended.</summary>
    Over,
    Unknown,
}

[GenerateSerializer, Immutable, Alias("booking.move-outcome")]
public abstract record MoveOutcome
{
    /// <summary>Also when it was there already.</summary>
    [GenerateSerializer, Immutable, Alias("booking.move-outcome.moved")]
    public sealed record Moved(Appointment Appointment) : MoveOutcome;

    /// <param name="Nearest">Free times around it, the nearest first.</param>
    [GenerateSerializer, Immutable, Alias("booking.move-outcome.taken")]
    public sealed record Taken(SlotReason Why, ImmutableArray<Slot> Nearest) : MoveOutcome;

    /// <summary>Less than the notice is left: the guest has to call.</summary>
    [GenerateSerializer, Immutable, Alias("booking.move-outcome.too-late")]
    public sealed record TooLate : MoveOutcome;

    /// <summary>It was cancelled, has ended, or is not there.</summary>
    [GenerateSerializer, Immutable, Alias("booking.move-outcome.over")]
    public sealed record Over : MoveOutcome;
}
