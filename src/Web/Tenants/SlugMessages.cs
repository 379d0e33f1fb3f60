using System.Collections.Immutable;

namespace Backsoon.Tenants;

/// <summary>Why a name cannot be a page's address, to whoever typed it.</summary>
public static class SlugMessages
{
    public const string Taken = "Somebody has this address already.";
    private const int Shown = 3;

    public static string Of(SlugProblem problem) => problem switch
    {
        SlugProblem.None => "",
        SlugProblem.TooShort => $"The address needs at least {Slug.MinLength} characters.",
        SlugProblem.TooLong => $"The address can have {Slug.MaxLength} characters at most.",
        SlugProblem.Characters => "Use the letters a to z, digits and dashes only: no spaces, dots or accents.",
        SlugProblem.FirstCharacter => "Begin with a letter.",
        SlugProblem.LastCharacter => "End with a letter or a digit.",
        SlugProblem.DoubleDash => "Use one dash at a time.",
        SlugProblem.Reserved => "This address is kept for the service itself, or looks too much like one that is.",
        _ => throw new ArgumentOutOfRangeException(nameof(problem), problem, null),
    };

    /// <summary>Up to three addresses near what was typed that nobody has, the business's name first.</summary>
    public static async Task<ImmutableArray<Slug>> Free(IGrainFactory grains, string typed, string businessName)
    {
        var free = ImmutableArray.CreateBuilder<Slug>();
        foreach (var slug in Slug.Suggestions(typed).Concat(Slug.Suggestions(businessName)).Distinct().Where(slug => slug.Value != typed))
        {
            if (await grains.Slug(slug).IsFree())
                free.Add(slug);
            if (free.Count == Shown)
                break;
        }

        return free.ToImmutable();
    }
}
