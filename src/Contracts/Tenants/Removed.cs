namespace Backsoon.Tenants;

/// <summary>What stands where somebody's name was before they asked to be removed.</summary>
public static class Removed
{
    public const string Name = "(removed)";

    /// <summary>A vendor's names have to differ.</summary>
    public static string NameOf(string reference) => $"{Name} {reference}";
}
