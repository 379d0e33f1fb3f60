using Backsoon.Accounts;
using Backsoon.Mail;
using Backsoon.Tenants;

namespace Backsoon.Booking;

/// <summary>A business of its own for one test, with booking switched on, one host from nine to five on weekdays in Reykjavik, and one service of an hour.</summary>
public sealed class Salon(Backend backend, TenantId tenant, AccountId account, Host host, Service service)
{
    private static int s_number;

    public TenantId Tenant => tenant;

    public AccountId Account => account;

    public TenantScope Scope => backend.Grains.For(tenant);

    public Host Host => host;

    public Service Service { get; private set; } = service;

    public IScheduleGrain Schedule => Scope.Schedule(host.Id);

    /// <summary>Tomorrow, as far as the tests' clock goes: the next weekday but one at this hour in Reykjavik.</summary>
    public DateTimeOffset At(int hour, int minute = 0) => Day.AddHours(hour).AddMinutes(minute);

    public DateTimeOffset Day { get; } = NextDay(backend.Clock.GetUtcNow());

    public static async Task<Salon> Open(Backend backend, Func<Service, Service>? change = null)
    {
        var (number, now) = (Interlocked.Increment(ref s_number), backend.Clock.GetUtcNow());
        var (tenant, account, owner) = (TenantId.New(now), AccountId.New(now), EmailAddress.Parse($"owner{number}@salon.example"));
        await backend.Grains.GetGrain<IAccountGrain>($"account/{account}").Open(owner, "Ana Reis");
        var scope = backend.Grains.For(tenant);
        await scope.Tenant().Found(account, owner, new SignUpDetails("Ana Reis", $"Salon {number}", Slug.Parse($"salon-{number}"), Industry.Other, "Atlantic/Reykjavik"));
        Assert.Equal(BookingChange.Saved, await scope.Booking().Change(BookingSettings.Default with { IsOn = true }));
        var host = Assert.Single((await scope.Booking().Look())!.Hosts);
        var salon = new Salon(backend, tenant, account, host, Shop.Lesson with { Id = Id(backend), Hosts = [host.Id] });
        await salon.Change(change ?? (service => service));
        return salon;
    }

    public static Guid Id(Backend backend) => Guid.CreateVersion7(backend.Clock.GetUtcNow());

    public async Task Change(Func<Service, Service> change)
    {
        Service = change(Service);
        Assert.Equal(BookingChange.Saved, await Scope.Booking().PutService(Service));
    }

    public BookingForm Form(DateTimeOffset start, string name = "Tom Baker", string? email = null) =>
        new(Service.Id, start, name, EmailAddress.Parse(email ?? $"tom@{tenant.Value[^12..]}.example"), "+351 910 000 001", "I come with a dog.", [], "Europe/Madrid");

    public async Task<Appointment> Book(DateTimeOffset start, Guid? id = null) =>
        Assert.IsType<BookOutcome.Booked>(await Schedule.Book(id ?? Id(backend), Form(start))).Appointment;

    public async Task<DateTimeOffset[]> Starts(Guid? form = null) => [.. (await Schedule.Slots(Service.Id, Day, Day.AddDays(1), form)).Slots.Select(slot => slot.Start)];

    public Task<long> Rows(string where = "status <> 1") => backend.Database.Scalar<long>($"select count(*) from appointment where tenant_id = $1 and {where}", tenant.Value);

    /// <summary>Kinds of the mails that were posted to somebody, by name.</summary>
    public async Task<string> Posted(string recipient) =>
        await backend.Database.Scalar<string>("select coalesce(string_agg(kind, ' ' order by kind), '') from outbox where tenant_id = $1 and recipient = $2", tenant.Value, recipient);

    public async Task Pass(TimeSpan time)
    {
        await backend.Advance(time);
        for (var shard = 0; shard < IRemindersGrain.Shards; shard++)
            await backend.Grains.GetGrain<IRemindersGrain>($"reminders/{shard}").Sweep();
    }

    // At least two days off, so that reminders are ahead. Reykjavik is at UTC all year, and other tests move the clock by months.
    private static DateTimeOffset NextDay(DateTimeOffset now)
    {
        var day = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero).AddDays(2);
        while (day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday)
            day = day.AddDays(1);
        return day;
    }
}
