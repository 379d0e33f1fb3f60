using System.Text;

namespace Backsoon.Booking;

[Collection(Backend.Name)]
public sealed class BookingsTests(Backend backend)
{
    [Fact]
    public async Task A_list_is_walked_forwards_and_backwards_and_found_by_words()
    {
        var salon = await Salon.Open(backend);
        var hours = new[] { 9, 10, 11, 12, 13 };
        foreach (var hour in hours)
            Assert.IsType<BookOutcome.Booked>(await salon.Schedule.Book(Salon.Id(backend), salon.Form(salon.At(hour), $"Guest {hour} 100%")));
        Assert.Equal(hours, await Walk(salon, new AppointmentQuery("", null, null, null, Upcoming: true, null, 2)));
        Assert.Equal([11], await Walk(salon, new AppointmentQuery("guest 11 100%", null, null, null, Upcoming: true, null, 2)));
        Assert.Empty(await Walk(salon, new AppointmentQuery("guest_11", null, null, null, Upcoming: true, null, 2)));
        Assert.Empty(await Walk(salon, new AppointmentQuery("", Guid.Empty, null, null, Upcoming: true, null, 2)));
        await backend.Advance(salon.At(12) - backend.Clock.GetUtcNow());
        Assert.Equal([11, 10, 9], await Walk(salon, new AppointmentQuery("", salon.Host.Id, salon.Service.Id, AppointmentStatus.Booked, Upcoming: false, null, 2)));
        Assert.Equal([12, 13], await Walk(salon, new AppointmentQuery("", null, null, null, Upcoming: true, null, 2)));
    }

    [Fact, Trait("Abuse", "32")]
    public async Task Everything_is_exported_and_formulas_are_defused()
    {
        var salon = await Salon.Open(backend);
        Assert.IsType<BookOutcome.Booked>(await salon.Schedule.Book(Salon.Id(backend), salon.Form(salon.At(9), "=HYPERLINK(\"x\")")));
        var piece = await salon.Scope.Bookings().Export(null);
        var lines = Encoding.UTF8.GetString(piece.Text).TrimStart('\ufeff').Split("\r\n");
        Assert.StartsWith("Number,Start,End,Zone,Service,Host,Status,Guest", lines[0], StringComparison.Ordinal);
        Assert.Contains($"{salon.At(9):yyyy-MM-dd} 09:00", lines[1], StringComparison.Ordinal);
        Assert.Contains("\"'=HYPERLINK", lines[1], StringComparison.Ordinal);
        Assert.Null(piece.Next);
    }

    [Fact]
    public async Task A_feed_is_read_by_its_own_link_until_that_is_taken_back()
    {
        var salon = await Salon.Open(backend);
        var booked = await salon.Book(salon.At(9));
        Assert.Null(await salon.Scope.Bookings().Feed(salon.Host.Id, 0, null));
        var first = (await salon.Scope.Booking().ChangeFeed(salon.Host.Id, revoke: false))!.Value;
        var text = Encoding.UTF8.GetString((await salon.Scope.Bookings().Feed(salon.Host.Id, first, null))!.Text);
        Assert.StartsWith("BEGIN:VCALENDAR\r\n", text, StringComparison.Ordinal);
        Assert.EndsWith("END:VCALENDAR\r\n", text, StringComparison.Ordinal);
        Assert.Contains($"UID:{booked.Id:n}@", text, StringComparison.Ordinal);
        Assert.Contains("SUMMARY:Lesson: Tom Baker\r\n", text, StringComparison.Ordinal);

        var second = (await salon.Scope.Booking().ChangeFeed(salon.Host.Id, revoke: false))!.Value;
        Assert.Null(await salon.Scope.Bookings().Feed(salon.Host.Id, first, null));
        Assert.NotNull(await salon.Scope.Bookings().Feed(salon.Host.Id, second, null));
        await salon.Scope.Booking().ChangeFeed(salon.Host.Id, revoke: true);
        Assert.Null(await salon.Scope.Bookings().Feed(salon.Host.Id, second, null));
        // Whoever edits the host does not bring a link back.
        await salon.Scope.Booking().PutHost(salon.Host with { Feed = second });
        Assert.Null(await salon.Scope.Bookings().Feed(salon.Host.Id, second, null));
        Assert.Null(await salon.Scope.Booking().ChangeFeed(Guid.Empty, revoke: false));
    }

    [Fact]
    public async Task Services_and_hosts_are_told_apart_by_name_and_refused_when_they_cannot_be()
    {
        var salon = await Salon.Open(backend);
        var booking = salon.Scope.Booking();
        Assert.Equal(BookingChange.Duplicate, await booking.PutService(salon.Service with { Id = Salon.Id(backend), Name = "LESSON" }));
        Assert.Equal(BookingChange.Missing, await booking.PutService(salon.Service with { Hosts = [Guid.Empty] }));
        Assert.Equal(BookingChange.Duplicate, await booking.PutHost(salon.Host with { Id = Salon.Id(backend) }));
        await Assert.ThrowsAsync<ArgumentException>(() => booking.PutService(salon.Service with { Length = TimeSpan.FromMinutes(1) }));
        await Assert.ThrowsAsync<ArgumentException>(() => booking.PutService(salon.Service with { Seats = 0 }));
        await Assert.ThrowsAsync<ArgumentException>(() => booking.Change(BookingSettings.Default with { Reminders = [TimeSpan.FromDays(60)] }));
        var version = (await booking.Look())!.Version;
        await salon.Change(service => service with { Name = "Course" });
        await backend.Restart();
        var view = (await booking.Look())!;
        Assert.True(view.Version > version);
        Assert.Equal(("Course", "Ana Reis"), (Assert.Single(view.Services).Name, Assert.Single(view.Hosts).Name));
    }

    private static async Task<List<int>> Walk(Salon salon, AppointmentQuery query)
    {
        var hours = new List<int>();
        for (var page = await salon.Scope.Bookings().List(query); ; page = await salon.Scope.Bookings().List(query with { After = page.Next }))
        {
            hours.AddRange(page.Items.Select(appointment => appointment.Start.Hour));
            if (page.Next is null)
                return hours;
        }
    }
}
