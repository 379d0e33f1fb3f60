using System.Globalization;
using System.Text.RegularExpressions;

namespace Backsoon.Shared;

/// <summary>The colours of both style sheets against the grounds they stand on: WCAG 2.2, 1.4.3 and 1.4.11.</summary>
public sealed partial class ContrastTests
{
    private const double Text = 4.5;
    private const double Shape = 3;

    [Theory]
    [InlineData("app.css", "hairline", "accent-wash", "-wash", "on-accent")]
    [InlineData("desk.css", "line", "wash", "-w", "on")]
    public async Task Text_and_borders_stand_out_from_their_ground(string sheet, string hairline, string accentWash, string wash, string onAccent)
    {
        var css = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "wwwroot", sheet));
        var light = Tokens(css[..css.IndexOf("prefers-color-scheme", StringComparison.Ordinal)]);
        var dark = Tokens(css[css.IndexOf("prefers-color-scheme", StringComparison.Ordinal)..]);
        Assert.NotEqual(light["paper"], dark["paper"]);
        foreach (var colours in new[] { light, dark })
        {
            foreach (var ground in new[] { "paper", "card" })
            {
                foreach (var ink in new[] { "ink", "soft", "accent", "bad" })
                    AssertContrast(colours, ink, ground, Text);
                AssertContrast(colours, "border", ground, Shape);
            }

            foreach (var word in new[] { "open", "ok", "bad", "info" })
                AssertContrast(colours, word, word + wash, Text);
            AssertContrast(colours, "ink", accentWash, Text);
            AssertContrast(colours, onAccent, "accent", Text);
            Assert.Contains(hairline, colours.Keys);
        }
    }

    private static void AssertContrast(Dictionary<string, string> colours, string ink, string ground, double least)
    {
        var (one, other) = (Luminance(colours[ink]), Luminance(colours[ground]));
        var ratio = (Math.Max(one, other) + 0.05) / (Math.Min(one, other) + 0.05);
        Assert.True(ratio >= least, $"{ink} ({colours[ink]}) on {ground} ({colours[ground]}) has {ratio:0.0}, not {least}.");
    }

    private static Dictionary<string, string> Tokens(string css) =>
        Token().Matches(css).GroupBy(match => match.Groups["name"].Value).ToDictionary(group => group.Key, group => group.First().Groups["colour"].Value);

    private static double Luminance(string colour)
    {
        var hex = colour.Length == 4 ? string.Concat(colour.Skip(1).SelectMany(digit => new[] { digit, digit })) : colour[1..];
        double Channel(int at)
        {
            var value = int.Parse(hex.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
            return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
        }

        return 0.2126 * Channel(0) + 0.7152 * Channel(2) + 0.0722 * Channel(4);
    }

    [GeneratedRegex("--(?<name>[a-z-]+): ?(?<colour>#[0-9A-Fa-f]{3,6})")]
    private static partial Regex Token();
}
