using Backsoon.Accounts;
using Backsoon.Mail;

namespace Backsoon.Booking;

/// <summary>An appointment stands in its guest's calendar once: by Google's invitation, or by our mails.</summary>
[Collection(Backend.Name)]
public sealed class GuestCalendarTests(Backend backend)
{
    private static readonly DateTimeOffset s_day = new(2026, 1, 8, 0, 0, 0, TimeSpan.Zero);
    private static readonly EmailAddress s_guest = EmailAddress.Parse("tom@guest.example");
    private static readonly Guid s_other = new("018f0000-0000-7000-8000-0000000000a2");

    [Fact, Promise("R21")]
    public async Task While_google_invites_our_mails_carry_no_calendar_file_and_say_so()
    {
        await using var office = await Open();
        await office.Connect();

        var booked = await Book(office, 10);
        await office.Written();
        Assert.Equal("tom@guest.example", (string)Assert.Single(office.Google.Events())["attendees"]![0]!["email"]!);
        await office.Scope.Appointment(booked.Id).MoveAsGuest(office.Host, s_day.AddHours(12), Id(office));
        await office.Scope.Appointment(booked.Id).CancelAsGuest("");
        await office.Written();

        Says(await office.Mails.Next(s_guest, "booking-confirmed"), null, "The invitation for your calendar comes from Google Calendar");
        Says(await office.Mails.Next(s_guest, "booking-moved"), null, "Google Calendar, which invited you, changes the entry");
        Says(await office.Mails.Next(s_guest, "booking-cancelled"), null, "takes it out of your calendar");
        Assert.Contains("UID", await office.Scope.Appointment(booked.Id).CalendarFile(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_booked_before_connecting_stays_with_our_mails_and_google_invites_nobody()
    {
        await using var office = await Open();
        var booked = await Book(office, 10);
        await office.Connect();

        await office.Scope.Appointment(booked.Id).MoveAsGuest(office.Host, s_day.AddHours(12), Id(office));
        await office.Written();

        var made = Assert.Single(office.Google.Events());
        Assert.False(made.ContainsKey("attendees"));
        Assert.Contains("tom@guest.example", CalendarOffice.Text(made, "description"), StringComparison.Ordinal);
        Says(await office.Mails.Next(s_guest, "booking-confirmed"), "REQUEST", null);
        Says(await office.Mails.Next(s_guest, "booking-moved"), "REQUEST", null);
    }

    [Fact]
    public async Task After_google_has_ended_the_connection_our_mails_tell_the_guests_calendar()
    {
        await using var office = await Open();
        await office.Connect();
        var (first, second) = (await Book(office, 10), await Book(office, 14));
        await office.Written();
        office.Google.Revoke();
        office.Google.ExpireTokens();
        office.Clock.Advance(BusyTimes.FreshFor);

        await office.Scope.Appointment(first.Id).MoveAsGuest(office.Host, s_day.AddHours(12), Id(office));
        Says(await office.Mails.Next(s_guest, "booking-moved"), "REQUEST", "if the old time is still there, take it out yourself");
        await office.Scope.Appointment(second.Id).CancelAsGuest("");
        Says(await office.Mails.Next(s_guest, "booking-cancelled"), "CANCEL", "if the appointment is still in your calendar, take it out yourself");
        await Book(office, 16);
        Says(await office.Mails.Next(s_guest, "booking-confirmed", 3), "REQUEST", null);

        // Connected again, the events follow, and the mails go on as they were.
        Assert.IsType<ConnectOutcome.Connected>(await office.Connect());
        await office.Written();
        Assert.Equal(["2026-01-08T12:00:00Z", "2026-01-08T16:00:00Z"], office.Google.Events().Select(one => (string)one["start"]!["dateTime"]!).Order());
        await office.Scope.Appointment(first.Id).CancelAsGuest("");
        Says(await office.Mails.Next(s_guest, "booking-cancelled", 2), "CANCEL", "if the appointment is still in your calendar, take it out yourself");
    }

    [Fact]
    public async Task After_disconnecting_too()
    {
        await using var office = await Open();
        await office.Connect();
        var booked = await Book(office, 10);
        await office.Written();
        await office.Calendar.Disconnect();

        await office.Scope.Appointment(booked.Id).MoveAsGuest(office.Host, s_day.AddHours(12), Id(office));

        Says(await office.Mails.Next(s_guest, "booking-moved"), "REQUEST", "if the old time is still there, take it out yourself");
        Assert.Equal("2026-01-08T10:00:00Z", (string)Assert.Single(office.Google.Events())["start"]!["dateTime"]!);
    }

    [Fact]
    public async Task A_host_without_a_calendar_takes_over_by_mail_what_google_takes_away()
    {
        await using var office = await Open();
        await office.Connect();
        var booked = await Book(office, 10);
        await office.Written();

        await office.Scope.Appointment(booked.Id).Move(s_other, s_day.AddHours(12), AccountId.New(office.Clock.GetUtcNow()));
        await office.Written();

        Assert.Empty(office.Google.Events());
        Says(await office.Mails.Next(s_guest, "booking-moved"), "REQUEST", null);
    }

    /// <param name="method">Of the calendar file; null for none.</param>
    /// <param name="words">About Google; null for nothing about it.</param>
    private static void Says(RecordedMail mail, string? method, string? words)
    {
        Assert.Equal(method, mail.Mail.Calendar?.Method);
        if (words is null)
            Assert.DoesNotContain("Google", mail.Text, StringComparison.Ordinal);
        else
            Assert.Contains(words, mail.Text.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    private async Task<CalendarOffice> Open()
    {
        var office = await CalendarOffice.Open(backend);
        await office.Scope.Booking().PutHost(new Host(office.Host, "Ana", office.Owner, Active: true, null, "Europe/Lisbon"));
        await office.Scope.Booking().PutHost(new Host(s_other, "Rui", EmailAddress.Parse("rui@example.com"), Active: true, null, "Europe/Lisbon"));
        await office.Scope.Booking().Change(BookingSettings.Default with { IsOn = true, Reminders = [] });
        await office.Scope.Booking().PutService(Shop.Lesson with { Hosts = [office.Host, s_other] });
        return office;
    }

    private static async Task<Appointment> Book(CalendarOffice office, int hour) => Assert.IsType<BookOutcome.Booked>(await office.Scope.Schedule(office.Host).Book(
        Id(office), new BookingForm(Shop.Lesson.Id, s_day.AddHours(hour), "Tom Baker", s_guest, null, null, [], "Europe/Madrid"))).Appointment;

    private static Guid Id(CalendarOffice office) => Guid.CreateVersion7(office.Clock.GetUtcNow());
}
