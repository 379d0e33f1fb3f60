namespace Backsoon.Shared;

/// <summary>What a field's input says of itself to a screen reader.</summary>
public static class FieldIds
{
    public static string? DescribedBy(string name, string? help, string? error) => (help, error) switch
    {
        (null, null) => null,
        (not null, null) => $"{name}-help",
        (null, not null) => $"{name}-error",
        _ => $"{name}-error {name}-help",
    };
}
