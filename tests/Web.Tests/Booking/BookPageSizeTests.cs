using System.Text;
using Backsoon.Shared;

namespace Backsoon.Booking;

/// <summary>A host who is open all day and all week, with starts close together: the page has to come through a slow line, and every time has to be within reach.</summary>
[Collection(Desks.Name)]
public sealed class BookPageSizeTests(FrontDesk desk)
{
    private const int Most = 30_000;

    [Theory]
    [InlineData(5, 1)]
    [InlineData(10, 1)]
    [InlineData(15, 1)]
    [InlineData(5, 6)]
    [InlineData(15, 6)]
    public async Task A_page_of_times_stays_small_and_every_time_is_reached_by_links(int step, int seats)
    {
        var parlour = await Parlour.Open(desk, service => service with
        {
            Step = TimeSpan.FromMinutes(step),
            Length = TimeSpan.FromMinutes(5),
            Seats = seats,
            MinNotice = TimeSpan.Zero,
            About = new string('a', Service.MaxAbout),
        });
        await parlour.Scope.Booking().Change(BookingSettings.Default with { IsOn = true, Intro = new string('i', BookingSettings.MaxIntro) });
        var others = new List<Guid>();
        for (var number = 0; number < 3; number++)
            others.Add((await parlour.AddHost($"Host{number}")).Id);
        await parlour.Change(service => service with { Hosts = [.. service.Hosts, .. others] });
        using var guest = desk.Browser();

        var week = await guest.Get(parlour.Address("/book?zone=Etc/UTC"));
        Assert.InRange(Encoding.UTF8.GetByteCount(week.Body), 1, Most);
        var links = week.Document.QuerySelectorAll("section a").Select(link => link.GetAttribute("href")!).ToArray();
        Assert.Equal(BookTimes.Week, links.Length);
        Assert.All(week.Document.QuerySelectorAll("section"), day => Assert.InRange(day.QuerySelectorAll("button[name=slot]").Length, 3, 96));

        var found = new List<DateTimeOffset>();
        var day = await guest.Get(parlour.Address(links[1]));
        var parts = day.Document.QuerySelectorAll("nav[aria-label='Times of the day'] a").Select(link => link.GetAttribute("href")!).DefaultIfEmpty(links[1]).ToArray();
        foreach (var part in parts)
        {
            var page = await guest.Get(parlour.Address(part));
            Assert.InRange(Encoding.UTF8.GetByteCount(page.Body), 1, Most);
            found.AddRange(page.Document.QuerySelectorAll("button[name=slot]").Select(button => parlour.Chosen(button.GetAttribute("value")!)!.Value.Start));
        }

        Assert.Equal(TimeSpan.FromDays(1) / TimeSpan.FromMinutes(step), found.Count);
        Assert.All(found.Zip(found.Skip(1)), two => Assert.Equal(TimeSpan.FromMinutes(step), two.Second - two.First));
        Assert.Equal("Lesson", (await parlour.Choose(guest, await guest.Get(parlour.Address(parts[^1])), 2)).Heading);
    }

    [Fact]
    public async Task A_week_with_few_times_shows_them_all_and_a_day_leads_back_to_its_week()
    {
        var parlour = await Parlour.Open(desk, service => service with { Step = TimeSpan.FromHours(2) });
        using var guest = desk.Browser();

        var week = await guest.Get(parlour.Address());
        Assert.Empty(week.Document.QuerySelectorAll("section a"));
        Assert.DoesNotContain("There are many free times", week.Text, StringComparison.Ordinal);
        var day = await guest.Get(parlour.Address($"/book?day={LocalTime.Date(desk.Clock.GetUtcNow().AddDays(3), "Europe/Lisbon"):yyyy-MM-dd}"));
        Assert.Single(day.Document.QuerySelectorAll("section"));
        Assert.NotNull(day.Document.QuerySelector("nav.week a[rel=next]"));
        Assert.NotEmpty((await guest.Get(new Uri(day.Address, day.Document.QuerySelector("a[href*='from=']")!.GetAttribute("href")!).ToString())).Document.QuerySelectorAll("section"));
    }
}
