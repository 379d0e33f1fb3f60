using System.Globalization;
using System.Text;

namespace Backsoon.Mail;

public sealed class HeaderTextTests
{
    [Fact]
    public void Whatever_was_typed_becomes_one_line_of_visible_characters() => Hostile.Holds((one, two, three) =>
    {
        var text = HeaderText.From(one + two + three).Value;
        Assert.True(text.Length <= HeaderText.MaxLength);
        Assert.All(text.EnumerateRunes(), rune => Assert.False(
            Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate));
        Assert.Equal(text.Trim(), text);
        Assert.Equal(text, HeaderText.From(text).Value);
    });

    [Theory]
    [InlineData("Ana\r\nBcc: thief@example.com", "Ana Bcc: thief@example.com")]
    [InlineData("  two   words ", "two words")]
    [InlineData("left\u202Eright", "leftright")]
    [InlineData("", "")]
    public void What_can_be_kept_is_kept(string typed, string kept) => Assert.Equal(kept, HeaderText.From(typed).Value);

    [Fact]
    public void A_long_text_is_cut_between_characters()
    {
        var cut = HeaderText.From(new string('x', HeaderText.MaxLength - 2) + "😀😀").Value;
        Assert.EndsWith("…", cut, StringComparison.Ordinal);
        Assert.DoesNotContain('\uFFFD', Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(cut)));
    }
}
