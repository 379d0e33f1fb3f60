using System.Text;
using Backsoon.Mail;
using FsCheck;
using FsCheck.Fluent;

namespace Backsoon.Dispatch;

public sealed class CsvReaderTests
{
    [Theory]
    [InlineData("a,b\r\n1,2\r\n")]
    [InlineData("a;b\n1;2")]
    [InlineData("a\tb\r1\t2\r")]
    [InlineData("sep=;\r\na;b\r\n1;2")]
    [InlineData("\"a\",\"b\"\n\n,\n\"1\",2\n")]
    public void However_it_is_parted_it_is_read(string text) => Assert.Equal([["a", "b"], ["1", "2"]], CsvReader.Read(text).Select(row => row.Cells.ToArray()));

    [Fact]
    public void Rows_know_the_line_where_they_begin()
    {
        var rows = CsvReader.Read("a,b\r\n\"two\r\nlines\",x\r\n\r\nlast,\"q\"\"q\"").ToArray();
        Assert.Equal([1, 2, 5], rows.Select(row => row.Line));
        Assert.Equal("two\r\nlines", rows[1].Cells[0]);
        Assert.Equal("q\"q", rows[2].Cells[1]);
    }

    [Fact]
    public void A_quote_that_is_never_closed_is_named_by_its_line() => Assert.Equal("3", Assert.Throws<FormatException>(() => CsvReader.Read("a\nb\n\"c\nd\n").ToArray()).Message);

    [Theory]
    [InlineData("O'Neill \"Bob\" Ltd,x", "O'Neill \"Bob\" Ltd")]
    [InlineData("\"a\" b,x", "a b")]
    public void A_quote_in_the_middle_is_a_quote(string line, string cell) => Assert.Equal(cell, CsvReader.Read(line).Single().Cells[0]);

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_told_apart()
    {
        Assert.Null(CsvReader.Decode([0x4d, 0xfc, 0x6c, 0x6c, 0x65, 0x72]));
        Assert.Null(CsvReader.Decode(Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes("Name")).ToArray()));
        Assert.Equal("é", CsvReader.Decode([0xef, 0xbb, 0xbf, 0xc3, 0xa9]));
    }

    [Fact]
    public void What_was_written_is_read() => Prop.ForAll(CsvTests.Hostile.ArrayOf().Where(cells => cells.Length > 1 && cells.Any(cell => cell.Trim().Length > 0)).ToArbitrary(), cells =>
    {
        var text = new StringBuilder();
        // As an export: a line of names goes first and says what parts cells.
        Csv.Append(text, [.. cells.Select((_, i) => $"c{i}")]);
        Csv.Append(text, cells);
        return CsvReader.Read(text.ToString()).Last().Cells.SequenceEqual(cells);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_chain_that_was_written_is_read() => Prop.ForAll(
        (from names in CsvTests.Hostile.Where(name => name.Trim().Length > 0).ArrayOf(6)
         from waits in Gen.Choose(60, 604_800).ArrayOf(3)
         from flags in Gen.Elements(true, false).ArrayOf(6)
         from repeat in Gen.Choose(1, 5)
         select (Names: names, Waits: waits, Flags: flags, Repeat: repeat)).ToArbitrary(),
        drawn =>
        {
            Vendor[] vendors = [.. drawn.Names.Select((name, i) => new Vendor(World.Id(i), name, EmailAddress.Parse("a@example.com"), null, null, true))];
            var groups = new[] { vendors[..1], vendors[1..3], vendors[3..] };
            var steps = groups.Select((group, i) => new RuleStep([.. group.Select(vendor => vendor.Id)], TimeSpan.FromSeconds(drawn.Waits[i]), drawn.Flags[i] ? StepStart.OnDuty : StepStart.Now, drawn.Flags[i + 3])).ToArray();
            var read = ChainText.Read(ChainText.Of(new RuleView(new Rule(World.Id(9), null, null, [.. steps], drawn.Repeat), null, null, [.. vendors])));
            return read.Problem is null && read.Repeat == drawn.Repeat && read.Steps.Length == 3 && read.Steps.Select((step, i) =>
                step.Vendors.SequenceEqual(groups[i].Select(vendor => vendor.Name)) && (step.Wait, step.Start, step.CountsDuty) == (steps[i].Wait, steps[i].Start, steps[i].CountsDuty)).All(same => same);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("Rivera (30 min)>Cole (2h)", "Rivera (1800) > Cole (7200)")]
    [InlineData("Cole (Lisbon) (45)", "Cole (Lisbon) (2700)")]
    [InlineData("  Ana   (1 day)", "Ana (86400)")]
    [InlineData("Ana+ \"Bo\" +Cy ( 5 mins , counting duty, On Duty )X3", "Ana+Bo+Cy (300 OnDuty counts) x3")]
    public void A_chain_is_read_as_people_write_it(string typed, string meant)
    {
        var chain = ChainText.Read(typed);
        var steps = chain.Steps.Select(step => $"{string.Join('+', step.Vendors)} ({step.Wait.TotalSeconds}{(step.Start == StepStart.OnDuty ? " OnDuty" : "")}{(step.CountsDuty ? " counts" : "")})");
        Assert.Equal(meant, string.Join(" > ", steps) + (chain.Repeat > 1 ? $" x{chain.Repeat}" : ""));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Rivera")]
    [InlineData("Rivera (soon)")]
    [InlineData("Rivera (30 minutes) >")]
    [InlineData("(30 minutes)")]
    [InlineData("Ana (30 minutes) twice")]
    [InlineData("Ana (30 minutes) x 2 > Bo (1 hour)")]
    [InlineData("Ana (30 minutes, at night)")]
    [InlineData("\"Rivera (30 minutes)")]
    public void A_chain_that_cannot_be_read_says_what_to_write(string typed) => Assert.NotNull(ChainText.Read(typed).Problem);

    [Theory]
    [InlineData("Ana + (30 minutes)", "After the last + a name is missing.")]
    [InlineData("Ana + \"Bo\" + (30 minutes)", "After the last + a name is missing.")]
    [InlineData("Ana (1 hour) > Bo + (30 minutes) x 2", "After the last + a name is missing.")]
    [InlineData("Ana + + Bo (30 minutes)", "A name is missing.")]
    [InlineData("+ Ana (30 minutes)", "A name is missing.")]
    public void A_plus_wants_a_name_on_both_sides(string typed, string problem) => Assert.Equal(problem, ChainText.Read(typed).Problem);
}
