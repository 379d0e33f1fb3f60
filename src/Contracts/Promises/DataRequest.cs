using System.Collections.Immutable;
using Backsoon.Booking;
using Backsoon.Dispatch;
using Backsoon.Mail;

namespace Backsoon.Promises;

/// <summary>What somebody asked about their own data.</summary>
/// <param name="Reference">What both sides can quote: "D-4KQ-27X".</param>
/// <param name="Who">Null once that is forgotten.</param>
/// <param name="DueAt">By when it is promised to be answered.</param>
/// <param name="RunsAt">When a removal that was decided begins; until then it can be taken back.</param>
/// <param name="SentUntil">Until when what was sent can be fetched.</param>
[GenerateSerializer, Immutable, Alias("promises.data-request")]
public sealed record DataRequest(
    Guid Id, string Reference, DataWish Wish, DataSubject? Who, DateTimeOffset AskedAt, DateTimeOffset DueAt, DateTimeOffset? RunsAt, DateTimeOffset? AnsweredAt, DataOutcome? Outcome, string? Reason, DateTimeOffset? SentUntil)
{
    public bool IsOpen => AnsweredAt is null;
}

/// <summary>Numbers are on disk (data_request.wish): never reuse one.</summary>
[Alias("promises.data-wish")]
public enum DataWish
{
    Everything = 1,
    Removal = 2,
}

/// <summary>Numbers are on disk (data_request.outcome): never reuse one.</summary>
[Alias("promises.data-outcome")]
public enum DataOutcome
{
    Sent = 1,
    Removed = 2,
    Declined = 3,
    /// <summary>Taken back by whoever asked.</summary>
    Withdrawn = 4,
}

/// <summary>What a business keeps that belongs to one person, in short.</summary>
/// <param name="Requests">The newest <see cref="MostListed"/>; so are the appointments.</param>
[GenerateSerializer, Immutable, Alias("promises.kept-data")]
public sealed record KeptData(ImmutableArray<KeptRequest> Requests, int RequestCount, ImmutableArray<KeptAppointment> Appointments, int AppointmentCount, ImmutableArray<KeptVendor> Vendors)
{
    public const int MostListed = 100;

    public bool IsEmpty => RequestCount == 0 && AppointmentCount == 0 && Vendors.IsEmpty;
}

[GenerateSerializer, Immutable, Alias("promises.kept-request")]
public sealed record KeptRequest(Guid Id, string Reference, DateTimeOffset ReceivedAt, string CategoryName, DispatchStatus Status, bool IsOpen, int Photos);

[GenerateSerializer, Immutable, Alias("promises.kept-appointment")]
public sealed record KeptAppointment(Guid Id, string Reference, string ServiceName, DateTimeOffset Start, AppointmentStatus Status, bool IsToCome);

/// <param name="Asked">How many requests they were asked about.</param>
[GenerateSerializer, Immutable, Alias("promises.kept-vendor")]
public sealed record KeptVendor(Guid Id, string Name, EmailAddress Email, string? Phone, bool Active, int Asked);

/// <summary>What a person sees of themselves, and what they asked.</summary>
[GenerateSerializer, Immutable, Alias("promises.person-view")]
public sealed record PersonView(KeptData Kept, ImmutableArray<DataRequest> Asked);

/// <summary>A request about data as the business sees it, with what it is about.</summary>
[GenerateSerializer, Immutable, Alias("promises.data-request-view")]
public sealed record DataRequestView(DataRequest Request, KeptData? Kept);

/// <param name="Open">How many wait for an answer.</param>
/// <param name="DueFirst">The earliest of their deadlines.</param>
[GenerateSerializer, Immutable, Alias("promises.data-standing")]
public sealed record DataStanding(int Open, DateTimeOffset? DueFirst);

/// <summary>Everything about one person, as files.</summary>
[GenerateSerializer, Immutable, Alias("promises.data-copy")]
public sealed record DataCopy(string Name, ImmutableArray<DataFile> Files, ImmutableArray<DataPhoto> Photos);

[GenerateSerializer, Immutable, Alias("promises.data-file")]
public sealed record DataFile(string Name, byte[] Content);

/// <param name="Chunks">How many parts it is kept in.</param>
[GenerateSerializer, Immutable, Alias("promises.data-photo")]
public sealed record DataPhoto(string Name, Guid Photo, int Chunks);
