using System.Net;
using Backsoon.Shared;

namespace Backsoon.Booking;

[Collection(Desks.Name)]
public sealed class AgendaPageTests(FrontDesk desk)
{
    private const string Zone = "Europe/Lisbon";

    [Fact]
    public async Task A_week_a_day_and_a_list_show_what_is_booked()
    {
        var practice = await Practice.Open(desk);
        var appointment = await practice.Book(practice.In(24), "Tom <b>Baker</b>");
        var day = AgendaForm.Write(LocalTime.Date(appointment.Start, Zone));

        var week = await practice.Browser.Get($"/bookings?day={day}");
        var link = week.Document.QuerySelector($".agenda-item a[href='/bookings/{appointment.Id}']")!;
        Assert.Contains(LocalTime.Clock(appointment.Start, Zone), link.TextContent);
        Assert.Contains("Tom <b>Baker</b>", link.TextContent);
        Assert.Equal(7, week.Document.QuerySelectorAll(".agenda-day").Length);
        Assert.Single((await practice.Browser.Get($"/bookings?view=day&day={day}")).Document.QuerySelectorAll(".agenda-day"));
        Assert.Contains("Tom <b>Baker</b>", (await practice.Browser.Get("/bookings?view=list")).Text);
        Assert.Contains("Nothing was booked yet", (await practice.Browser.Get("/bookings?view=list&when=past")).Text);
        Assert.Contains("No appointment fits", (await practice.Browser.Get("/bookings?view=list&q=nobody")).Text);
        Assert.Contains("Tom", (await practice.Browser.Get($"/bookings?view=list&q={appointment.Reference}&status=booked&host={practice.Host.Id}")).Text);
        Assert.Contains("Nothing is booked in these days", (await practice.Browser.Get("/bookings?day=2031-05-05")).Text);
    }

    [Fact]
    public async Task Earlier_and_later_lead_from_week_to_week_and_back()
    {
        var practice = await Practice.Open(desk);
        var page = await practice.Browser.Get("/bookings?day=2026-12-30");
        Assert.Contains("Monday 28 December 2026 to Sunday 3 January 2027", page.Text);

        var later = await practice.Browser.Get(page.Document.QuerySelector("a[rel=next]")!.GetAttribute("href")!);
        Assert.Contains("Monday 4 January 2027", later.Text);
        Assert.Contains("Monday 28 December 2026", (await practice.Browser.Get(later.Document.QuerySelector("a[rel=prev]")!.GetAttribute("href")!)).Text);
        Assert.NotEmpty((await practice.Browser.Get(later.Document.QuerySelectorAll(".agenda-nav a").Single(link => link.TextContent == "Today").GetAttribute("href")!)).Document.QuerySelectorAll(".agenda-day.today"));
    }

    [Theory]
    [InlineData("", 9 * 24)]
    [InlineData("view=day", 30)]
    public async Task When_nothing_is_left_of_these_days_what_comes_next_is_said(string view, double hours)
    {
        var practice = await Practice.Open(desk);
        Assert.Null((await practice.Browser.Get($"/bookings?{view}")).Document.QuerySelector(".agenda-next"));
        var cancelled = await practice.Book(practice.In(hours - 1), "Eve Long");
        await practice.Scope.Appointment(cancelled.Id).Cancel("", (await practice.Scope.Tenant().Profile())!.Members[0]);
        var appointment = await practice.Book(practice.In(hours), "Helena Prado");

        var next = (await practice.Browser.Get($"/bookings?{view}")).Document.QuerySelector(".agenda-next")!;

        Assert.Equal($"Next: {LocalTime.Of(appointment.Start, Zone, desk.Clock.GetUtcNow())}, Helena Prado", next.TextContent);
        var there = await practice.Browser.Get(next.QuerySelector("a")!.GetAttribute("href")!);
        Assert.NotNull(there.Document.QuerySelector($".agenda-item a[href='/bookings/{appointment.Id}']"));
        Assert.Null(there.Document.QuerySelector(".agenda-next"));
    }

    [Theory]
    [InlineData("view=month")]
    [InlineData("view=1")]
    [InlineData("day=tomorrow")]
    [InlineData("day=0001-01-01")]
    [InlineData("host=ana")]
    [InlineData("view=list&status=late")]
    [InlineData("view=list&after=1-2")]
    public async Task An_address_that_was_not_made_here_is_refused(string query)
    {
        var practice = await Practice.Open(desk);

        Assert.Equal(HttpStatusCode.BadRequest, (await practice.Browser.Get($"/bookings?{query}")).Status);
    }

