using Backsoon.Mail;

namespace Backsoon.Booking;

public sealed class AgendaDaysTests
{
    private static readonly DateOnly s_monday = new(2026, 3, 23);

    [Fact]
    public void A_day_is_shown_from_eight_to_six_and_as_far_as_anything_reaches()
    {
        var quiet = AgendaDays.Of(new Agenda([], [], false), s_monday, 7, "Europe/Lisbon");
        Assert.Equal((8, 18, 7), (quiet.First, quiet.Last, quiet.Days.Length));

        var busy = AgendaDays.Of(new Agenda([At("2026-03-24 06:15", 20), At("2026-03-25 19:50", 70)], [], false), s_monday, 7, "Europe/Lisbon");
        Assert.Equal((6, 21), (busy.First, busy.Last));
        Assert.Equal([(375, 395), (1190, 1260)], busy.Days.SelectMany(day => day.Items).Select(item => (item.From, item.Until)));
    }

    [Fact]
    public void What_is_at_the_same_time_stands_side_by_side_and_what_follows_has_the_whole_width()
    {
        var days = AgendaDays.Of(new Agenda([At("2026-03-23 09:00", 60), At("2026-03-23 10:00", 60), At("2026-03-23 10:30", 60), At("2026-03-23 11:00", 30), At("2026-03-23 11:30", 60)], [], false), s_monday, 7, "Europe/Lisbon");

        Assert.Equal([(0, 1), (0, 2), (1, 2), (0, 2), (0, 1)], days.Days[0].Items.Select(item => (item.Lane, item.Lanes)));
    }

    [Fact]
    public void What_is_short_is_drawn_as_long_as_can_be_read_and_hides_nothing()
    {
        var days = AgendaDays.Of(new Agenda([At("2026-03-23 10:02", 5), At("2026-03-23 10:07", 30)], [], false), s_monday, 1, "Europe/Lisbon");

        Assert.Equal([(600, 615, 0), (605, 640, 1)], days.Days[0].Items.Select(item => (item.From, item.Until, item.Lane)));
    }

    [Fact]
    public void What_reaches_over_midnight_is_on_both_days_as_far_as_it_goes()
    {
        var block = new BlockedTime(Guid.Empty, Guid.Empty, Utc("2026-03-24 22:00"), Utc("2026-03-26 00:00"), "Fair");

        var days = AgendaDays.Of(new Agenda([], [block], false), s_monday, 7, "Europe/Lisbon");

        Assert.Equal([0, 1, 1, 0, 0, 0, 0], days.Days.Select(day => day.Items.Length));
        Assert.Equal((1320, 1440, 0, 1440), (days.Days[1].Items[0].From, days.Days[1].Items[0].Until, days.Days[2].Items[0].From, days.Days[2].Items[0].Until));
    }

    [Fact]
    public void An_hour_that_comes_twice_never_shrinks_an_appointment_to_nothing()
    {
        var days = AgendaDays.Of(new Agenda([At("2026-10-25 00:30", 60)], [], false), new DateOnly(2026, 10, 25), 1, "Europe/Lisbon");

        var item = Assert.Single(days.Days[0].Items);
        Assert.True(item.Until > item.From);
    }

    [Fact]
    public void What_has_no_room_in_a_week_is_counted_and_on_its_day_it_is_seen()
    {
        var busy = new Agenda([.. Enumerable.Repeat(At("2026-03-23 10:00", 60), 9), At("2026-03-23 10:30", 60), At("2026-03-23 12:00", 60)], [], false);

        var (week, day) = (AgendaDays.Of(busy, s_monday, 7, "Europe/Lisbon").Days[0], AgendaDays.Of(busy, s_monday, 1, "Europe/Lisbon"));

        Assert.Equal([0, 1], week.Items.Where(item => !item.IsBeyond && item.Lanes > 1).Select(item => item.Lane));
        Assert.Equal(new AgendaMore(8, 600, 690, 2, AgendaDays.LanesOfWeek), Assert.Single(week.More));
        Assert.Equal((11, 8), (week.Items.Length, week.Items.Count(item => item.IsBeyond)));
        Assert.Equal(Enumerable.Range(0, 10), day.Days[0].Items.Where(item => item.Lanes == 10).Select(item => item.Lane));
        Assert.True(day.IsGrid && day.Days[0].More.IsEmpty);
    }

    [Fact]
    public void A_day_with_more_at_once_than_fits_on_any_screen_is_a_list()
    {
        var crowd = new Agenda([.. Enumerable.Repeat(At("2026-03-23 10:00", 60), AgendaDays.LanesOfDay + 1)], [], false);

        Assert.False(AgendaDays.Of(crowd, s_monday, 1, "Europe/Lisbon").IsGrid);
        Assert.True(AgendaDays.Of(crowd, s_monday, 7, "Europe/Lisbon").IsGrid);
    }

    private static Appointment At(string start, int minutes) => new(
        Guid.Empty, "4KQ-27X", Guid.Empty, "Viewing", Guid.Empty, "Ana", "Europe/Lisbon", Utc(start), Utc(start).AddMinutes(minutes), AppointmentStatus.Booked,
        new Guest("Tom", EmailAddress.Parse("tom@example.com"), null, null, [], "Europe/Madrid"), new Place(PlaceKind.Address, ""), null, 1, 1, Utc(start), null, null, null, null, null, TimeSpan.Zero, 0, 0);

    private static DateTimeOffset Utc(string time) => DateTimeOffset.ParseExact(time, "yyyy-MM-dd HH:mm", null, System.Globalization.DateTimeStyles.AssumeUniversal);
}
