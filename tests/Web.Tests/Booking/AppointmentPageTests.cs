using System.Net;
using Backsoon.Accounts;
using Backsoon.Shared;

namespace Backsoon.Booking;

[Collection(Desks.Name)]
public sealed class AppointmentPageTests(FrontDesk desk)
{
    [Fact]
    public async Task The_link_in_the_mail_leads_to_the_page_which_tells_all_but_what_the_owner_notes()
    {
        var parlour = await Parlour.Open(desk, service => service with { Place = new(PlaceKind.Video, "https://video.example/room?a=1&b=2") });
        using var guest = desk.Browser();
        var page = await guest.Submit(await parlour.Details(guest, 60, "/book?zone=Asia/Kathmandu"), parlour.Typed);
        var booked = await parlour.Only();
        await parlour.Scope.Appointment(booked.Id).Note("He was rude.", new AccountId("account_1"));

        var opened = await guest.Get(LinkIn((await desk.MailTo(parlour.Typed["email"]!)).Text));
        Assert.Equal(("Lesson", "Booked"), (opened.Heading, opened.Document.QuerySelector(".pill")!.TextContent));
        Assert.All(
            ["Kathmandu time (UTC+05:45)", "Lisbon time", LocalTime.Clock(booked.Start, "Asia/Kathmandu"), LocalTime.Clock(booked.Start, "Europe/Lisbon"), booked.Reference, "I come with a dog.", "€ 40", "Ana Reis"],
            fact => Assert.Contains(fact, opened.Text, StringComparison.Ordinal));
        Assert.DoesNotContain("rude", opened.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("It is booked.", opened.Text, StringComparison.Ordinal);
        Assert.Contains("It is booked.", page.Text, StringComparison.Ordinal);
        Assert.Equal("https://video.example/room?a=1&b=2", opened.Document.QuerySelector("dd a")!.GetAttribute("href"));
        Assert.Equal(("no-referrer", "nosniff", "no-store"), (opened.Header("Referrer-Policy"), opened.Header("X-Content-Type-Options"), opened.Header("Cache-Control")));
        Assert.Equal("noindex", opened.Document.QuerySelector("meta[name=robots]")!.GetAttribute("content"));
        Assert.Contains("frame-ancestors 'none'", opened.Header("Content-Security-Policy")!, StringComparison.Ordinal);
        Assert.Empty(opened.Cookies);
    }

    [Fact]
    public async Task It_is_added_to_a_calendar_by_a_file_or_a_link_that_does_not_give_the_page_away()
    {
        var parlour = await Parlour.Open(desk);
        using var guest = desk.Browser();
        var page = await parlour.Book(guest);
        var booked = await parlour.Only();
        var file = await guest.Get(new Uri(page.Address, page.Document.QuerySelector("a[href$='.ics']")!.GetAttribute("href")!).ToString());
        Assert.Equal(("text/calendar; charset=utf-8", "nosniff"), (file.Header("Content-Type"), file.Header("X-Content-Type-Options")));
        Assert.StartsWith("attachment", file.Header("Content-Disposition"), StringComparison.Ordinal);
        Assert.Contains($"DTSTART:{booked.Start.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}", file.Body, StringComparison.Ordinal);
        var links = page.Document.QuerySelectorAll("a[target=_blank]").Select(link => link.GetAttribute("href")!).ToArray();
        Assert.Equal(2, links.Length);
        Assert.All(links, link => Assert.DoesNotContain("/a/", Uri.UnescapeDataString(link), StringComparison.Ordinal));
        Assert.Contains($"dates={booked.Start.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}", Uri.UnescapeDataString(links[0]), StringComparison.Ordinal);
        Assert.Contains($"startdt={booked.Start.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}", Uri.UnescapeDataString(links[1]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_guest_cancels_with_a_reason_and_a_second_press_changes_nothing()
    {
        var parlour = await Parlour.Open(desk);
        using var guest = desk.Browser();
        var page = await parlour.Book(guest);
        var ask = await guest.Get($"{Bare(page)}/cancel");
        Assert.Equal("Cancel this appointment?", ask.Heading);
        Assert.Equal(AppointmentStatus.Booked, (await parlour.Only()).Status);
        var over = await guest.Submit(ask, new Dictionary<string, string?> { ["reason"] = "<b>Flu</b>" });
        Assert.Contains("It is cancelled.", over.Text, StringComparison.Ordinal);
        Assert.Contains("You cancelled it", over.Text, StringComparison.Ordinal);
        Assert.Contains("<b>Flu</b>", over.Text, StringComparison.Ordinal);
        Assert.Equal("Cancelled", over.Document.QuerySelector(".pill")!.TextContent);
        Assert.Null(over.Document.QuerySelector("a[href$='/move'], a[href$='/cancel']"));
        Assert.Contains("You cancelled it", (await guest.Submit(ask, new Dictionary<string, string?> { ["reason"] = "Again" })).Text, StringComparison.Ordinal);
        Assert.Equal(Bare(page), (await guest.Get($"{Bare(page)}/cancel")).Address.ToString());
        Assert.Equal(Bare(page), (await guest.Get($"{Bare(page)}/move")).Address.ToString());
    }

    [Fact]
    public async Task A_guest_moves_it_after_confirming_and_until_then_it_stays()
    {
        var parlour = await Parlour.Open(desk);
        using var guest = desk.Browser();
        var page = await parlour.Book(guest);
        var was = await parlour.Only();
        var times = await guest.Get($"{Bare(page)}/move");
        Assert.Equal("Move Lesson", times.Heading);
        var confirm = await parlour.Choose(guest, times, 70);
        Assert.Equal("Move Lesson?", confirm.Heading);
        Assert.Contains("Kept for you until", confirm.Text, StringComparison.Ordinal);
        Assert.Equal(was.Start, (await parlour.Only()).Start);
        var back = await guest.Submit(confirm, form: "main form[action$='/release']");
        Assert.Equal("Move Lesson", back.Heading);
        confirm = await parlour.Choose(guest, back, 71);
        var moved = await guest.Submit(confirm);
        Assert.Contains("It is moved.", moved.Text, StringComparison.Ordinal);
        var now = await parlour.Only();
        Assert.NotEqual(was.Start, now.Start);
        Assert.Contains("It is moved.", (await guest.Submit(confirm)).Text, StringComparison.Ordinal);
        Assert.Equal((now.Start, now.Sequence), ((await parlour.Only()).Start, (await parlour.Only()).Sequence));

        // Somebody takes the next one while it is confirmed.
        confirm = await parlour.Choose(guest, await guest.Get($"{Bare(page)}/move"), 80);
        desk.Clock.Advance(TimeSpan.FromMinutes(6));
        var ring = await desk.Grains.GetGrain<IKeyRingGrain>(IKeyRingGrain.Key).Read();
        await parlour.Take(BookTicket.Read(ring, confirm.Address.Segments[^1], parlour.Scope.Id, desk.Clock.GetUtcNow())!.Slot!.Start);
        var taken = await guest.Submit(confirm);
        Assert.Equal((HttpStatusCode.Conflict, "That time is not free any more"), (taken.Status, taken.Heading));
        Assert.Contains("Your appointment stays as it is.", taken.Text, StringComparison.Ordinal);
        Assert.Equal(now.Start, (await parlour.Stored()).Single(one => one.Guest.Name == "Tom Baker").Start);
        Assert.Equal("Move Lesson?", (await guest.Submit(taken)).Heading);
    }

    [Fact]
    public async Task With_less_than_the_notice_left_the_page_explains_and_nothing_is_changed()
    {
        var parlour = await Parlour.Open(desk, service => service with { ChangeNotice = TimeSpan.FromDays(30) });
        using var guest = desk.Browser();
        var page = await parlour.Book(guest);
        Assert.Contains("could be moved or cancelled here until", page.Text, StringComparison.Ordinal);
        Assert.Equal("/", page.Document.GetElementById("write")!.GetAttribute("href"));
        Assert.Contains($"give the number {(await parlour.Only()).Reference}", page.Text, StringComparison.Ordinal);
        var profile = (await parlour.Scope.Tenant().Profile())!;
        await parlour.Scope.Tenant().Change(profile.Settings with { Owner = profile.Settings.Owner with { Phone = "+351 910 000 007" } });
        var call = (await guest.Get(Bare(page))).Document;
        Assert.Equal("tel:+351910000007", call.GetElementById("call")!.GetAttribute("href"));
        Assert.Null(call.GetElementById("write"));
        Assert.Null(page.Document.QuerySelector("a[href$='/move'], a[href$='/cancel']"));
        var id = (await parlour.Only()).Id;
        var token = await parlour.Sign(TokenPurpose.AppointmentCancel, TimeSpan.FromHours(1), parlour.Scope.Id.Value, $"{id:n}");
        var answer = await guest.Post($"{Bare(page)}/cancel", [KeyValuePair.Create("_token", token)]);
        Assert.Contains("could not be cancelled any more", answer.Text, StringComparison.Ordinal);
        Assert.Equal(AppointmentStatus.Booked, (await parlour.Only()).Status);
    }

    [Fact]
    public async Task What_is_past_is_said_to_be_over()
    {
        var parlour = await Parlour.Open(desk);
        using var guest = desk.Browser();
        var page = await parlour.Book(guest);
        desk.Clock.Advance(TimeSpan.FromDays(4));
        var over = await guest.Get(Bare(page));
        Assert.Equal("Over", over.Document.QuerySelector(".pill")!.TextContent);
        Assert.Null(over.Document.QuerySelector("a[href$='/move'], a[href$='/cancel'], a[href$='.ics']"));
        Assert.Equal("/book", over.Document.QuerySelector("main a.button")!.GetAttribute("href"));
    }

    [Fact]
    public async Task What_the_business_cancels_is_said_with_its_words()
    {
        var parlour = await Parlour.Open(desk);
        using var guest = desk.Browser();
        var page = await parlour.Book(guest);
        await parlour.Scope.Appointment((await parlour.Only()).Id).Cancel("I have fallen ill.", new AccountId("account_1"));
        var over = await guest.Get(Bare(page));
        Assert.Contains("cancelled it on", over.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("You cancelled it", over.Text, StringComparison.Ordinal);
        Assert.Contains("I have fallen ill.", over.Text, StringComparison.Ordinal);
    }

    [Fact, Trait("Abuse", "30")]
    public async Task A_link_that_was_changed_cut_another_desks_or_old_leads_nowhere()
    {
        var (parlour, other) = (await Parlour.Open(desk), await Parlour.Open(desk));
        using var guest = desk.Browser();
        var page = await parlour.Book(guest);
        var (id, token) = ((await parlour.Only()).Id, page.Address.AbsolutePath.Split('/')[2]);
        foreach (var path in new[] { "", "/cancel", "/move", "/appointment.ics", "/move/x.y" })
        {
            foreach (var changed in new[] { token[1..], token[..^1], $"{token}A", "x", token.Replace('.', '-') })
                Assert.Equal(HttpStatusCode.NotFound, (await guest.Get(parlour.Address($"/a/{changed}{path}"))).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await guest.Get(other.Address($"/a/{token}{path}"))).Status);
            Assert.Equal(HttpStatusCode.Gone, (await guest.Get(parlour.Address($"/a/{await parlour.Sign(TokenPurpose.Appointment, TimeSpan.FromSeconds(-2), parlour.Scope.Id.Value, $"{id:n}")}{path}"))).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await guest.Get(parlour.Address($"/a/{await parlour.Sign(TokenPurpose.Appointment, TimeSpan.FromDays(1), parlour.Scope.Id.Value, $"{parlour.Host.Id:n}")}{path}"))).Status);
        }

        // The right to see one is no right to press the buttons of another, nor of a form that another page made.
        foreach (var form in new[] { token, "", "x.y", await parlour.Sign(TokenPurpose.AppointmentCancel, TimeSpan.FromHours(1), parlour.Scope.Id.Value, $"{parlour.Host.Id:n}"), await parlour.Sign(TokenPurpose.AppointmentCancel, TimeSpan.FromHours(1), other.Scope.Id.Value, $"{id:n}") })
            Assert.Equal(HttpStatusCode.Forbidden, (await guest.Post($"{Bare(page)}/cancel", [KeyValuePair.Create("_token", form)])).Status);
        var good = await guest.Get($"{Bare(page)}/cancel");
        var fields = new[] { KeyValuePair.Create("_token", good.Document.QuerySelector("input[name=_token]")!.GetAttribute("value")!) };
        foreach (var site in new[] { "cross-site", "same-site", "none" })
            Assert.Equal(HttpStatusCode.Forbidden, (await guest.Post($"{Bare(page)}/cancel", fields, site)).Status);
        Assert.Equal(AppointmentStatus.Booked, (await parlour.Only()).Status);
    }

    private static string Bare(WebPage page) => page.Address.GetLeftPart(UriPartial.Path);

    private static string LinkIn(string text) => System.Text.RegularExpressions.Regex.Match(text, @"https?://\S+/a/[A-Za-z0-9_.-]+").Value;
}
