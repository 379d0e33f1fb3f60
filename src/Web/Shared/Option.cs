namespace Backsoon.Shared;

/// <summary>One of the things a select or a set of cards offers.</summary>
/// <param name="Note">A few words under the label of a card.</param>
public sealed record Option(string Value, string Label, string? Note = null);
