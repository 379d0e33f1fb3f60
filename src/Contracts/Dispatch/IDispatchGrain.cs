using System.Collections.Immutable;
using Backsoon.Accounts;
using Backsoon.Mail;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

/// <summary>One request of one caller, from the form to done. Its rows in the ledger are its state.</summary>
/// <remarks>Key: <c>dispatch/{tenant}/{id}</c>. The id is made with the form, so a double click meets itself here.</remarks>
[Alias("dispatch.dispatch")]
public interface IDispatchGrain : IGrainWithStringKey
{
    /// <summary>Commits request, first events and mails together, once, however often it is asked.</summary>
    [Alias("submit")]
    Task<SubmitOutcome> Submit(Submission submission);

    /// <summary>The same in the name of the business, marked as a test wherever it shows. Nothing else makes one.</summary>
    /// <param name="text">What it says; longer ones are cut.</param>
    [Alias("test")]
    Task<SubmitOutcome> Test(Guid? subject, Guid category, string text, AccountId by);

    /// <summary>Null when there is no such request in this tenant.</summary>
    [ReadOnly, Alias("look")]
    Task<DispatchView?> Look();

    /// <summary>What one vendor may see (R10). Null when they were never asked.</summary>
    [ReadOnly, Alias("look-as-vendor")]
    Task<VendorView?> LookAsVendor(Guid vendor);

    [ReadOnly, Alias("look-as-caller")]
    Task<CallerView?> LookAsCaller();

    /// <summary>One of the four buttons of a vendor's page. Idempotent.</summary>
    /// <param name="text">The reason of a decline, the note of a done; empty otherwise.</param>
    [Alias("answer")]
    Task<AnswerOutcome> Answer(Guid vendor, VendorAnswer answer, string text);

    /// <summary>What the owner does by hand. False when it no longer applies.</summary>
    [Alias("reassign")]
    Task<bool> Reassign(Guid vendor, AccountId by);

    [Alias("close")]
    Task<bool> Close(string note, AccountId by);

    [Alias("reopen")]
    Task<bool> Reopen(AccountId by);

    [Alias("note")]
    Task<bool> Note(string text, AccountId by);

    /// <summary>Mails the vendor who has it once more. False when nobody does.</summary>
    [Alias("remind")]
    Task<bool> Remind(AccountId by);

    /// <summary>The mail that asked a vendor came back. If nobody else is being asked, the chain moves on at once, as after a decline. Idempotent; false when it changes nothing.</summary>
    [Alias("bounced")]
    Task<bool> Bounced(Guid vendor);

    /// <summary>Does what is due by now: a reminder, the next vendor, the owner. Idempotent; the chains call it.</summary>
    [Alias("advance")]
    Task Advance();

    /// <summary>What the caller adds later. Once for each message's id, as are the two below.</summary>
    /// <param name="photos">Kept before; those that are on the request already change nothing. With some, the text may be empty.</param>
    [Alias("write-as-caller")]
    Task<MessageOutcome> WriteAsCaller(Guid message, string text, ImmutableArray<Guid> photos);

    /// <param name="toBusiness">Whether it is for the business alone; else for the caller, and the business reads it too.</param>
    [Alias("write-as-vendor")]
    Task<MessageOutcome> WriteAsVendor(Guid vendor, Guid message, bool toBusiness, string text);

    /// <param name="vendor">Whom it is for; null for the caller.</param>
    [Alias("write-as-owner")]
    Task<MessageOutcome> WriteAsOwner(Guid? vendor, Guid message, string text, AccountId by);

    /// <summary>Photos that came with the form: whoever is asked sees them with the request and is not mailed again.</summary>
    [Alias("attach")]
    Task Attach(ImmutableArray<Guid> photos);
}

/// <remarks>Longer texts are cut: the form says the limits, so only a forged one meets them here.</remarks>
/// <param name="Source">32 bytes that stand for the caller's IP in limits; forgotten after 30 days (R13). None for a test.</param>
[GenerateSerializer, Immutable, Alias("dispatch.submission")]
public sealed record Submission(Guid? Subject, Guid Category, string Name, string Phone, EmailAddress? Email, string Text, byte[] Source)
{
    public const int MaxName = 120;
    public const int MaxPhone = 40;
    public const int MaxText = 4000;
}

