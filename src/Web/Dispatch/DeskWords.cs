using Backsoon.Tenants;

namespace Backsoon.Dispatch;

/// <summary>What callers are asked; said on the desk and wherever it is shown beforehand.</summary>
public static class DeskWords
{
    public const string Need = "What do you need?";

    public static string Which(Nouns nouns) => $"Which {nouns.Subject} is it about?";
}
