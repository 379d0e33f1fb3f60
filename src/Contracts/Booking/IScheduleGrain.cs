using System.Collections.Immutable;
using Backsoon.Accounts;
using Backsoon.Mail;

namespace Backsoon.Booking;

/// <summary>One host's time: who holds a slot while filling in a form, and who takes it. That nobody takes what is taken is the database's word.</summary>
/// <remarks>Key: <c>schedule/{tenant}/{host}</c>.</remarks>
[Alias("booking.schedule")]
public interface IScheduleGrain : IGrainWithStringKey
{
    /// <summary>How long a slot is kept for who fills in the form.</summary>
    public static readonly TimeSpan HoldTime = TimeSpan.FromMinutes(5);

    [AlwaysInterleave, Alias("slots")]
    Task<SlotList> Slots(Guid service, DateTimeOffset from, DateTimeOffset to, Guid? form);

    /// <summary>Why this time is not offered, or that it is.</summary>
    [AlwaysInterleave, Alias("why")]
    Task<SlotAnswer> Why(Guid service, DateTimeOffset start, Guid? form);

    /// <summary>Keeps a slot for a form, or keeps it longer. A form holds one slot: another one lets go of the first.</summary>
    [Alias("hold")]
    Task<HoldOutcome> Hold(Guid form, Guid service, DateTimeOffset start);

    /// <summary>Lets go of what a form holds.</summary>
    [Alias("release")]
    Task Release(Guid form);

    /// <summary>Takes a slot for a guest. Commits appointment and mails together, once for each id, however often it is asked.</summary>
    /// <param name="id">Made with the form, which held the slot by it.</param>
    [Alias("book")]
    Task<BookOutcome> Book(Guid id, BookingForm form);

    /// <summary>The same by the owner's hand: at any time that no appointment takes.</summary>
    [Alias("book-by-owner")]
    Task<BookOutcome> BookByOwner(Guid id, BookingForm form, AccountId by);

    /// <summary>Adds or replaces a blocked time by id. Appointments that are then already stay.</summary>
    [Alias("block")]
    Task<bool> Block(BlockedTime block);

    /// <summary>False when there is no such block.</summary>
    [Alias("unblock")]
    Task<bool> Unblock(Guid block);

    /// <summary>Moves an appointment here, from this host or another: wholly or not at all. Null when it is of another version by now. For the appointment's own grain.</summary>
    [Alias("take-over")]
    Task<MoveOutcome?> TakeOver(AppointmentMove move);

    /// <summary>Rows were written past this grain: reads them again. For the appointment's own grain.</summary>
    [AlwaysInterleave, Alias("changed")]
    Task Changed();
}

/// <remarks>Longer texts are cut: the form says the limits, so only a forged one meets them here.</remarks>
/// <param name="Email">A guest gives one always; the owner may book without.</param>
/// <param name="Answers">To the service's questions, in their order.</param>
/// <param name="ZoneId">The guest's, IANA: how times are said to them.</param>
[GenerateSerializer, Immutable, Alias("booking.form")]
public sealed record BookingForm(Guid Service, DateTimeOffset Start, string Name, EmailAddress? Email, string? Phone, string? Note, ImmutableArray<string> Answers, string ZoneId)
{
    public const int MaxName = 120;
    public const int MaxPhone = 40;
    public const int MaxNote = 2000;
}

[GenerateSerializer, Immutable, Alias("booking.hold-outcome")]
public abstract record HoldOutcome
{
    [GenerateSerializer, Immutable, Alias("booking.hold-outcome.held")]
    public sealed record Held(DateTimeOffset Until) : HoldOutcome;

    /// <param name="Nearest">Free times around it, the nearest first.</param>
    [GenerateSerializer, Immutable, Alias("booking.hold-outcome.taken")]
    public sealed record Taken(SlotReason Why, ImmutableArray<Slot> Nearest) : HoldOutcome;
}

[GenerateSerializer, Immutable, Alias("booking.book-outcome")]
public abstract record BookOutcome
{
    [GenerateSerializer, Immutable, Alias("booking.book-outcome.booked")]
    public sealed record Booked(Appointment Appointment) : BookOutcome;

    /// <summary>This form was sent before: it is the same appointment.</summary>
    [GenerateSerializer, Immutable, Alias("booking.book-outcome.already-booked")]
    public sealed record AlreadyBooked(Appointment Appointment) : BookOutcome;

    /// <summary>This form was sent before with another time or other words; the first stays.</summary>
    [GenerateSerializer, Immutable, Alias("booking.book-outcome.different")]
    public sealed record Different(Appointment Appointment) : BookOutcome;

    /// <param name="Nearest">Free times around it, the nearest first.</param>
    [GenerateSerializer, Immutable, Alias("booking.book-outcome.taken")]
    public sealed record Taken(SlotReason Why, ImmutableArray<Slot> Nearest) : BookOutcome;

    /// <summary>The business is no longer here: 410.</summary>
    [GenerateSerializer, Immutable, Alias("booking.book-outcome.gone")]
    public sealed record Gone : BookOutcome;

    /// <summary>The database does not answer: nothing is known to be saved, try again with the same form (503).</summary>
    [GenerateSerializer, Immutable, Alias("booking.book-outcome.unavailable")]
    public sealed record Unavailable : BookOutcome;
}

/// <summary>A time the owner keeps free.</summary>
/// <param name="End">Exclusive.</param>
[GenerateSerializer, Immutable, Alias("booking.blocked-time")]
public sealed record BlockedTime(Guid Id, Guid Host, DateTimeOffset Start, DateTimeOffset End, string Note)
{
    public const int MaxNote = 200;
    public static readonly TimeSpan Longest = TimeSpan.FromDays(400);
}

/// <param name="Version">The version of the appointment that is moved; another one is not.</param>
/// <param name="Form">Whose own hold does not count; null for none.</param>
[GenerateSerializer, Immutable, Alias("booking.appointment-move")]
public sealed record AppointmentMove(Guid Appointment, int Version, DateTimeOffset Start, Guid? Form, AccountId? By);
