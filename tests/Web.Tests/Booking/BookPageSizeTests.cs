using System.Text;
using Backsoon.Shared;

namespace Backsoon.Booking;

/// <summary>A host who is open all day and all week, with starts close together: the page has to come through a slow line, and every time has to be within reach.</summary>
[Collection(Desks.Name)]
public sealed class BookPageSizeTests(FrontDesk desk)
{
    private const int Most = 30_000;

    // Today is over in part, at any hour in another.
    private string Whole => $"from={LocalTime.Date(desk.Clock.GetUtcNow().AddDays(2), "Etc/UTC"):yyyy-MM-dd}";

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

        var week = await guest.Get(parlour.Address($"/book?zone=Etc/UTC&{Whole}"));
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

    [Fact]
    public async Task With_as_many_hosts_and_services_as_there_may_be_every_page_stays_small()
    {
        var parlour = await Parlour.Open(desk, service => service with { Step = TimeSpan.FromMinutes(5), Length = TimeSpan.FromMinutes(5), About = string.Join(' ', Enumerable.Repeat("about", 160)) });
        var hosts = new List<Guid> { parlour.Host.Id };
        for (var number = 1; number < BookingView.MaxHosts; number++)
            hosts.Add((await parlour.AddHost($"Somebody-with-a-name-{number}")).Id);
        await parlour.Change(service => service with { Hosts = [.. hosts] });
        using var guest = desk.Browser();
        await parlour.Add(service => service with { Name = "Another" });
        Assert.EndsWith("about…", (await guest.Get(parlour.Address())).Document.QuerySelector(".services small[dir]")!.TextContent, StringComparison.Ordinal);
        for (var number = 2; number < BookingView.MaxServices; number++)
            await parlour.Add(service => service with { Name = $"Something that is offered here at a good price, and by all of us, as number {number}" });

        foreach (var path in new[] { "/book", $"/book?service={parlour.Service.Id:n}&{Whole}", "/book/zone" })
            Assert.InRange(Encoding.UTF8.GetByteCount((await guest.Get(parlour.Address(path))).Body), 1, Most);

        var week = await guest.Get(parlour.Address($"/book?service={parlour.Service.Id:n}&zone=Europe/Lisbon&{Whole}"));
        var choice = week.Document.QuerySelectorAll("#with option").Select(option => option.GetAttribute("value")).Single(value => value == $"{hosts[^1]:n}");
        var theirs = await guest.Get(parlour.Address($"/book?service={parlour.Service.Id:n}&zone=Europe/Lisbon&host={choice}&{Whole}"));
        Assert.All(theirs.Document.QuerySelectorAll("button[name=slot]"), button => Assert.Equal(hosts[^1], KeptSlot.Chosen(button.GetAttribute("value")!, hosts)!.Value.Host));
        Assert.NotEmpty(theirs.Document.QuerySelectorAll("button[name=slot]"));
        Assert.Equal(week.Document.QuerySelectorAll("button[name=slot]").Length, (await guest.Get(parlour.Address($"/book?service={parlour.Service.Id:n}&zone=Europe/Lisbon&host=&{Whole}"))).Document.QuerySelectorAll("button[name=slot]").Length);
    }
}
