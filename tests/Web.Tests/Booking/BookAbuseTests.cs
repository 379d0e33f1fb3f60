using System.Net;
using AngleSharp.Dom;
using Backsoon.Accounts;

namespace Backsoon.Booking;

[Collection(Desks.Name)]
public sealed class BookAbuseTests(FrontDesk desk)
{
    [Fact, Trait("Abuse", "16")]
    public async Task Of_1000_guests_who_post_for_one_time_at_once_one_has_it_and_999_are_shown_the_nearest()
    {
        const int Guests = 1000;
        var parlour = await Parlour.Open(desk);
        var start = parlour.Chosen(Parlour.Slot(await desk.Browser().Get(parlour.Address()), 30))!.Value.Start;
        // Ten at each address, as behind the router of a family or an office.
        var places = Enumerable.Range(0, Guests / 10).Select(_ => desk.Browser()).ToArray();
        // Each kept it once, for five minutes that are over.
        var forms = await Task.WhenAll(Enumerable.Range(0, Guests).Select(async _ => parlour.Address($"/book/{await Ticket(parlour, start)}")));
        desk.Clock.Advance(TimeSpan.FromMinutes(1));
        var answers = await Task.WhenAll(Enumerable.Range(0, Guests).Select(Post));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.SeeOther);
        var refused = answers.Where(answer => answer.Status == HttpStatusCode.Conflict).ToArray();
        Assert.Equal(Guests - 1, refused.Length);
        Assert.All(refused, answer =>
        {
            Assert.Contains("Somebody else has just taken this time. Nothing is booked yet.", answer.Text, StringComparison.Ordinal);
            var nearest = answer.Document.QuerySelectorAll("input[name=slot]").Select(choice => parlour.Chosen(choice.GetAttribute("value")!)!.Value.Start).ToArray();
            Assert.Equal([.. new[] { -90, -60, -30, 30, 60, 90 }.Select(minutes => start.AddMinutes(minutes))], nearest);
            Assert.StartsWith("Guest ", answer.Document.QuerySelector("#name")!.GetAttribute("value")!, StringComparison.Ordinal);
        });
        Assert.Equal(start, (await parlour.Only()).Start);

        // Whoever won and presses again has won once; whoever lost takes another time with one press.
        var winner = Array.FindIndex(answers, answer => answer.Status == HttpStatusCode.SeeOther);
        Assert.Equal(HttpStatusCode.SeeOther, (await Post(winner)).Status);
        await parlour.Only();
        var loser = (winner + 10) % Guests;
        Assert.StartsWith("/a/", (await places[loser / 10].Submit(answers[loser])).Address.AbsolutePath);
        Assert.Equal(2, (await parlour.Stored()).Count);
        foreach (var place in places)
            place.Dispose();

