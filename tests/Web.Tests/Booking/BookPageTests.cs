using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Backsoon.Shared;
using Backsoon.Tenants;

namespace Backsoon.Booking;

[Collection(Desks.Name)]
public sealed class BookPageTests(FrontDesk desk)
{
    [Fact, Promise("R17")]
    public async Task Booking_is_off_until_it_is_switched_on_and_the_desk_says_nothing_of_it()
    {
        var owner = await desk.SignUp();
        using var guest = desk.Browser();
        Assert.Null((await guest.Get(desk.Site.Desk(owner.Slug))).Document.QuerySelector("a[href='/book']"));
        foreach (var path in new[] { "/book", "/book/zone", "/embed" })
            Assert.Equal((HttpStatusCode.NotFound, "No appointments are booked here"), await Said(guest, desk.Site.Desk(owner.Slug, path)));
        Assert.Equal(HttpStatusCode.NotFound, (await guest.Get(desk.Site.Desk(owner.Slug, "/book.js"))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await guest.Get(desk.Site.Desk(Slug.Parse("nobody-has-this"), "/book"))).Status);
    }

    [Fact, Promise("R17")]
    public async Task The_desk_offers_booking_as_soon_as_there_is_something_to_book_and_no_longer()
    {
        var parlour = await Parlour.Open(desk);
        using var guest = desk.Browser();
        Assert.Equal("Book an appointment", (await guest.Get(parlour.Address("/"))).Document.QuerySelector("a[href='/book']")!.TextContent);
        await parlour.Change(service => service with { Active = false });
        Assert.Null((await guest.Get(parlour.Address("/"))).Document.QuerySelector("a[href='/book']"));
        await parlour.Change(service => service with { Active = true });
        Assert.NotNull((await guest.Get(parlour.Address("/"))).Document.QuerySelector("a[href='/book']"));
        await parlour.Scope.Booking().Change(BookingSettings.Default);
        Assert.Null((await guest.Get(parlour.Address("/"))).Document.QuerySelector("a[href='/book']"));
        Assert.Equal((HttpStatusCode.NotFound, "No appointments are booked here"), await Said(guest, parlour.Address()));
    }

    [Fact]
    public async Task One_service_needs_no_choice_and_several_are_listed_with_what_they_are()
    {
        var parlour = await Parlour.Open(desk);
        using var guest = desk.Browser();
        Assert.Equal("Lesson", (await guest.Get(parlour.Address())).Heading);
        await parlour.Add(service => service with { Name = "Long <b>lesson</b>", Length = TimeSpan.FromMinutes(90), Price = "€ 100", Place = new(PlaceKind.Video, "https://video.example/secret"), About = "For two." });
        await parlour.Add(service => service with { Name = "Not any more", Active = false });
        await parlour.Scope.Booking().Change(BookingSettings.Default with { IsOn = true, Intro = "Bring your own chair." });
        var page = await guest.Get(parlour.Address());
        Assert.Equal("Book an appointment", page.Heading);
        Assert.Contains("Bring your own chair.", page.Text, StringComparison.Ordinal);
        var choices = page.Document.QuerySelectorAll(".services a").Select(choice => choice.TextContent).ToArray();
        Assert.Equal(2, choices.Length);
        Assert.All(["Lesson", "30 minutes", "€ 40", "14 Elm Street"], fact => Assert.Contains(fact, choices[0], StringComparison.Ordinal));
        Assert.All(["Long <b>lesson</b>", "1 hour 30 minutes", "€ 100", "By video", "For two."], fact => Assert.Contains(fact, choices[1], StringComparison.Ordinal));
        Assert.DoesNotContain("secret", page.Body, StringComparison.Ordinal);
        Assert.Equal("Long <b>lesson</b>", (await guest.Get(new Uri(page.Address, page.Document.QuerySelectorAll(".services a")[1].GetAttribute("href")!).ToString())).Heading);
    }

    [Fact]
    public async Task Times_are_said_by_the_guests_clock_with_both_zones_named_and_a_week_at_a_time()
    {
        var parlour = await Parlour.Open(desk, service => service with { Step = TimeSpan.FromHours(1) });
        using var guest = desk.Browser();
        var home = await guest.Get(parlour.Address());
        Assert.Contains("Lisbon time (UTC", home.Document.QuerySelector(".zones")!.TextContent, StringComparison.Ordinal);
        Assert.InRange(home.Body.Length, 1, 30_000);
        var first = home.Document.QuerySelector("button[name=slot]")!;

        var page = await guest.Get(parlour.Address("/book?zone=Asia/Kathmandu"));
        var zones = page.Document.QuerySelector(".zones")!.TextContent;
        Assert.Contains("Kathmandu time (UTC+05:45)", zones, StringComparison.Ordinal);
        Assert.Contains("Lisbon time", zones, StringComparison.Ordinal);
        var same = page.Document.QuerySelectorAll("button[name=slot]").Single(button => button.GetAttribute("value") == first.GetAttribute("value"));
        var start = parlour.Chosen(first.GetAttribute("value")!)!.Value.Start;
        // In an hour that comes twice the distance from UTC follows.
        Assert.StartsWith(LocalTime.Clock(start, "Europe/Lisbon"), first.TextContent, StringComparison.Ordinal);
        Assert.Equal(LocalTime.Clock(start, "Asia/Kathmandu"), same.TextContent);
        Assert.Equal("Asia/Kathmandu", page.Document.QuerySelector<IHtmlInputElement>("input[name=zone]")!.Value);

        Assert.Null(page.Document.QuerySelector("a[rel=prev]"));
        var later = await guest.Get(new Uri(page.Address, page.Document.QuerySelector("a[rel=next]")!.GetAttribute("href")!).ToString());
        Assert.Equal(7, later.Document.QuerySelectorAll("h2.day").Length);
        Assert.NotEqual(page.Document.QuerySelector("h2.day")!.TextContent, later.Document.QuerySelector("h2.day")!.TextContent);
        Assert.NotNull(later.Document.QuerySelector("a[rel=prev]"));

        Assert.Contains("Kathmandu time", (await guest.Get(parlour.Address("/book?zone=Asia/Katmandu"))).Document.QuerySelector(".zones")!.TextContent, StringComparison.Ordinal);

        // Nonsense in the address is nobody's error.
        foreach (var query in new[] { "zone=Mars/Base", "zone=../etc", "from=9999-99-99", "from=2199-12-31", "from=1700-01-01&zone=" })
            Assert.Equal(HttpStatusCode.OK, (await guest.Get(parlour.Address($"/book?{query}"))).Status);
    }

