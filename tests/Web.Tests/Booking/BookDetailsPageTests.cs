using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Backsoon.Accounts;
using Backsoon.Dispatch;
using Backsoon.Shared;

namespace Backsoon.Booking;

[Collection(Desks.Name)]
public sealed class BookDetailsPageTests(FrontDesk desk)
{
    [Fact, Promise("R18")]
    public async Task A_time_is_kept_while_the_form_is_filled_in_and_then_taken()
    {
        var parlour = await Parlour.Open(desk);
        using var guest = desk.Browser();
        var times = await guest.Get(parlour.Address("/book?zone=Europe/Madrid"));
        var value = Parlour.Slot(times);
        var start = parlour.Chosen(value)!.Value.Start;
        var details = await parlour.Choose(guest, times);
        Assert.Contains("Kept for you until", details.Document.GetElementById("kept")!.TextContent, StringComparison.Ordinal);
        Assert.All(["Madrid time", "Lisbon time", LocalTime.Clock(start, "Europe/Madrid"), LocalTime.Clock(start, "Europe/Lisbon"), "14 Elm Street", "€ 40", "Ana Reis"], fact => Assert.Contains(fact, details.Text, StringComparison.Ordinal));
        using var other = desk.Browser();
        Assert.DoesNotContain(value, (await other.Get(parlour.Address())).Body, StringComparison.Ordinal);

        var page = await guest.Submit(details, parlour.Typed);
        Assert.Contains("It is booked.", page.Text, StringComparison.Ordinal);
        var booked = await parlour.Only();
        Assert.Equal((start, "Tom Baker", $"tom@{parlour.Slug}.example", "I come with a dog.", "Europe/Madrid"), (booked.Start, booked.Guest.Name, booked.Guest.Email!.Value, booked.Guest.Note, booked.Guest.ZoneId));
        Assert.Empty(page.Cookies.Concat(details.Cookies).Concat(times.Cookies));

        // Back and again: the same appointment, and no second one.
        Assert.Equal(page.Heading, (await guest.Submit(details, parlour.Typed)).Heading);
        Assert.StartsWith("/a/", (await guest.Get(details.Address.ToString())).Address.AbsolutePath);
        await parlour.Only();
        Assert.Equal((HttpStatusCode.Conflict, "You sent this form before, with other words"), await Said(guest, details, With(parlour, "note", "Without the dog.")));
        Assert.Equal("I come with a dog.", (await parlour.Only()).Guest.Note);
    }

