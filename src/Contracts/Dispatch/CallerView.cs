using System.Collections.Immutable;

namespace Backsoon.Dispatch;

/// <summary>What the caller sees on the status page.</summary>
[GenerateSerializer, Immutable, Alias("dispatch.caller-view")]
public sealed record CallerView(
    string BusinessName, string ZoneId, string Reference, DispatchStatus Status, bool Urgent, string? SubjectLabel, string CategoryName, string Text, DateTimeOffset ReceivedAt, string? With, NextStep? Next,
    string? EmergencyText, string? EmergencyPhone, ImmutableArray<DispatchEvent> Events, bool CanWrite, int Photos, bool IsTest);
