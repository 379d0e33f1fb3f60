using Backsoon.Tenants;

namespace Backsoon.Dispatch;

/// <summary>What callers are asked; said on the desk and wherever it is shown beforehand.</summary>
public static class DeskWords
{
    public const string Need = "What do you need?";

    /// <summary>Above what they tell in their own words. A client of some trades has nothing that is broken.</summary>
    public static string Tell(Industry industry) => IsWrong(industry) ? "What is wrong?" : "What is it about, in your words?";

    public static string HelpToTell(Industry industry) => IsWrong(industry) ? "What happened, since when, and where." : "What happened or what you need, and since when.";

    public static string Which(Nouns nouns) => $"Which {nouns.Subject} is it about?";

    private static bool IsWrong(Industry industry) => industry is not (Industry.Clinic or Industry.LawPractice);
}
