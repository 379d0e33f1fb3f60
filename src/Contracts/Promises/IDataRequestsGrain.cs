using System.Collections.Immutable;
using Backsoon.Accounts;
using Backsoon.Mail;

namespace Backsoon.Promises;

/// <summary>What callers, guests and vendors of one business ask about their own data, which the business answers (R30-R37, P16, W2).</summary>
/// <remarks>Key: <c>data-requests/{tenant}</c>. Whoever calls has proven who the person is: by a link that was mailed to their address, or by that of their request.</remarks>
[Alias("promises.data-requests")]
public interface IDataRequestsGrain : IGrainWithStringKey
{
    /// <summary>How long a mailed link works.</summary>
    public static readonly TimeSpan LinkLife = TimeSpan.FromHours(24);

    /// <summary>How long a removal that was decided can be taken back.</summary>
    public static readonly TimeSpan Undo = TimeSpan.FromHours(24);

    /// <summary>So long before it is due the owner is told once more.</summary>
    public static readonly TimeSpan Warning = TimeSpan.FromDays(7);

    public const int MaxReason = 2000;

    /// <summary>Mails a link to an address, whether or not anything is kept of it: nothing is looked up.</summary>
    [AlwaysInterleave, Alias("link")]
    Task Link(EmailAddress address);

    /// <summary>Null when the business is gone.</summary>
    [AlwaysInterleave, Alias("look")]
    Task<PersonView?> Look(DataSubject person);

    /// <summary>Once for each wish while it is not answered. False when nothing is kept of them.</summary>
    [Alias("ask")]
    Task<bool> Ask(DataSubject person, DataWish wish);

    /// <summary>Takes back what they asked. False when it is answered, or not theirs.</summary>
    [Alias("withdraw")]
    Task<bool> Withdraw(DataSubject person, Guid id);

    [AlwaysInterleave, Alias("standing")]
    Task<DataStanding> Standing();

    /// <summary>Those that wait, the most pressing first; then those that were answered, the newest first.</summary>
    [AlwaysInterleave, Alias("list")]
    Task<ImmutableArray<DataRequest>> List();

    /// <summary>Null when there is none of this id.</summary>
    [AlwaysInterleave, Alias("open")]
    Task<DataRequestView?> Open(Guid id);

    /// <summary>Sends whoever asked for everything a link to it. False when it no longer applies; so do the three below.</summary>
    [Alias("send")]
    Task<bool> Send(Guid id);

    /// <summary>Decides that somebody who asked to be removed is; it begins after <see cref="Undo"/>.</summary>
    [Alias("remove")]
    Task<bool> Remove(Guid id, AccountId by);

    /// <summary>Takes that decision back.</summary>
    [Alias("keep")]
    Task<bool> Keep(Guid id);

    [Alias("decline")]
    Task<bool> Decline(Guid id, string reason);

    /// <summary>Everything about whoever was sent it, as it is now; null when that is over.</summary>
    [AlwaysInterleave, Alias("copy")]
    Task<DataCopy?> Copy(Guid id);

    /// <summary>Forgets its reminder; the tenant is being erased.</summary>
    [Alias("forget")]
    Task Forget();
}
