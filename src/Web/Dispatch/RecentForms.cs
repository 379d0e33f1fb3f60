using System.Buffers.Binary;
using System.Collections.Concurrent;
using Backsoon.Accounts;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

/// <summary>
/// What was sent in the last minutes, so that words which a browser brings back when somebody goes back, in a form that is another one by then, are not taken a second time unasked.
/// It is a keyed hash of each, in the memory of this process alone: where nobody knows of the first, as in another web node, the second is a request of its own.
/// </summary>
public sealed class RecentForms
{
    public static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    /// <summary>The oldest go first: some megabytes in all.</summary>
    public const int Most = 20_000;

    private readonly ConcurrentDictionary<UInt128, RecentForm> _sent = new();
    private readonly ConcurrentQueue<(UInt128 Key, RecentForm Form)> _order = new();

    /// <summary>The same place, person, choice and words. Who shares an address with others and says the same is told apart by name.</summary>
    public static UInt128 KeyOf(KeyRing ring, TenantId tenant, string visitor, Submission sent) =>
        BinaryPrimitives.ReadUInt128LittleEndian(ring.Bytes("desk-repeat", $"{tenant}\n{visitor}\n{sent.Subject:n}\n{sent.Category:n}\n{sent.Name}\n{sent.Text}"));

    /// <summary>The request these words made with another form; null when there is none.</summary>
    public RecentForm? Find(UInt128 key, DeskTicket ticket, DateTimeOffset now) => _sent.TryGetValue(key, out var form) && form.Ticket.Dispatch != ticket.Dispatch && now - form.At < Kept ? form : null;

    public void Keep(UInt128 key, RecentForm form)
    {
        _sent[key] = form;
        _order.Enqueue((key, form));
        while (_order.TryPeek(out var oldest) && (_order.Count > Most || form.At - oldest.Form.At > Kept) && _order.TryDequeue(out var gone))
            _sent.TryRemove(KeyValuePair.Create(gone.Key, gone.Form));
    }
}

public sealed record RecentForm(DeskTicket Ticket, string Reference, DateTimeOffset At);
