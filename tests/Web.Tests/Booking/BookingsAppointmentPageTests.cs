using System.Net;
using Backsoon.Mail;
using Backsoon.Shared;

namespace Backsoon.Booking;

[Collection(Desks.Name)]
public sealed class BookingsAppointmentPageTests(FrontDesk desk)
{
    private const string Zone = "Europe/Lisbon";

    [Fact, Trait("Abuse", "31")]
    public async Task Everything_that_was_agreed_and_said_is_on_its_page_as_text()
    {
        var practice = await Practice.Open(desk);
        var appointment = await practice.Book(practice.In(24), "Tom <x-evil>", note: "<script>alert(1)</script>");

        // The mail's link has the id without dashes.
        var page = await practice.Browser.Get($"/bookings/{appointment.Id:n}");

        Assert.Equal("Viewing with Tom <x-evil>", page.Heading);
        foreach (var text in new[] { appointment.Reference, "tom@guest.example", "+351 910 000 001", "How many come?", "Two", "1 Quay Street", "free", "<script>alert(1)</script>", "Madrid time", "Lisbon time" })
            Assert.Contains(text, page.Text);
        Assert.Empty(page.Document.QuerySelectorAll("x-evil"));
    }

    [Fact]
    public async Task It_is_moved_to_a_free_time_and_by_hand_to_any_that_nobody_has()
    {
        var practice = await Practice.Open(desk, service => service with { MinNotice = TimeSpan.FromDays(3) });
        var start = practice.In(100);
        var (appointment, other) = (await practice.Book(start), await practice.Book(start.AddHours(2), "Eve"));
        var form = await practice.Browser.Get($"/bookings/{appointment.Id}/move?day={AgendaForm.Write(LocalTime.Date(start, Zone))}");
        Assert.DoesNotContain(BookingsTimes.Write(other.Start), form.Body);

        var taken = await practice.Browser.Submit(form, new Dictionary<string, string?> { ["start"] = BookingsTimes.Write(other.Start) }, "#move");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, taken.Status);
        Assert.Contains("Another appointment is then", taken.Text);
        var typed = practice.In(30).AddMinutes(7);
        var by = await practice.Browser.Submit(taken, new Dictionary<string, string?> { ["start"] = BookingsTimes.Hand, ["by-hand"] = TypedInstant.Write(typed, Zone) }, "#move");