    [Fact]
    public async Task A_long_list_goes_on_page_by_page()
    {
        var practice = await Practice.Open(desk);
        for (var i = 0; i < AgendaForm.PageSize + 3; i++)
            await practice.Book(practice.In(24 + i * 0.5), $"Guest {i:00}", email: null);

        var first = await practice.Browser.Get("/bookings?view=list");
        var second = await practice.Browser.Get(first.Document.QuerySelector("a[rel=next]")!.GetAttribute("href")!);

        Assert.Equal((AgendaForm.PageSize, 3), (first.Document.QuerySelectorAll("tbody tr").Length, second.Document.QuerySelectorAll("tbody tr").Length));
        Assert.Contains("Guest 52", second.Text);
    }

    [Fact]
    public async Task Time_is_kept_free_shown_and_offered_again()
    {
        var practice = await Practice.Open(desk);
        var start = practice.In(24);
        var (from, until) = (TypedInstant.Write(start, Zone), TypedInstant.Write(start.AddHours(2), Zone));
        var form = await practice.Browser.Get("/bookings/block");

        var wrong = await practice.Browser.Submit(form, new Dictionary<string, string?> { ["host"] = practice.Host.Id.ToString(), ["from"] = until, ["until"] = from, ["note"] = "Dentist <b>" }, "#block");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "Dentist <b>"), (wrong.Status, wrong.Document.GetElementById("note")!.GetAttribute("value")));
        Assert.NotNull(wrong.Error("until"));
        var typed = new Dictionary<string, string?> { ["from"] = from, ["until"] = until };
        var day = await practice.Browser.Submit(wrong, typed, "#block");
        await practice.Browser.Submit(wrong, typed, "#block");

        Assert.Contains("Dentist <b>", day.Document.QuerySelector(".agenda-item.blocked")!.TextContent);
        Assert.Equal(SlotReason.Blocked, (await practice.Scope.Schedule(practice.Host.Id).Why(practice.Service.Id, start, null)).Reason);
        Assert.Single((await practice.Scope.Bookings().Agenda(start, start.AddHours(2), null)).Blocks);
        var free = await practice.Browser.Submit(day, form: ".unblock");
        Assert.Contains("Offered again.", free.Text);
        Assert.Equal(SlotReason.Free, (await practice.Scope.Schedule(practice.Host.Id).Why(practice.Service.Id, start, null)).Reason);
    }

    [Fact]
    public async Task Why_a_time_is_not_offered_is_said_in_words()
    {
        var practice = await Practice.Open(desk);
        var start = practice.In(24);
        await practice.Book(start);

        Assert.Contains("has another appointment then", await Ask(start));
        Assert.Contains("guests can book it now", await Ask(start.AddHours(1)));
        Assert.Contains("no appointment starts then", await Ask(start.AddMinutes(70)));
        Assert.Contains("too far ahead", await Ask(start.AddDays(90)));
        var wrong = await practice.Browser.Get("/bookings/why?service=x&with=&at=soon");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.All(new[] { "service", "with", "at" }, field => Assert.NotNull(wrong.Error(field)));

        async Task<string> Ask(DateTimeOffset at) =>
            (await practice.Browser.Get($"/bookings/why?service={practice.Service.Id}&with={practice.Host.Id}&at={TypedInstant.Write(at, Zone)}")).Document.GetElementById("answer")!.TextContent;
    }

    [Fact, Trait("Abuse", "32")]
    public async Task The_file_of_all_appointments_holds_no_formula()
    {
        var practice = await Practice.Open(desk);
        await practice.Book(practice.In(24), "=cmd|' /C calc'!A0", note: "+1");

        var file = await practice.Browser.Get("/bookings/export.csv");

        Assert.Equal(("text/csv; charset=utf-8", "no-store"), (file.Header("Content-Type"), file.Header("Cache-Control")));
        Assert.Contains($"{practice.Business.Owner.Slug}-appointments-", file.Header("Content-Disposition"));
        Assert.Contains("'=cmd|", file.Body);
        Assert.DoesNotContain(",=cmd", file.Body);
        Assert.DoesNotContain("\"=cmd", file.Body);
    }
}
