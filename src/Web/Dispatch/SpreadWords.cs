using Backsoon.Shared;

namespace Backsoon.Dispatch;

/// <summary>Times of several requests in words, with how many they are of; of a few nothing is said but that.</summary>
public static class SpreadWords
{
    public static string Sentence(Spread spread) => spread.IsEnough
        ? $"{LocalTime.Lasting(spread.Median)} for half of them, {LocalTime.Lasting(spread.Most)} for nine of ten ({Count(spread.Count)})"
        : Few(spread.Count);

    public static string Short(Spread spread) => spread.IsEnough ? $"{LocalTime.Lasting(spread.Median)}, {LocalTime.Lasting(spread.Most)} ({spread.Count:#,0})" : Few(spread.Count);

    public static string Share(int some, int all) => all < Spread.Enough ? $"{some:#,0} of {all:#,0}" : $"{some:#,0} ({100.0 * some / all:0} %)";

    private static string Few(int count) => count == 0 ? "None yet" : $"{Count(count)}: too few to say";

    private static string Count(int count) => count == 1 ? "1 request" : $"{count:#,0} requests";
}
