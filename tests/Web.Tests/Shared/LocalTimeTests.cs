namespace Backsoon.Shared;

public sealed class LocalTimeTests
{
    private static readonly DateTimeOffset s_monday = new(2024, 1, 8, 14, 2, 33, TimeSpan.Zero);

    [Theory]
    [InlineData("Europe/Lisbon", "Monday 8 January, 14:02")]
    [InlineData("America/Los_Angeles", "Monday 8 January, 06:02")]
    [InlineData("Pacific/Auckland", "Tuesday 9 January, 03:02")]
    [InlineData("Asia/Kathmandu", "Monday 8 January, 19:47")]
    public void An_instant_is_said_in_the_place_it_matters(string zone, string said) => Assert.Equal(said, LocalTime.Of(s_monday, zone));

    [Fact]
    public void The_year_is_said_when_it_is_another()
    {
        Assert.Equal("Monday 8 January 2024, 14:02", LocalTime.Of(s_monday, "UTC", s_monday.AddYears(1)));
        Assert.Equal("Monday 8 January, 14:02", LocalTime.Of(s_monday, "UTC", s_monday.AddDays(200)));
    }

    [Theory]
    [InlineData(0, "14:02")]
    [InlineData(10, "Yesterday, 14:02")]
    [InlineData(24, "Yesterday, 14:02")]
    [InlineData(48, "Mon 8 Jan, 14:02")]
    [InlineData(-24, "Mon 8 Jan, 14:02")]
    [InlineData(24 * 365, "Mon 8 Jan 2024, 14:02")]
    public void The_short_form_says_the_day_when_it_is_not_today(int hoursLater, string said) => Assert.Equal(said, LocalTime.Short(s_monday, "UTC", s_monday.AddHours(hoursLater)));

    [Theory]
    [InlineData(0, "14:02")]
    [InlineData(24, "yesterday, 14:02")]
    [InlineData(48, "Mon 8 Jan, 14:02")]
    public void Within_a_sentence_it_begins_small(int hoursLater, string said) => Assert.Equal(said, LocalTime.Short(s_monday, "UTC", s_monday.AddHours(hoursLater), inside: true));

    [Fact]
    public void The_hour_that_comes_twice_is_told_apart_by_the_whole_instant()
    {
        var first = new DateTimeOffset(2024, 10, 27, 0, 30, 0, TimeSpan.Zero);

        Assert.Equal("Sunday 27 October 2024, 01:30:00, Europe/Lisbon (UTC+01:00)", LocalTime.Full(first, "Europe/Lisbon"));
        Assert.Equal("Sunday 27 October 2024, 01:30:00, Europe/Lisbon (UTC+00:00)", LocalTime.Full(first.AddHours(1), "Europe/Lisbon"));
    }

    [Theory]
    [InlineData(20, "under a minute")]
    [InlineData(60, "1 minute")]
    [InlineData(59 * 60, "59 minutes")]
    [InlineData(3600, "1 hour")]
    [InlineData(47 * 3600, "47 hours")]
    [InlineData(72 * 3600, "3 days")]
    public void A_length_is_said_in_its_largest_unit(int seconds, string said) => Assert.Equal(said, LocalTime.Lasting(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void A_zone_is_said_by_its_place()
    {
        Assert.Equal("New York time", LocalTime.Place("America/New_York"));
        Assert.Equal("UTC", LocalTime.Place("UTC"));
        Assert.False(LocalTime.IsZone("Europe/Atlantis"));
    }
}