[GenerateSerializer, Immutable, Alias("dispatch.submit-outcome")]
public abstract record SubmitOutcome
{
    /// <param name="Reference">What the caller can quote: "4KQ-27X".</param>
    [GenerateSerializer, Immutable, Alias("dispatch.submit-outcome.accepted")]
    public sealed record Accepted(string Reference) : SubmitOutcome;

    /// <summary>This form was sent before with other words; the first stays. The page offers to send this as a second request.</summary>
    [GenerateSerializer, Immutable, Alias("dispatch.submit-outcome.different")]
    public sealed record Different(string Reference) : SubmitOutcome;

    /// <summary>The category or subject chosen is no longer offered.</summary>
    [GenerateSerializer, Immutable, Alias("dispatch.submit-outcome.not-offered")]
    public sealed record NotOffered : SubmitOutcome;

    /// <summary>The business is no longer here: 410.</summary>
    [GenerateSerializer, Immutable, Alias("dispatch.submit-outcome.gone")]
    public sealed record Gone : SubmitOutcome;

    /// <summary>The database does not answer: nothing was saved, try again (503).</summary>
    [GenerateSerializer, Immutable, Alias("dispatch.submit-outcome.unavailable")]
    public sealed record Unavailable : SubmitOutcome;
}

[Alias("dispatch.vendor-answer")]
public enum VendorAnswer
{
    Accept = 1,
    Decline = 2,
    OnMyWay = 3,
    Done = 4,
}

/// <summary>What the vendor's page says after a button.</summary>
[Alias("dispatch.answer-outcome")]
public enum AnswerOutcome
{
    Recorded,
    /// <summary>The same answer was there already.</summary>
    Already,
    /// <summary>Somebody else has accepted.</summary>
    TakenByOther,
    /// <summary>The owner or another vendor has closed it.</summary>
    Closed,
    /// <summary>This answer does not fit: on my way without having accepted.</summary>
    NotYours,
    Unknown,
}

/// <summary>Numbers are on disk (dispatch.status): never reuse one.</summary>
[Alias("dispatch.status")]
public enum DispatchStatus
{
    /// <summary>A vendor was asked and has not answered.</summary>
    Asking = 0,
    /// <summary>No vendor is left to ask: it waits for the owner.</summary>
    OwnerAsked = 1,
    Accepted = 2,
    OnTheWay = 3,
    Done = 4,
    Closed = 5,
    /// <summary>Nobody who is to be asked is on duty: it waits for them. Or it waits for the owner's return.</summary>
    Waiting = 6,
}

/// <summary>Numbers are on disk (dispatch_event.kind): never reuse one.</summary>
[Alias("dispatch.event-kind")]
public enum DispatchEventKind
{
    Received = 0,
    VendorAsked = 1,
    VendorReminded = 2,
    /// <summary>The wait was over without an answer.</summary>
    VendorSilent = 3,
    OwnerAsked = 4,
    // 5 was never written.
    Accepted = 6,
    Declined = 7,
    OnTheWay = 8,
    Done = 9,
    Reassigned = 10,
    Closed = 11,
    Reopened = 12,
    Note = 13,
    /// <summary>An accept that came after somebody else's.</summary>
    LateAccept = 14,
    CallerMailed = 15,
    OwnerTold = 16,
    /// <summary>The mail that asked them came back.</summary>
    VendorBounced = 17,
    /// <summary>Not asked, because they could not be; the text says why.</summary>
    VendorPassed = 18,
    /// <summary>Nobody of the next step is on duty; who is says when they are asked.</summary>
    Held = 19,
    /// <summary>A routine request waits until the owner is back.</summary>
    HeldForReturn = 30,
    CallerWrote = 20,
    /// <summary>To the caller.</summary>
    VendorWrote = 21,
    /// <summary>To the vendor the event names, or to the caller when it names none.</summary>
    OwnerWrote = 22,
    /// <summary>To the business alone.</summary>
    VendorWroteToBusiness = 23,
    /// <summary>The text is how many.</summary>
    CallerSentPhotos = 24,
}