        Assert.Contains("Moved.", by.Text);
        Assert.Equal(typed, (await practice.Scope.Appointment(appointment.Id).Look())!.Start);
        var nothing = await practice.Browser.Submit(form, form: "#move");
        Assert.NotNull(nothing.Error("start"));
        var past = await practice.Browser.Submit(form, new Dictionary<string, string?> { ["start"] = BookingsTimes.Hand, ["by-hand"] = "2020-01-08T08:00" }, "#move");
        Assert.Contains("over", past.Error("by-hand"));
        Assert.Equal("2020-01-08T08:00", past.Document.GetElementById("by-hand")!.GetAttribute("value"));
    }

    [Fact, Trait("Abuse", "19")]
    public async Task A_time_that_the_clocks_skip_is_refused_and_never_shifted()
    {
        var practice = await Practice.Open(desk);
        var appointment = await practice.Book(practice.In(24));

        var page = await practice.Browser.Submit(
            await practice.Browser.Get($"/bookings/{appointment.Id}/move"), new Dictionary<string, string?> { ["start"] = BookingsTimes.Hand, ["by-hand"] = "2036-03-30T01:30" }, "#move");

        Assert.Contains("does not exist", page.Error("by-hand"));
        Assert.Equal(appointment.Start, (await practice.Scope.Appointment(appointment.Id).Look())!.Start);
    }

    [Fact]
    public async Task It_is_cancelled_with_a_note_that_the_guest_reads_and_booked_again_for_the_same_guest()
    {
        var practice = await Practice.Open(desk);
        var email = $"tom@{practice.Business.Owner.Slug}.guest.example";
        var appointment = await practice.Book(practice.In(24), email: email);
        var confirm = await practice.Browser.Get($"/bookings/{appointment.Id}/cancel");
        Assert.Contains("Cancel Viewing with Tom Baker?", confirm.Heading);
        Assert.Equal(AppointmentStatus.Booked, (await practice.Scope.Appointment(appointment.Id).Look())!.Status);

        var page = await practice.Browser.Submit(confirm, new Dictionary<string, string?> { ["note"] = "I have fallen ill." }, "#cancel");

        Assert.Contains("Cancelled", page.Text);
        Assert.Contains("I have fallen ill.", page.Text);
        await desk.MailTo(email, saying: "I have fallen ill.");
        var again = await practice.Browser.Get($"/bookings/new?again={appointment.Id}");
        Assert.Equal(("Tom Baker", email), (again.Document.GetElementById("name")!.GetAttribute("value"), again.Document.GetElementById("email")!.GetAttribute("value")));
    }

    [Fact]
    public async Task A_guest_who_did_not_come_is_noted_and_that_is_undone()
    {
        var practice = await Practice.Open(desk);
        var appointment = await practice.Book(practice.In(1));
        Assert.Null((await practice.Browser.Get($"/bookings/{appointment.Id}")).Document.QuerySelector("#no-show"));
        desk.Clock.Advance(appointment.Start - desk.Clock.GetUtcNow() + TimeSpan.FromMinutes(10));

        var page = await practice.Browser.Submit(await practice.Browser.Get($"/bookings/{appointment.Id}"), form: "#no-show");

        Assert.Equal(AppointmentStatus.NoShow, (await practice.Scope.Appointment(appointment.Id).Look())!.Status);
        await practice.Browser.Submit(page, form: ".flash form");
        Assert.Equal(AppointmentStatus.Booked, (await practice.Scope.Appointment(appointment.Id).Look())!.Status);
        var told = (await practice.Browser.Get($"/bookings/{appointment.Id}")).Document.QuerySelectorAll("main .timeline > li").Select(item => item.TextContent).ToArray();
        string[] expected = ["Tom Baker booked it", "It began", "Ana Silva noted that the guest did not come", "Ana Silva noted that the guest came after all"];
        Assert.Equal(expected.Length, told.Length);
        Assert.All(expected.Zip(told), pair => Assert.Contains(pair.First, string.Join(' ', pair.Second.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_move_is_told_with_the_time_before_and_after_and_who_moved_it()
    {
        var practice = await Practice.Open(desk);
        var appointment = await practice.Book(practice.In(48));
        await practice.Scope.Appointment(appointment.Id).MoveAsGuest(practice.Host.Id, appointment.Start.AddHours(2), appointment.Id);
        await practice.Scope.Appointment(appointment.Id).Move(practice.Host.Id, appointment.Start.AddHours(5), (await practice.Scope.Tenant().Profile())!.Members[0]);

        var moves = (await practice.Browser.Get($"/bookings/{appointment.Id}")).Document.QuerySelectorAll("main .timeline > li").Skip(1).Take(2).ToArray();

        Assert.Contains("Tom Baker", moves[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("Ana Silva", moves[1].TextContent, StringComparison.Ordinal);
        Assert.All(moves.Zip([(0, 2), (2, 5)]), one => Assert.Equal(
            $"From {Span(one.Second.Item1)} to {Span(one.Second.Item2)}", one.First.QuerySelector(".moved")!.TextContent));
        string Span(int hours) => BookingWords.Span(appointment.Start.AddHours(hours), appointment.End.AddHours(hours), Zone, desk.Clock.GetUtcNow());
    }

    [Fact]
    public async Task The_owners_note_is_kept_and_a_long_one_comes_back()
    {
        var practice = await Practice.Open(desk);
        var appointment = await practice.Book(practice.In(24));
        var page = await practice.Browser.Get($"/bookings/{appointment.Id}");

        var saved = await practice.Browser.Submit(page, new Dictionary<string, string?> { ["note"] = "Bring the <b>keys</b>." }, "#note-form");
        Assert.Equal("Bring the <b>keys</b>.", saved.Document.GetElementById("note")!.TextContent);
        var longer = new string('n', BookingsAppointmentEndpoints.LongestNote + 1);
        var refused = await practice.Browser.Submit(page, new Dictionary<string, string?> { ["note"] = longer }, "#note-form");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, longer), (refused.Status, refused.Document.GetElementById("note")!.TextContent));
        Assert.Equal("Bring the <b>keys</b>.", (await practice.Scope.Appointment(appointment.Id).Look())!.OwnerNote);
    }

    [Fact]
    public async Task Somebody_who_rings_is_booked_by_hand_once_however_often_the_button_is_pressed()
    {
        var practice = await Practice.Open(desk);
        var start = practice.In(48);
        var form = await practice.Browser.Get($"/bookings/new?service={practice.Service.Id}&host={practice.Host.Id}&day={AgendaForm.Write(LocalTime.Date(start, Zone))}");
        var typed = new Dictionary<string, string?> { ["start"] = BookingsTimes.Write(start), ["name"] = "", ["email"] = "rita@", ["phone"] = "x", ["answer-0"] = "Three" };

        var wrong = await practice.Browser.Submit(form, typed, "#book");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.All(new[] { "name", "email", "phone" }, field => Assert.NotNull(wrong.Error(field)));
        Assert.Equal(("Three", BookingsTimes.Write(start)), (wrong.Document.GetElementById("answer-0")!.GetAttribute("value"), wrong.Document.QuerySelector("[name=start][checked]")!.GetAttribute("value")));
        var right = new Dictionary<string, string?> { ["name"] = "Rita Alves", ["email"] = "", ["phone"] = "" };
        var pages = await Task.WhenAll(practice.Browser.Submit(wrong, right, "#book"), practice.Browser.Submit(wrong, right, "#book"));

        Assert.All(pages, page => Assert.Contains("Booked.", page.Text));
        var booked = Assert.Single((await practice.Scope.Bookings().Agenda(start, start.AddMinutes(30), null)).Appointments);
        Assert.Equal(("Rita Alves", (EmailAddress?)null, "Ana Silva"), (booked.Guest.Name, booked.Guest.Email, booked.BookedBy));
        Assert.Equal(new Answer("How many come?", "Three"), Assert.Single(booked.Guest.Answers));
        var taken = await practice.Browser.Submit(form, new Dictionary<string, string?>(right) { ["id"] = Guid.CreateVersion7(desk.Clock.GetUtcNow()).ToString(), ["start"] = BookingsTimes.Hand, ["by-hand"] = TypedInstant.Write(start, Zone) }, "#book");
        Assert.Contains("Another appointment is then", taken.Error("by-hand"));
        Assert.Equal("Rita Alves", taken.Document.GetElementById("name")!.GetAttribute("value"));
    }
}
