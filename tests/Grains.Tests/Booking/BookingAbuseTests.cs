namespace Backsoon.Booking;

/// <summary>What happens at once, and what changes under an appointment.</summary>
[Collection(Backend.Name)]
public sealed class BookingAbuseTests(Backend backend)
{
    [Fact, Trait("Abuse", "18")]
    public async Task A_time_that_is_cancelled_while_others_want_it_is_given_once_and_never_lost()
    {
        var salon = await Salon.Open(backend);
        for (var round = 0; round < 8; round++)
        {
            var start = salon.At(9 + round);
            var first = await salon.Book(start);
            var cancel = salon.Scope.Appointment(first.Id).CancelAsGuest("");
            var others = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => salon.Schedule.Book(Salon.Id(backend), salon.Form(start, $"Guest {i}", $"guest{round}.{i}@salon.example"))));
            Assert.Equal(CancelOutcome.Cancelled, await cancel);

            var booked = others.OfType<BookOutcome.Booked>().Count();
            Assert.InRange(booked, 0, 1);
            Assert.Equal(8 - booked, others.OfType<BookOutcome.Taken>().Count());
            if (booked == 0)
                await salon.Book(start);
            Assert.IsType<BookOutcome.Taken>(await salon.Schedule.Book(Salon.Id(backend), salon.Form(start)));
        }

        Assert.Equal((8L, 8L), (await salon.Rows(), await salon.Rows("status = 1")));
    }

    [Fact, Trait("Abuse", "20")]
    public async Task A_host_whose_zone_changes_keeps_the_instants_that_were_agreed_and_is_offered_by_the_new_clock()
    {
        var salon = await Salon.Open(backend);
        var booked = await salon.Book(salon.At(10));
        Assert.Equal(BookingChange.Saved, await salon.Scope.Booking().PutHost((await salon.Scope.Booking().Look())!.Host(salon.Host.Id)! with { ZoneId = "Asia/Kathmandu" }));

        Assert.Equal(salon.At(10), (await salon.Scope.Appointment(booked.Id).Look())!.Start);
        // Nine o'clock in Kathmandu is a quarter past three in the morning in Reykjavik.
        Assert.Equal(salon.At(3, 15), (await salon.Starts())[0]);
        Assert.Equal(SlotReason.Taken, Assert.IsType<BookOutcome.Taken>(await salon.Schedule.Book(Salon.Id(backend), salon.Form(salon.At(10, 15)))).Why);
        await salon.Pass(booked.Start - TimeSpan.FromHours(24) - TimeSpan.FromMinutes(1) - backend.Clock.GetUtcNow());
        Assert.Equal("booking-confirmed", await salon.Posted("Guest"));
        await salon.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal("booking-confirmed booking-reminder", await salon.Posted("Guest"));
    }

    [Fact, Trait("Abuse", "38")]
    public async Task With_the_business_its_appointments_and_what_happened_to_them_are_gone()
    {
        var salon = await Salon.Open(backend);
        var booked = await salon.Book(salon.At(10));
        await salon.Scope.Appointment(booked.Id).Move(salon.Host.Id, salon.At(12), salon.Account);
        Assert.Equal(2, await Events(salon));

        await salon.Scope.Tenant().Erase();

        Assert.IsType<BookOutcome.Gone>(await salon.Schedule.Book(Salon.Id(backend), salon.Form(salon.At(14))));
        await Backend.Eventually(async () => await Events(salon) == 0 && await salon.Rows("true") == 0, "nothing is left");
    }

    private Task<long> Events(Salon salon) => backend.Database.Scalar<long>("select count(*) from appointment_event where tenant_id = $1", salon.Tenant.Value);
}
