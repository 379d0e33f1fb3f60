using System.Collections.Immutable;

namespace Backsoon.Dispatch;

/// <summary>What somebody writes on a request: whether it may be said, what is kept of it, and who is told.</summary>
/// <param name="Kind">One of the four kinds of words; it says whose they are and for whom.</param>
/// <param name="By">The member who writes; null for a vendor or the caller, whose names the request has.</param>
/// <param name="Vendor">The vendor who writes, or to whom the owner writes.</param>
public sealed record Message(Guid Id, DispatchEventKind Kind, string? By, Guid? Vendor, string Text)
{
    /// <summary>What comes with a caller's words, or without any.</summary>
    public ImmutableArray<Guid> Photos { get; init; } = [];

    public const int MostPerHour = 10;
    public const int MostOfOwnerPerHour = 60;

    /// <summary>Of one writer on one request, so that the request stays one that can be read whole.</summary>
    public const int MostInAll = 200;

    /// <summary>That something is still wrong belongs to the request that said it was done.</summary>
    public static readonly TimeSpan AfterClosing = TimeSpan.FromDays(14);

    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    public static bool MayWrite(VendorStanding standing) => standing is VendorStanding.Asked or VendorStanding.Accepted or VendorStanding.OnTheWay;

    public static bool CallerMayWrite(Request request, DateTimeOffset now) => request.ClosedAt is not { } closed || now < closed + AfterClosing;

    /// <summary>What there is to say instead of writing it down: it was before, or it may not be. Null when it may.</summary>
    public MessageOutcome? Refusal(Request request, DateTimeOffset now)
    {
        if (request.Events.FirstOrDefault(e => e.Message == Id) is { } before)
            return before.Kind == Kind && before.Vendor == Vendor && before.Text == Text ? new MessageOutcome.Written(Notice(request, 0) is not null) : new MessageOutcome.Different();

        var standing = Vendor is { } vendor ? request.StandingOf(vendor) : null;
        if (Vendor is not null && standing is null)
            return new MessageOutcome.Unknown();

        var may = Kind switch
        {
            DispatchEventKind.CallerWrote => CallerMayWrite(request, now),
            DispatchEventKind.VendorWrote or DispatchEventKind.VendorWroteToBusiness => MayWrite(standing!.Value),
            DispatchEventKind.OwnerWrote => standing is null or VendorStanding.Done || MayWrite(standing.Value),
            _ => throw new InvalidOperationException($"{Kind} is nobody's words."),
        };
        return may ? Limit(request, now) : new MessageOutcome.Over();
    }

    public DispatchEvent Event(Request request, DateTimeOffset now) => new(now, Kind, From(request), Vendor, Text, Id);

    /// <summary>Null when it waits on a page, because there is no address.</summary>
    public Notice? Notice(Request request, int photos) => Kind switch
    {
        // Who is only asked reads it with the request: a second mail would hurry somebody who has not said yes.
        DispatchEventKind.CallerWrote when request.Status is DispatchStatus.Accepted or DispatchStatus.OnTheWay && request.Vendor(request.With) is { } has => new Notice.MessageToVendor(has, From(request), Text, photos),
        DispatchEventKind.CallerWrote or DispatchEventKind.VendorWroteToBusiness => new Notice.MessageToOwner(From(request), Text, photos),
        DispatchEventKind.OwnerWrote when request.Vendor(Vendor) is { } vendor => new Notice.MessageToVendor(vendor, From(request), Text, 0),
        _ when request.CallerEmail is null => null,
        DispatchEventKind.OwnerWrote => new Notice.MessageToCaller(null, Text),
        _ => new Notice.MessageToCaller(From(request), Text),
    };

    private string From(Request request) => By ?? request.Vendor(Vendor)?.Name ?? request.CallerName;

    private MessageOutcome? Limit(Request request, DateTimeOffset now)
    {
        var written = request.Events.Where(e => e.Message is not null && IsOwner(e.Kind) == IsOwner(Kind) && (IsOwner(Kind) || e.Vendor == Vendor)).ToArray();
        var most = IsOwner(Kind) ? MostOfOwnerPerHour : MostPerHour;
        return written.Length >= MostInAll ? new MessageOutcome.Full()
            : written.Length >= most && written[^most].At + s_hour - now is var wait && wait > TimeSpan.Zero ? new MessageOutcome.TooMany(wait < s_hour ? wait : s_hour)
            : null;
    }

    private static bool IsOwner(DispatchEventKind kind) => kind == DispatchEventKind.OwnerWrote;
}
