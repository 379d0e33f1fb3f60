using Backsoon.Mail;
using Backsoon.Tenants;
using FsCheck;
using FsCheck.Fluent;

namespace Backsoon.Dispatch;

public sealed class DutyTextTests
{
    private static readonly Vendor s_vendor = new(new Guid("01900000-0000-7000-8000-000000000001"), "Rivera Plumbing", EmailAddress.Parse("jobs@rivera.example"), null, null, Active: true);

    [Fact]
    public void Days_with_the_same_hours_are_said_together()
    {
        var (vendor, problem) = DutyText.Read("Mon 14-18, 9-12:30; tuesday-Fr: 09.00–12.30 and 14:00 to 18:00; Sat/Sun 10:00-12:00", s_vendor);

        Assert.Null(problem);
        Assert.Equal("Mon-Fri 09:00-12:30, 14:00-18:00; Sat-Sun 10:00-12:00", DutyText.Of(vendor));
    }

    [Theory]
    [InlineData("Fri-Mon 8-9", "Mon 08:00-09:00; Fri-Sun 08:00-09:00")]
    [InlineData("Sat 22-6", "Sat 22:00-24:00; Sun 00:00-06:00")]
    [InlineData("Mon, Wed 8-24; ", "Mon 08:00-24:00; Wed 08:00-24:00")]
    [InlineData("Mon-Fri 9am-12:30pm, 2pm-6pm", "Mon-Fri 09:00-12:30, 14:00-18:00")]
    [InlineData(" ALWAYS ", "always")]
    [InlineData("When you are open", "when you are open")]
    public void What_people_write_is_understood(string typed, string said)
    {
        var (vendor, problem) = DutyText.Read(typed, s_vendor);
        Assert.Equal((null, said), (problem, DutyText.Of(vendor)));
    }

    [Theory]
    [InlineData("weekdays", "Write it like")]
    [InlineData("9-17", "Write it like")]
    [InlineData("Mon", "Write it like")]
    [InlineData("T 9-17", "Write it like")]
    [InlineData("Mon-Wed-Fri 9-17", "Write it like")]
    [InlineData("Mon 9xm-5pm", "Write it like")]
    [InlineData("Mon 9-25", "Write it like")]
    [InlineData("Mon 9-17 or so", "Write it like")]
    [InlineData(";", "Write it like")]
    [InlineData("Mon-Fri 9-17; Wed 16-18", "overlap")]
    [InlineData("Mon 22-6; Tue 5-7", "overlap")]
    [InlineData("Mon 1-2,3-4,5-6,7-8,9-10,11-12,13-14", "At most 6")]
    public void What_cannot_be_understood_changes_nothing_and_says_how_to_write_it(string typed, string says)
    {
        var (vendor, problem) = DutyText.Read(typed, s_vendor);
        Assert.Contains(says, problem);
        Assert.Same(s_vendor, vendor);
    }

    [Fact]
    public void Other_days_and_hours_that_do_not_count_for_now_stay()
    {
        var christmas = new OpeningException(new DateOnly(2026, 12, 24), new DateOnly(2026, 12, 26), "Christmas", []);
        var before = s_vendor with { Duty = VendorDuty.Own, Hours = new OpeningHours([new(DayOfWeek.Monday, new(540, 1020))], [christmas]) };

        Assert.Equal(christmas, Assert.Single(DutyText.Read("Tue 9-17", before).Vendor.Hours!.Exceptions));
        Assert.Equal(before with { Duty = VendorDuty.Business }, DutyText.Read("when you are open", before).Vendor);
        Assert.Equal("always", DutyText.Of(before with { Duty = VendorDuty.Always }));
    }

    [Fact]
    public void Every_week_comes_back_as_it_went_out()
    {
        // Up to six periods a day, none overlapping: six ascending pairs of quarters of an hour.
        var day = ArbMap.Default.ArbFor<ushort>().Generator.Select(n => n % 97).ArrayOf(8).Select(quarters => quarters.Distinct().Order().Chunk(2).Where(pair => pair.Length == 2).Select(pair => new OpeningSpan(pair[0] * 15, pair[1] * 15)).ToArray());
        var weeks = day.ArrayOf(7).Where(week => week.Any(spans => spans.Length > 0));

        Prop.ForAll(weeks.ToArbitrary(), week =>
        {
            var hours = new OpeningHours([.. week.SelectMany((spans, index) => spans.Select(span => new OpeningPeriod((DayOfWeek)index, span)))], []);
            var vendor = s_vendor with { Duty = VendorDuty.Own, Hours = hours };
            Assert.Equal((vendor, null), DutyText.Read(DutyText.Of(vendor), s_vendor));
        }).QuickCheckThrowOnFailure();
    }
}
