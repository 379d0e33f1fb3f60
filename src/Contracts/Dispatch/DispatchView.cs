using System.Collections.Immutable;
using Backsoon.Mail;

namespace Backsoon.Dispatch;

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
