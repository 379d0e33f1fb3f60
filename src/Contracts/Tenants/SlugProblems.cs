namespace Backsoon.Tenants;

/// <summary>What a person is told about a name they cannot have.</summary>
public static class SlugProblems
{
    public static string Explain(SlugProblem problem) => problem switch
    {
        SlugProblem.None => "",
        SlugProblem.TooShort => $"Use at least {Slug.MinLength} characters.",
        SlugProblem.TooLong => $"Use at most {Slug.MaxLength} characters.",
        SlugProblem.Characters => "Use letters from a to z, digits and dashes only.",
        SlugProblem.FirstCharacter => "Begin with a letter from a to z.",
        SlugProblem.LastCharacter => "End with a letter or a digit, not with a dash.",
        SlugProblem.DoubleDash => "Use single dashes only.",
        SlugProblem.Reserved => "This name is kept for the service itself, or looks like one that is. Choose another.",
        _ => throw new ArgumentOutOfRangeException(nameof(problem), problem, null),
    };
}
