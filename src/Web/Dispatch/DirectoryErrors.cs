using Backsoon.Shared;

namespace Backsoon.Dispatch;

/// <summary>What the forms of the directory check alike.</summary>
public static class DirectoryErrors
{
    public static void Need(this FormErrors errors, string field, string value, int longest, string missing)
    {
        if (value.Length == 0)
            errors.Add(field, missing);
        errors.Fit(field, value, longest);
    }

    public static void Fit(this FormErrors errors, string field, string value, int longest)
    {
        if (value.Length > longest)
            errors.Add(field, $"That is {value.Length} characters; {longest} fit.");
    }
}