        async Task<WebPage> Post(int guest)
        {
            while (true)
            {
                try
                {
                    var answer = await places[guest / 10].Post(forms[guest], Fields($"Guest {guest}", $"guest{guest}@{parlour.Slug}.example"), follow: false);
                    if (answer.Status != HttpStatusCode.ServiceUnavailable)
                        return answer;
                }
                catch (TaskCanceledException)
                {
                    // A machine may be too slow for all of them: it says so or is waited for no longer, and the same form is sent again.
                }
            }
        }
    }

    [Fact, Trait("Abuse", "14")]
    public async Task One_form_sent_8_times_at_once_is_one_appointment()
    {
        var parlour = await Parlour.Open(desk);
        using var guest = desk.Browser();
        var details = await parlour.Details(guest, 30);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => guest.Submit(details, parlour.Typed, follow: false)));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.SeeOther, answer.Status));
        await parlour.Only();
    }

    [Fact, Trait("Abuse", "35"), Promise("R28")]
    public async Task Of_24_appointments_booked_from_one_place_20_are_taken_and_the_others_keep_what_was_typed()
    {
        var parlour = await Parlour.Open(desk);
        using var guest = desk.Browser();
        var start = parlour.Chosen(Parlour.Slot(await guest.Get(parlour.Address()), 30))!.Value.Start;
        var forms = await Task.WhenAll(Enumerable.Range(0, 24).Select(async i => parlour.Address($"/book/{await Ticket(parlour, start.AddMinutes(30 * i))}")));
        desk.Clock.Advance(TimeSpan.FromMinutes(1));
        var answers = await Task.WhenAll(forms.Select((form, i) => guest.Post(form, Fields($"Guest {i}", $"guest{i}@{parlour.Slug}.example"), follow: false)));
        Assert.Equal(20, answers.Count(answer => answer.Status == HttpStatusCode.SeeOther));
        var refused = answers.Where(answer => answer.Status == HttpStatusCode.TooManyRequests).ToArray();
        Assert.Equal(4, refused.Length);
        Assert.All(refused, answer => Assert.StartsWith("Guest ", answer.Document.QuerySelector("#name")!.GetAttribute("value")!, StringComparison.Ordinal));
        Assert.InRange(int.Parse(refused[0].Header("Retry-After")!), 1, 3600);
    }

    [Fact, Trait("Abuse", "35"), Promise("R28")]
    public async Task To_one_address_no_more_than_ten_confirmations_go_in_an_hour_wherever_they_are_asked_for()
    {
        var parlour = await Parlour.Open(desk);
        var start = parlour.Chosen(Parlour.Slot(await desk.Browser().Get(parlour.Address()), 30))!.Value.Start;
        var forms = await Task.WhenAll(Enumerable.Range(0, 12).Select(async i => parlour.Address($"/book/{await Ticket(parlour, start.AddMinutes(30 * i))}")));
        desk.Clock.Advance(TimeSpan.FromMinutes(1));
        var answers = await Task.WhenAll(forms.Select(form => desk.Browser().Post(form, Fields("Victor", $"Victim@{parlour.Slug}.example"), follow: false)));
        Assert.Equal((10, 2), (answers.Count(answer => answer.Status == HttpStatusCode.SeeOther), answers.Count(answer => answer.Status == HttpStatusCode.TooManyRequests)));
    }

    [Fact, Trait("Abuse", "15")]
    public async Task The_same_form_with_other_words_changes_nothing_and_says_so()
    {
        var parlour = await Parlour.Open(desk);
        using var guest = desk.Browser();
        var details = await parlour.Details(guest, 30);
        await guest.Submit(details, parlour.Typed);
        var other = await guest.Submit(details, new Dictionary<string, string?>(parlour.Typed) { ["name"] = "Somebody Else" });
        Assert.Equal((HttpStatusCode.Conflict, "You sent this form before, with other words"), (other.Status, other.Heading));
        Assert.Equal("Tom Baker", (await parlour.Only()).Guest.Name);
    }

    [Fact, Trait("Abuse", "33")]
    public async Task A_form_that_is_too_large_or_has_too_many_fields_is_refused()
    {
        var parlour = await Parlour.Open(desk);
        using var guest = desk.Browser();
        var details = (await parlour.Details(guest, 30)).Address.ToString();
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await guest.Post(details, [new("note", new string('a', 10_000_000))])).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await guest.Post(details, Enumerable.Range(0, 10_000).Select(at => KeyValuePair.Create($"f{at}", "")))).Status);
        Assert.Empty(await parlour.Stored());
    }

    [Fact, Trait("Abuse", "31")]
    public async Task What_a_guest_types_stays_text_on_pages_and_in_mails()
    {
        var parlour = await Parlour.Open(desk);
        using var guest = desk.Browser();
        var typed = new Dictionary<string, string?>(parlour.Typed) { ["name"] = "<script>x</script>\r\nBcc: eve@evil.example", ["note"] = "{{7*7}} \u202Eabc <img src=x onerror=y> 🦊" };
        var page = await guest.Submit(await parlour.Details(guest, 30), typed);
        Assert.StartsWith("/a/", page.Address.AbsolutePath);
        Assert.Contains("{{7*7}}", page.Text, StringComparison.Ordinal);
        Assert.Empty(page.Document.QuerySelectorAll("main script, main img"));
        var told = await desk.MailTo(parlour.Host.Email.Value);
        Assert.DoesNotContain('\n', told.Subject);
        Assert.DoesNotContain("<script", told.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("<img src=x", told.Html, StringComparison.Ordinal);
        Assert.Empty(await desk.AllMailsTo("eve@evil.example"));
    }

    [Fact, Trait("Abuse", "9")]
    public async Task A_form_sent_from_another_sites_page_is_refused()
    {
        var parlour = await Parlour.Open(desk);
        using var guest = desk.Browser();
        var times = await guest.Get(parlour.Address());
        var hold = times.Document.QuerySelectorAll("main form[method=post] input").Select(input => KeyValuePair.Create(input.GetAttribute("name")!, input.GetAttribute("value")!))
            .Append(KeyValuePair.Create("slot", Parlour.Slot(times))).ToArray();
        var details = await parlour.Details(guest);
        foreach (var site in new[] { "cross-site", "same-site", "none" })
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await guest.Post(parlour.Address(), hold, site)).Status);
            Assert.Equal(HttpStatusCode.Forbidden, (await guest.Post(details.Address.ToString(), Fields("Tom", "tom@guest.example"), site)).Status);
            Assert.Equal(HttpStatusCode.Forbidden, (await guest.Post($"{details.Address}/release", [], site)).Status);
        }

        Assert.Empty(await parlour.Stored());
    }

    [Fact, Trait("Abuse", "30"), Trait("Abuse", "36")]
    public async Task Tokens_services_and_hosts_of_another_business_are_none_here()
    {
        var (parlour, other) = (await Parlour.Open(desk), await Parlour.Open(desk));
        using var guest = desk.Browser();
        var times = await guest.Get(parlour.Address());
        var slot = Parlour.Slot(times);
        var start = parlour.Chosen(slot)!.Value.Start;
        var token = times.Document.QuerySelector("input[name=_token]")!.GetAttribute("value")!;
        Task<WebPage> Hold(string token, Guid service, string slot) => guest.Post(parlour.Address(), [KeyValuePair.Create("_token", token), KeyValuePair.Create("service", $"{service:n}"), KeyValuePair.Create("slot", slot)]);

        var foreign = (await guest.Get(other.Address())).Document.QuerySelector("input[name=_token]")!.GetAttribute("value")!;
        foreach (var forged in new[] { foreign, "", "x.y", $"{token}A", token[1..] })
            Assert.Equal(HttpStatusCode.Forbidden, (await Hold(forged, parlour.Service.Id, slot)).Status);
        foreach (var (service, value) in new[]
            {
                (other.Service.Id, slot), (parlour.Service.Id, KeptSlot.Value(other.Host.Id, start)), (parlour.Service.Id, ""), (parlour.Service.Id, $"{parlour.Host.Id:n}.99999999999999999"), (parlour.Service.Id, $"{parlour.Host.Id:n}.-5"), (Guid.Empty, slot),
            })
            Assert.Equal((HttpStatusCode.UnprocessableEntity, "This time is not offered any more"), await Hold(token, service, value) is var page ? (page.Status, page.Heading) : default);
        Assert.Equal((HttpStatusCode.NotFound, "This is not offered any more"), await guest.Get(parlour.Address($"/book?service={other.Service.Id:n}")) is var list ? (list.Status, list.Heading) : default);

        // A ticket is for one desk, and one that moves an appointment books none.
        var ticket = await Ticket(other, start);
        foreach (var path in new[] { $"/book/{ticket}", $"/book/{(await Ticket(parlour, start))[..^2]}", "/book/x.y", $"/book/{token}", $"/book/{await Ticket(parlour, start, moves: $"{parlour.Host.Id:n}")}" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await guest.Get(parlour.Address(path))).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await guest.Post(parlour.Address(path), Fields("Tom", "tom@guest.example"))).Status);
        }

        // A time that is not offered is not had by naming it.
        var odd = parlour.Address($"/book/{await Ticket(parlour, start.AddMinutes(7))}");
        desk.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.Conflict, (await guest.Post(odd, Fields("Tom", "tom@guest.example"))).Status);
        Assert.Empty(await parlour.Stored());
        Assert.Empty(await other.Stored());
    }

    [Fact]
    public async Task A_frame_may_hold_the_booking_pages_and_nothing_else()
    {
        var parlour = await Parlour.Open(desk);
        using var guest = desk.Browser();
        var page = await guest.Get(parlour.Address("/embed"));
        var details = await parlour.Choose(guest, page);
        Assert.StartsWith("/embed/", details.Address.AbsolutePath);
        var wrong = await guest.Submit(details);
        var done = await guest.Submit(wrong, parlour.Typed);
        Assert.StartsWith("/embed/", done.Address.AbsolutePath);
        Assert.Equal("Booked", done.Heading);
        Assert.All([page, details, wrong, done], framed =>
        {
            Assert.Contains("frame-ancestors *", framed.Header("Content-Security-Policy")!, StringComparison.Ordinal);
            Assert.Empty(framed.Cookies);
        });
        var own = await guest.Get(new Uri(done.Address, done.Document.QuerySelector("a[target=_blank]")!.GetAttribute("href")!).ToString());
        foreach (var alone in new[] { own, await guest.Get(parlour.Address("/")), await guest.Get(parlour.Address()), await guest.Get($"{own.Address}/cancel"), await guest.Get($"{own.Address}/move") })
            Assert.Contains("frame-ancestors 'none'", alone.Header("Content-Security-Policy")!, StringComparison.Ordinal);

        var script = await guest.Get(parlour.Address("/book.js"));
        Assert.Equal(("text/javascript; charset=utf-8", "cross-origin"), (script.Header("Content-Type"), script.Header("Cross-Origin-Resource-Policy")));
        Assert.Contains("/embed", script.Body, StringComparison.Ordinal);
    }

    private Task<string> Ticket(Parlour parlour, DateTimeOffset start, string moves = "") => parlour.Sign(
        TokenPurpose.BookForm, BookTicket.Life, parlour.Scope.Id.Value, $"{Guid.CreateVersion7(desk.Clock.GetUtcNow()):n}", moves, $"{desk.Clock.GetUtcNow().ToUnixTimeSeconds()}", $"{parlour.Service.Id:n}", $"{parlour.Host.Id:n}",
        $"{start.ToUnixTimeSeconds()}", "Europe/Lisbon", $"{desk.Clock.GetUtcNow().ToUnixTimeSeconds()}");

    private static KeyValuePair<string, string>[] Fields(string name, string email) => [KeyValuePair.Create("name", name), KeyValuePair.Create("email", email)];
}
