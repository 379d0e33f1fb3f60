using Backsoon.Mail;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Backsoon.Dispatch;

public sealed class CsvTests
{
    /// <summary>What people paste into names, and what attackers do.</summary>
    internal static readonly Gen<string> Hostile = Gen.Frequency(
        (4, Gen.Elements("abcZ 019".ToCharArray())),
        (2, Gen.Elements("=+-@\t\r\n'\",;>()".ToCharArray())),
        (1, Gen.Elements("éß\u202e\u200b\ufeff\u05d0\u0661\u4e2d".ToCharArray())))
        .ArrayOf().Select(letters => new string(letters));

    [Theory]
    [InlineData("=cmd|' /C calc'!A0")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData("@SUM(A1)")]
    [InlineData("\tx")]
    [InlineData("\rx")]
    [InlineData("\n=x")]
    [InlineData("'=x")]
    [InlineData("''+351")]
    public void What_a_spreadsheet_would_reckon_begins_with_an_apostrophe(string cell)
    {
        Assert.Equal($"'{cell}", Csv.Defused(cell));
        Assert.Equal(cell, Csv.Plain(Csv.Defused(cell)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("'")]
    [InlineData("'quoted'")]
    [InlineData("4 + 5")]
    [InlineData("O'Neill")]
    public void What_is_harmless_stays(string cell) => Assert.Equal((cell, cell), (Csv.Defused(cell), Csv.Plain(cell)));

    [Fact]
    public void Nothing_that_is_written_begins_like_a_formula_and_all_of_it_comes_back() => Prop.ForAll(Hostile.ToArbitrary(), text =>
        Csv.Defused(text) is not ['=' or '+' or '-' or '@' or '\t' or '\r' or '\n', ..] && Csv.Plain(Csv.Defused(text)) == text).QuickCheckThrowOnFailure();

    [Fact]
    public void Cells_are_quoted_as_RFC_4180_says()
    {
        var text = new StringBuilder();
        Csv.Append(text, "plain", "a,b", "say \"hi\"", "two\r\nlines", "semi;colon", null, " space");
        Assert.Equal("plain,\"a,b\",\"say \"\"hi\"\"\",\"two\r\nlines\",\"semi;colon\",,\" space\"\r\n", text.ToString());
    }

    [Theory]
    [InlineData(90, "90 seconds")]
    [InlineData(60, "1 minute")]
    [InlineData(1800, "30 minutes")]
    [InlineData(5400, "90 minutes")]
    [InlineData(7200, "2 hours")]
    [InlineData(604800, "7 days")]
    public void A_wait_is_said_in_the_largest_whole_unit(int seconds, string said) => Assert.Equal(said, ChainText.Wait(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void A_chain_is_one_cell()
    {
        Vendor[] vendors = [.. new[] { "Rivera Plumbing", "A > \"B\"", "Cole + Sons" }.Select((name, i) => new Vendor(World.Id(i), name, EmailAddress.Parse("a@example.com"), null, null, true))];
        var rule = new Rule(World.Id(9), null, null, [new(vendors[0].Id, TimeSpan.FromMinutes(30)), new([vendors[1].Id, vendors[2].Id], TimeSpan.FromHours(1), StepStart.OnDuty, CountsDuty: true)], Repeat: 2);
        Assert.Equal("Rivera Plumbing (30 minutes) > \"A > \"\"B\"\"\" + \"Cole + Sons\" (1 hour, on duty, counting duty) x 2", ChainText.Of(new RuleView(rule, null, null, [.. vendors])));
    }
}
