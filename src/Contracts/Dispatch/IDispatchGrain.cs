using System.Collections.Immutable;
using Backsoon.Accounts;

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

    /// <summary>Takes back a closing of just now: who had accepted has it again and is told. If nobody had, or it was longer ago, the same as <see cref="Reopen"/>.</summary>
    [Alias("undo-close")]
    Task<bool> UndoClose(AccountId by);

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

    /// <summary>Takes whoever sent it out of it, closes it if it is open, and leaves its times. Idempotent, as is the one below.</summary>
    [Alias("forget-caller")]
    Task ForgetCaller(AccountId by);

    /// <summary>Takes a vendor's name and address out of it; whatever they have goes to the next, as after a decline.</summary>
    [Alias("forget-vendor")]
    Task ForgetVendor(Guid vendor);
}
