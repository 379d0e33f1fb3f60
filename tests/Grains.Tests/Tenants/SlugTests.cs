using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;

namespace Backsoon.Tenants;

public sealed partial class SlugTests
{
    // What people type and what attackers do: label characters mostly, and everything else now and then.
    private static readonly Gen<string> s_typed = Gen.Frequency(
        (6, Gen.Elements("abcdefghijklmnopqrstuvwxyz0123456789-".ToCharArray())),
        (1, Gen.Elements("ABCZÉß аеорԁ١２\u200b\u202e.@/%\n\t\0'’&_".ToCharArray())))
        .ArrayOf().Select(letters => new string(letters));

    [GeneratedRegex(@"\A[a-z]([a-z0-9-]*[a-z0-9])?\z")]
    private static partial Regex Rfc1035Label();

    [Fact]
    public void What_is_taken_is_a_label_of_RFC_1035_of_3_to_40_characters() => Prop.ForAll(s_typed.ToArbitrary(), typed =>
    {
        if (!Slug.TryParse(typed, out var slug, out var why))
            return why != SlugProblem.None;
        return Rfc1035Label().IsMatch(slug.Value) && slug.Value.Length is >= 3 and <= 40 && !slug.Value.Contains("--", StringComparison.Ordinal) && why == SlugProblem.None
            && slug.Value.Equals(typed.Trim(), StringComparison.OrdinalIgnoreCase);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_was_taken_is_taken_again_as_it_is() => Prop.ForAll(s_typed.ToArbitrary(), typed =>
        !Slug.TryParse(typed, out var slug, out _) || (Slug.TryParse(slug.Value, out var again, out _) && again == slug)).QuickCheckThrowOnFailure();

    [Fact]
    public void Suggestions_are_valid_whatever_they_are_made_from() => Prop.ForAll(s_typed.ToArbitrary(), typed =>
        Slug.Suggestions(typed).All(suggestion => Slug.TryParse(suggestion.Value, out var parsed, out _) && parsed == suggestion)).QuickCheckThrowOnFailure();

    [Fact]
    public void A_valid_name_is_its_own_first_suggestion() => Prop.ForAll(s_typed.ToArbitrary(), typed =>
        !Slug.TryParse(typed, out var slug, out _) || Slug.Suggestions(slug.Value).First() == slug).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_business_name_with_a_letter_has_a_suggestion() => Prop.ForAll(s_typed.ToArbitrary(), typed =>
        !typed.Any(char.IsAsciiLetterLower) || Slug.Suggestions(typed).Any()).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("www")]
    [InlineData("api")]
    [InlineData("admin")]
    [InlineData("adm1n")]
    [InlineData("ad-min")]
    [InlineData("rnail")]
    [InlineData("paypa1")]
    [InlineData("vvww")]
    [InlineData("supp0rt")]
    [InlineData("log-in")]
    [InlineData("s1gn-1n")]
    [InlineData("back5oon")]
    [InlineData("backsoon-support")]
    [InlineData("support-backsoon")]
    [InlineData("mail2")]
    [InlineData("localhost")]
    public void Reserved_words_and_what_looks_like_them_are_refused(string typed)
    {
        Assert.False(Slug.TryParse(typed, out _, out var why));
        Assert.Equal(SlugProblem.Reserved, why);
    }

    [Theory]
    [InlineData("", SlugProblem.TooShort)]
    [InlineData("ab", SlugProblem.TooShort)]
    [InlineData("abcdefghijklmnopqrstuvwxyzabcdefghijklmno", SlugProblem.TooLong)]
    [InlineData("аdmin", SlugProblem.Characters)]
    [InlineData("har\u200bbour", SlugProblem.Characters)]
    [InlineData("har.bour", SlugProblem.Characters)]
    [InlineData("-harbour", SlugProblem.FirstCharacter)]
    [InlineData("1harbour", SlugProblem.FirstCharacter)]
    [InlineData("harbour-", SlugProblem.LastCharacter)]
    [InlineData("xn--harbour", SlugProblem.DoubleDash)]
    public void A_refusal_says_why(string typed, SlugProblem expected)
    {
        Assert.False(Slug.TryParse(typed, out _, out var why));
        Assert.Equal(expected, why);
    }

    [Theory]
    [InlineData(" Harbour ", "harbour")]
    [InlineData("harbour-lettings2", "harbour-lettings2")]
    [InlineData("mailbox-repairs", "mailbox-repairs")]
    public void Capitals_and_spaces_around_are_forgiven(string typed, string taken) => Assert.Equal(taken, Slug.Parse(typed).Value);

    [Fact]
    public void A_name_with_accents_is_suggested_without() => Assert.Equal("cafe-and-soehne", Slug.Suggestions("Café & Soehne").First().Value);
}
