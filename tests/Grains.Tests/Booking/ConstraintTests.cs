using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Backsoon.Booking;

/// <summary>What holds when nobody asks a grain: rows are written straight to the database, as two activations at once would.</summary>
[Collection(Backend.Name)]
public sealed class ConstraintTests(Backend backend)
{
    private AppointmentRows Writer => backend.Services.GetRequiredService<AppointmentRows>();

    [Fact, Trait("Abuse", "43")]
    public async Task Of_many_writers_of_one_slot_one_writes()
    {
        var salon = await Salon.Open(backend);
        var written = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Write(salon, salon.At(10))));
        Assert.Single(written, seat => seat is not null);
        Assert.Equal(1, await salon.Rows());
    }

    [Theory, Trait("Abuse", "17")]
    [InlineData(30, 60, false)]
    [InlineData(-30, 60, false)]
    [InlineData(15, 30, false)]
    [InlineData(60, 60, true)]
    [InlineData(-60, 60, true)]
    public async Task What_overlaps_is_refused_and_what_touches_is_not(int minutes, int length, bool isFree)
    {
        var salon = await Salon.Open(backend);
        Assert.NotNull(await Write(salon, salon.At(10)));
        await salon.Change(service => service with { Length = TimeSpan.FromMinutes(length) });
        Assert.Equal(isFree, await Write(salon, salon.At(10).AddMinutes(minutes)) is not null);
    }

    [Fact]
    public async Task Random_writers_never_leave_two_that_overlap()
    {
        var salon = await Salon.Open(backend, service => service with { BufferAfter = TimeSpan.FromMinutes(10) });
        var random = new Random(7);
        var lengths = Enumerable.Range(0, 300).Select(_ => (Start: salon.At(0).AddMinutes(5 * random.Next(200)), Length: 5 * random.Next(1, 20), Seats: random.Next(1, 3))).ToArray();
        var written = await Task.WhenAll(lengths.Select(one => Write(salon, one.Start, salon.Service with { Length = TimeSpan.FromMinutes(one.Length), Seats = one.Seats })));
        Assert.Contains(written, seat => seat is null);
        Assert.Equal(written.Count(seat => seat is not null), await salon.Rows());
        Assert.Equal(0, await backend.Database.Scalar<long>(
            "select count(*) from appointment a join appointment b using (tenant_id, host_id) where a.tenant_id = $1 and a.id < b.id and a.sitting <> b.sitting and a.guard_from < b.guard_until and b.guard_from < a.guard_until", salon.Tenant.Value));
        Assert.Equal(0, await backend.Database.Scalar<long>(
            "select count(*) from (select sitting from appointment where tenant_id = $1 group by sitting having count(*) > max(seats)) over_full", salon.Tenant.Value));
    }

    [Fact]
    public async Task Seats_and_caps_hold_without_the_grain()
    {
        var salon = await Salon.Open(backend, service => service with { Seats = 5 });
        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Persist(salon, salon.At(10))));
        Assert.Equal(5, await salon.Rows());
        var capped = await Salon.Open(backend, service => service with { DailyCap = 3 });
        await Task.WhenAll(Enumerable.Range(0, 9).SelectMany(hour => Enumerable.Range(0, 3).Select(_ => Persist(capped, capped.At(8 + hour)))));
        Assert.Equal(3, await capped.Rows());
    }

    [Fact]
    public async Task A_row_put_there_by_hand_is_refused_by_name()
    {
        var salon = await Salon.Open(backend);
        await salon.Book(salon.At(10));
        var refused = await Assert.ThrowsAsync<PostgresException>(() => backend.Database.Execute(
            """
            insert into appointment select (jsonb_populate_record(a, jsonb_build_object('id', gen_random_uuid(), 'sitting', gen_random_uuid()))).* from appointment a where tenant_id = $1
            """,
            salon.Tenant.Value));
        Assert.Equal("appointment_one_at_a_time", refused.ConstraintName);
    }

    [Fact]
    public async Task The_owner_of_a_database_needs_no_rights_beyond_it()
    {
        Assert.False(await backend.Database.Scalar<bool>("select rolsuper from pg_roles where rolname = current_user"));
        Assert.Equal("btree_gist", await backend.Database.Scalar<string>("select extname::text from pg_extension where extowner = (select oid from pg_roles where rolname = current_user) and extname = 'btree_gist'"));
    }

    // As a grain does that is refused for a number somebody else took in the same instant.
    private async Task Persist(Salon salon, DateTimeOffset start)
    {
        for (var attempt = 0; attempt < 60; attempt++)
        {
            if (await Write(salon, start) is not null)
                return;
        }
    }

    private async Task<int?> Write(Salon salon, DateTimeOffset start, Service? service = null)
    {
        var (id, offered) = (Salon.Id(backend), service ?? salon.Service);
        var sitting = Sitting.Of(id, offered, start, isHeld: false);
        var place = new Placement(offered.Id, salon.Host.Id, "Ana", "Europe/Lisbon", start, sitting.End, sitting.GuardFrom, sitting.GuardUntil, offered.Seats, DateOnly.FromDateTime(start.UtcDateTime), offered.DailyCap, null);
        var appointment = new Appointment(
            id, "AAA-AAA", offered.Id, offered.Name, salon.Host.Id, "Ana", "Europe/Lisbon", start, sitting.End, AppointmentStatus.Booked, new Guest("Tom", null, null, null, [], "Europe/Lisbon"), offered.Place, null, 1, offered.Seats,
            backend.Clock.GetUtcNow(), null, null, null, null, null, TimeSpan.Zero, 0, 0);
        return await Writer.Take(salon.Tenant, appointment, place, [], []);
    }
}
