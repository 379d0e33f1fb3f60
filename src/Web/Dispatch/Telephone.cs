namespace Backsoon.Dispatch;

/// <summary>Phone numbers as people write them, made into what a telephone dials.</summary>
public static class Telephone
{
    public static string Link(string typed) => $"tel:{(typed.TrimStart().StartsWith('+') ? "+" : "")}{new string([.. typed.Where(char.IsDigit).Select(c => (char)('0' + (int)char.GetNumericValue(c)))])}";
}
