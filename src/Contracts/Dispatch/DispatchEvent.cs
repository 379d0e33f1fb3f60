namespace Backsoon.Dispatch;

/// <param name="Who">The vendor's, caller's or member's name; null for the desk itself.</param>
/// <param name="Message">The id that the form of a message had, so that it is written once.</param>
[GenerateSerializer, Immutable, Alias("dispatch.event")]
public sealed record DispatchEvent(DateTimeOffset At, DispatchEventKind Kind, string? Who, Guid? Vendor, string? Text, Guid? Message = null);

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
    /// <summary>With a vendor, a closing that was taken back: it is theirs again.</summary>
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