    [Fact]
    public async Task Whoever_has_no_script_chooses_their_zone_from_a_list()
    {
        var parlour = await Parlour.Open(desk);
        using var guest = desk.Browser();
        var page = await guest.Get(parlour.Address());
        var zones = await guest.Get(new Uri(page.Address, page.Document.QuerySelector(".zones a")!.GetAttribute("href")!).ToString());
        Assert.Equal("Europe/Lisbon", zones.Document.QuerySelector<IHtmlSelectElement>("select[name=zone]")!.Value);
        Assert.Equal($"{parlour.Service.Id:n}", zones.Document.QuerySelector<IHtmlInputElement>("input[name=service]")!.Value);
        Assert.Equal("/book", zones.Document.QuerySelector("form")!.GetAttribute("action"));
    }

    [Fact]
    public async Task The_first_page_shows_the_first_week_in_which_something_is_free()
    {
        var parlour = await Parlour.Open(desk);
        using var guest = desk.Browser();
        var now = desk.Clock.GetUtcNow();
        await parlour.Schedule.Block(new BlockedTime(Guid.CreateVersion7(now), parlour.Host.Id, now.AddDays(-1), now.AddDays(20), ""));
        var page = await guest.Get(parlour.Address());
        Assert.Contains("Nothing is free before", page.Text, StringComparison.Ordinal);
        Assert.NotEmpty(page.Document.QuerySelectorAll("button[name=slot]"));

        var empty = await guest.Get(parlour.Address($"/book?from={now:yyyy-MM-dd}"));
        Assert.Contains("Nothing is free in this week", empty.Text, StringComparison.Ordinal);
        var next = empty.Document.QuerySelectorAll("a.button").Single(link => link.TextContent.StartsWith("Next free", StringComparison.Ordinal));
        Assert.NotEmpty((await guest.Get(new Uri(empty.Address, next.GetAttribute("href")!).ToString())).Document.QuerySelectorAll("button[name=slot]"));

        await parlour.Schedule.Block(new BlockedTime(Guid.CreateVersion7(now), parlour.Host.Id, now.AddDays(-1), now.AddDays(90), ""));
        Assert.Contains("every time until then is taken", (await guest.Get(parlour.Address())).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_the_business_is_away_the_sign_says_so_and_nothing_is_offered_then()
    {
        var parlour = await Parlour.Open(desk);
        using var guest = desk.Browser();
        var now = desk.Clock.GetUtcNow();
        await parlour.Scope.Tenant().Leave(new Absence(Guid.CreateVersion7(now), now.AddHours(-1), now.AddDays(3), "Gone fishing.", null, false));
        var page = await guest.Get(parlour.Address());
        Assert.Contains("is away and back on", page.Document.QuerySelector(".sign-note")!.TextContent, StringComparison.Ordinal);
        Assert.All(page.Document.QuerySelectorAll("button[name=slot]"), button => Assert.True(parlour.Chosen(button.GetAttribute("value")!)!.Value.Start >= now.AddDays(3)));
    }

    [Fact]
    public async Task With_several_hosts_a_guest_takes_anyone_or_names_one()
    {
        var parlour = await Parlour.Open(desk);
        var bea = await parlour.AddHost("Bea");
        await parlour.Change(service => service with { Hosts = [parlour.Host.Id, bea.Id] });
        using var guest = desk.Browser();
        var page = await guest.Get(parlour.Address());
        Assert.Equal(["Anyone", "Ana Reis", "Bea"], page.Document.QuerySelectorAll(".with a").Select(link => link.TextContent));
        Assert.Equal("Anyone", page.Document.QuerySelector(".with [aria-current]")!.TextContent);
        var with = await guest.Get(parlour.Address($"/book?host={bea.Id:n}"));
        Assert.Equal("Bea", with.Document.QuerySelector(".with [aria-current]")!.TextContent);
        Assert.All(with.Document.QuerySelectorAll("button[name=slot]"), button => Assert.StartsWith($"{bea.Id:n}"[^8..], button.GetAttribute("value")!, StringComparison.Ordinal));

        await parlour.Scope.Booking().PutHost(bea with { Active = false });
        Assert.Equal((HttpStatusCode.NotFound, "Lesson cannot be booked with them"), await Said(guest, parlour.Address($"/book?host={bea.Id:n}")));
        Assert.Equal((HttpStatusCode.NotFound, "This is not offered any more"), await Said(guest, parlour.Address($"/book?service={bea.Id:n}")));
        Assert.Null((await guest.Get(parlour.Address())).Document.QuerySelector(".with"));
    }

    private static async Task<(HttpStatusCode, string)> Said(Browser guest, string address) => await guest.Get(address) is var page ? (page.Status, page.Heading) : default;
}