    [Fact]
    public async Task What_is_wrong_is_said_at_its_field_and_everything_typed_stays()
    {
        var parlour = await Parlour.Open(desk, service => service with { Questions = [new("Your level?", true), new("Anything hurting?", false)], Place = new(PlaceKind.Phone, "") });
        using var guest = desk.Browser();
        var page = await guest.Submit(await parlour.Details(guest), new Dictionary<string, string?> { ["email"] = "tom@", ["note"] = "</textarea><script>alert(1)</script>", ["answer1"] = "\"><b>knee</b>" });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.All(["name", "email", "phone", "answer0"], field => Assert.NotNull(page.Error(field)));
        Assert.Contains("Answer “Your level?”", page.Document.QuerySelector("#errors a[href='#answer0']")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(("tom@", "\"><b>knee</b>"), (Value(page, "email"), Value(page, "answer1")));
        Assert.Equal("</textarea><script>alert(1)</script>", page.Document.QuerySelector("textarea")!.TextContent);
        Assert.Empty(page.Document.QuerySelectorAll("main script, main b b"));
        Assert.Contains("Kept for you until", page.Text, StringComparison.Ordinal);

        var booked = await guest.Submit(page, new Dictionary<string, string?> { ["name"] = "<b>Tom</b>", ["email"] = $"tom@{parlour.Slug}.example", ["phone"] = "+351 910 000 001", ["answer0"] = "Beginner", ["answer1"] = "" });
        Assert.StartsWith("/a/", booked.Address.AbsolutePath);
        Assert.Equal(new Answer("Your level?", "Beginner"), Assert.Single((await parlour.Only()).Guest.Answers));
        Assert.Empty(booked.Document.QuerySelectorAll("main script"));
    }

    [Fact]
    public async Task A_time_that_is_let_go_of_is_free_at_once()
    {
        var parlour = await Parlour.Open(desk);
        using var guest = desk.Browser();
        var times = await guest.Get(parlour.Address());
        var value = Parlour.Slot(times);
        var details = await parlour.Choose(guest, times);
        Assert.DoesNotContain(value, (await guest.Get(parlour.Address())).Body, StringComparison.Ordinal);
        var back = await guest.Submit(details, form: "main form[action$='/release']");
        Assert.Equal("/book", back.Address.AbsolutePath);
        Assert.Contains(value, back.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_the_five_minutes_a_time_that_is_still_free_is_taken_all_the_same()
    {
        var parlour = await Parlour.Open(desk);
        using var guest = desk.Browser();
        var details = await parlour.Details(guest, 20);
        desk.Clock.Advance(TimeSpan.FromMinutes(6));
        Assert.Contains("If nobody has, it is still yours", (await guest.Get(details.Address.ToString())).Text, StringComparison.Ordinal);
        Assert.StartsWith("/a/", (await guest.Submit(details, parlour.Typed)).Address.AbsolutePath);
    }

    [Fact]
    public async Task Whoever_comes_too_late_is_shown_the_nearest_times_and_books_one_with_what_they_typed()
    {
        var parlour = await Parlour.Open(desk);
        using var slow = desk.Browser();
        var times = await slow.Get(parlour.Address());
        var wanted = parlour.Chosen(Parlour.Slot(times, 20))!.Value.Start;
        var details = await parlour.Choose(slow, times, 20);
        desk.Clock.Advance(TimeSpan.FromMinutes(6));
        await parlour.Take(wanted);

        var page = await slow.Submit(details, With(parlour, "name", "Slow Sam"));
        Assert.Equal(HttpStatusCode.Conflict, page.Status);
        Assert.Contains("Somebody else has just taken this time.", page.Text, StringComparison.Ordinal);
        Assert.Equal(6, page.Document.QuerySelectorAll("input[name=slot]").Length);
        Assert.Equal("Slow Sam", Value(page, "name"));
        Assert.StartsWith("/a/", (await slow.Submit(page)).Address.AbsolutePath);
        var booked = (await parlour.Stored()).Single(one => one.Guest.Name == "Slow Sam");
        Assert.InRange((booked.Start - wanted).Duration(), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2));
    }

    [Fact]
    public async Task A_time_that_somebody_else_is_filling_in_for_is_not_given_twice()
    {
        var parlour = await Parlour.Open(desk);
        using var first = desk.Browser();
        using var second = desk.Browser();
        var times = await second.Get(parlour.Address());
        await parlour.Details(first);
        var page = await second.Submit(times, new Dictionary<string, string?> { ["slot"] = Parlour.Slot(times) });
        Assert.Equal((HttpStatusCode.Conflict, "That time is not free any more"), (page.Status, page.Heading));
        Assert.Contains("Somebody else is filling in the form", page.Text, StringComparison.Ordinal);
        var details = await second.Submit(page);
        desk.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.StartsWith("/a/", (await second.Submit(details, parlour.Typed)).Address.AbsolutePath);
    }

    [Fact]
    public async Task What_a_program_fills_in_or_sends_at_once_is_not_booked_and_a_person_presses_once_more()
    {
        var parlour = await Parlour.Open(desk);
        using var guest = desk.Browser();
        var trapped = await guest.Submit(await parlour.Details(guest), With(parlour, DeskForm.Trap, "https://spam.example"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, trapped.Status);
        Assert.Null(trapped.Document.QuerySelector($"[name={DeskForm.Trap}]"));
        Assert.Equal("Tom Baker", Value(trapped, "name"));
        Assert.Empty(await parlour.Stored());
        Assert.StartsWith("/a/", (await guest.Submit(trapped)).Address.AbsolutePath);

        var form = Guid.CreateVersion7(desk.Clock.GetUtcNow());
        var at = desk.Clock.GetUtcNow();
        var start = (await parlour.Only()).Start.AddDays(1);
        var hasty = await parlour.Sign(
            TokenPurpose.BookForm, BookTicket.Life, parlour.Scope.Id.Value, $"{form:n}", "", $"{at.AddMinutes(5).ToUnixTimeSeconds()}", $"{parlour.Service.Id:n}", $"{parlour.Host.Id:n}", $"{start.ToUnixTimeSeconds()}", "Europe/Lisbon",
            $"{at.AddMinutes(5).ToUnixTimeSeconds()}");
        var quick = await guest.Submit(await guest.Get(parlour.Address($"/book/{hasty}")), parlour.Typed);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, quick.Status);
        Assert.Contains("quicker than people", quick.Text, StringComparison.Ordinal);
        Assert.Single(await parlour.Stored());
    }

    private static Dictionary<string, string?> With(Parlour parlour, string field, string? value) => new(parlour.Typed) { [field] = value };

    private static string Value(WebPage page, string field) => page.Document.QuerySelector<IHtmlInputElement>($"#{field}")!.Value;

    private static async Task<(HttpStatusCode, string)> Said(Browser guest, WebPage form, Dictionary<string, string?> typed) => await guest.Submit(form, typed) is var page ? (page.Status, page.Heading) : default;
}