/// <param name="Who">The vendor's, caller's or member's name; null for the desk itself.</param>
/// <param name="Message">The id that the form of a message had, so that it is written once.</param>
[GenerateSerializer, Immutable, Alias("dispatch.event")]
public sealed record DispatchEvent(DateTimeOffset At, DispatchEventKind Kind, string? Who, Guid? Vendor, string? Text, Guid? Message = null);

/// <summary>The whole request, for the owner.</summary>
/// <param name="With">Who has it, or the only one who is being asked.</param>
/// <param name="Steps">The chain as it was when the request came, with what each vendor did.</param>
/// <param name="WriteTo">The vendors who have it or are asked.</param>
/// <param name="Asked">Those who are being asked now.</param>
[GenerateSerializer, Immutable, Alias("dispatch.view")]
public sealed record DispatchView(
    Guid Id, string Reference, DispatchStatus Status, bool Urgent, string? SubjectLabel, string? SubjectReference, string CategoryName, string CallerName, string CallerPhone, EmailAddress? CallerEmail, string Text,
    DateTimeOffset ReceivedAt, DateTimeOffset? ClosedAt, Vendor? With, NextStep? Next, ImmutableArray<RouteStep> Steps, ImmutableArray<DispatchEvent> Events, ImmutableArray<Delivery> Mails,
    ImmutableArray<Vendor> WriteTo, ImmutableArray<Vendor> Asked, ImmutableArray<Photo> Photos, bool IsTest);

/// <summary>The next thing that happens by itself: the hollow dot at the end of the timeline.</summary>
/// <param name="Who">The vendors' names; null for the owner.</param>
[GenerateSerializer, Immutable, Alias("dispatch.next-step")]
public sealed record NextStep(DateTimeOffset At, NextStepKind Kind, string? Who);

[Alias("dispatch.next-step-kind")]
public enum NextStepKind
{
    Remind = 0,
    AskVendor = 1,
    AskOwner = 2,
    /// <summary>Asks those it waits for, who are on duty then.</summary>
    AskOnDuty = 3,
    /// <summary>Begins: the owner is back.</summary>
    AskOnReturn = 4,
}

/// <summary>What a vendor sees: R10's list and what they did themselves, nothing of other vendors.</summary>
/// <param name="Messages">The caller's, and those from and to this vendor; none once the request is not theirs any more.</param>
/// <param name="CallerHasMail">Whether the caller is told of a message by mail. The address itself is nobody's but the owner's.</param>
[GenerateSerializer, Immutable, Alias("dispatch.vendor-view")]
public sealed record VendorView(
    string BusinessName, string ZoneId, OwnerContact Owner, string VendorName, string Reference, VendorStanding Standing, bool Urgent, string? SubjectLabel, string? SubjectReference, string CategoryName, string CallerName,
    string CallerPhone, string Text, DateTimeOffset ReceivedAt, DateTimeOffset? AnswerBy, ImmutableArray<DispatchEvent> Messages, bool CallerHasMail, bool CanWrite,
    ImmutableArray<Photo> Photos, bool IsTest);

[Alias("dispatch.vendor-standing")]
public enum VendorStanding
{
    /// <summary>Asked, and nobody has accepted yet (also after the chain moved on).</summary>
    Asked,
    Declined,
    Accepted,
    OnTheWay,
    Done,
    TakenByOther,
    Closed,
}

/// <summary>What the caller sees on the status page.</summary>
[GenerateSerializer, Immutable, Alias("dispatch.caller-view")]
public sealed record CallerView(
    string BusinessName, string ZoneId, string Reference, DispatchStatus Status, bool Urgent, string? SubjectLabel, string CategoryName, string Text, DateTimeOffset ReceivedAt, string? With, NextStep? Next,
    string? EmergencyText, string? EmergencyPhone, ImmutableArray<DispatchEvent> Events, bool CanWrite, int Photos, bool IsTest);
