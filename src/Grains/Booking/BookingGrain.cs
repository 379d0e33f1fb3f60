using System.Collections.Immutable;
using Backsoon.Storage;
using Backsoon.Tenants;

namespace Backsoon.Booking;

[GrainType("booking")]
public sealed class BookingGrain([PersistentState("booking")] IPersistentState<BookingState> stored, TimeProvider clock) : StoredGrain<BookingState>(stored), IBookingGrain
{
    private static readonly OpeningHours s_officeHours = new([.. Enum.GetValues<DayOfWeek>().Where(day => day is not (DayOfWeek.Saturday or DayOfWeek.Sunday)).Select(day => new OpeningPeriod(day, new(9 * 60, 17 * 60)))], []);

    // What was committed last: it is read in the middle of a change, too.
    private Kept _kept = new(0, BookingSettings.Default, [], []);

    private TenantScope Scope => GrainFactory.For(new TenantId(this.GetPrimaryKeyString()["booking/".Length..]));

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Publish();
        return Task.CompletedTask;
    }

    public async Task<BookingView?> Look() =>
        await Scope.Tenant().Profile() is { } profile ? new BookingView(_kept.Version + profile.Version, _kept.Settings, _kept.Services, _kept.Hosts, profile) : await LeavingNothing<BookingView?>(null);

    public async Task<SlotList> Slots(Guid service, Guid? host, DateTimeOffset from, DateTimeOffset to, Guid? form)
    {
        if (await Look() is not { Settings.IsOn: true, Profile.Standing: Standing.Open } view || view.Service(service) is not { Active: true } offered)
            return SlotList.Empty;

        var lists = await Task.WhenAll(offered.Hosts.Where(id => host is null || id == host).Select(id => Scope.Schedule(id).Slots(service, from, to, form)));
        if (lists is [var only])
            return only;
        var slots = lists.SelectMany(list => list.Slots.Select(slot => (Slot: slot, Room: list.Slots.Length))).GroupBy(one => one.Slot.Start).Select(same => same.MaxBy(one => one.Room).Slot).OrderBy(slot => slot.Start);
        return new SlotList([.. slots], lists.Length == 0 || lists.Any(list => list.IsCalendarKnown), lists.Min(list => list.CalendarAsOf));
    }

    public async Task<BookingChange> Change(BookingSettings settings)
    {
        if (settings.Reminders.Length > BookingSettings.MaxReminders || settings.Reminders.Any(before => before <= TimeSpan.Zero || before > BookingSettings.LongestReminder))
            throw new ArgumentException($"There are at most {BookingSettings.MaxReminders} reminders, none sooner than {BookingSettings.LongestReminder} before.", nameof(settings));
        if (await Scope.Tenant().Profile() is not { } profile)
            return BookingChange.Gone;

        if (settings.IsOn && State.Hosts.Count == 0)
            State.Hosts = [new Host(Guid.CreateVersion7(clock.GetUtcNow()), Cut(profile.Settings.Owner.Name, Host.MaxName), profile.Settings.Owner.Email, Active: true, profile.Settings.Hours is null ? s_officeHours : null, profile.Settings.ZoneId)];
        State.Settings = settings with { Reminders = [.. settings.Reminders.Distinct().OrderDescending()], Intro = settings.Intro is { } intro ? Cut(intro, BookingSettings.MaxIntro) : null };
        return await Keep(tells: true);
    }

    public async Task<BookingChange> PutService(Service service)
    {
        Require(service);
        if (await Scope.Tenant().Profile() is null)
            return BookingChange.Gone;
        if (State.Services.Exists(other => other.Id != service.Id && string.Equals(other.Name, service.Name, StringComparison.OrdinalIgnoreCase)))
            return BookingChange.Duplicate;
        if (service.Hosts.Any(id => !State.Hosts.Exists(host => host.Id == id)))
            return BookingChange.Missing;
        var (services, at) = (State.Services.ToList(), State.Services.FindIndex(other => other.Id == service.Id));
        if (at < 0 && services.Count == BookingView.MaxServices)
            return BookingChange.TooMany;

        State.Services = Put(services, at, service with
        {
            Name = Cut(service.Name, Service.MaxName),
            Price = service.Price is { } price ? Cut(price, Service.MaxPrice) : null,
            About = service.About is { } about ? Cut(about, Service.MaxAbout) : null,
            Place = service.Place with { Text = Cut(service.Place.Text, Place.MaxText) },
            Questions = [.. service.Questions.Select(question => question with { Label = Cut(question.Label, Question.MaxLabel) })],
            Hosts = [.. service.Hosts.Distinct()],
        });
        return await Keep();
    }

    public async Task<BookingChange> PutHost(Host host)
    {
        if (await Scope.Tenant().Profile() is null)
            return BookingChange.Gone;
        if (State.Hosts.Exists(other => other.Id != host.Id && string.Equals(other.Name, host.Name, StringComparison.OrdinalIgnoreCase)))
            return BookingChange.Duplicate;
        var (hosts, at) = (State.Hosts.ToList(), State.Hosts.FindIndex(other => other.Id == host.Id));
        if (at < 0 && hosts.Count == BookingView.MaxHosts)
            return BookingChange.TooMany;

        // The link's number is nobody's to bring along.
        State.Hosts = Put(hosts, at, host with { Name = Cut(host.Name, Host.MaxName), Feed = at < 0 ? 0 : hosts[at].Feed });
        return await Keep();
    }

    public async Task<int?> ChangeFeed(Guid host, bool revoke)
    {
        var (hosts, at) = (State.Hosts.ToList(), State.Hosts.FindIndex(other => other.Id == host));
        if (at < 0 || await Scope.Tenant().Profile() is null)
            return null;
        var feed = revoke ? -Math.Abs(hosts[at].Feed) : Math.Abs(hosts[at].Feed) + 1;
        State.Hosts = Put(hosts, at, hosts[at] with { Feed = feed });
        await Keep();
        return feed;
    }

    public async Task Close()
    {
        if (Exists)
            await Clear();
        DeactivateOnIdle();
    }

    /// <param name="tells">In any case; for a switch that is pressed again because the first time failed halfway.</param>
    private async Task<BookingChange> Keep(bool tells = false)
    {
        var was = _kept.IsOpen;
        State.Version++;
        await Write();
        Publish();
        // The desk page says whether appointments are booked; it is shown anew with each version of the directory.
        if (tells || _kept.IsOpen != was)
            await Scope.Directory().Reload();
        return BookingChange.Saved;
    }

    private void Publish() => _kept = new Kept(State.Version, State.Settings ?? BookingSettings.Default, [.. State.Services], [.. State.Hosts]);

    private static List<T> Put<T>(List<T> all, int at, T one)
    {
        if (at < 0)
            all.Add(one);
        else
            all[at] = one;
        return all;
    }

    private static void Require(Service service)
    {
        var fits = service.Length >= Service.Shortest && service.Length <= Service.Longest && service.Step >= Service.Shortest && service.Step <= Service.Longest && IsMinutes(service.Length) && IsMinutes(service.Step)
            && IsWithin(service.BufferBefore, Service.LongestBuffer) && IsWithin(service.BufferAfter, Service.LongestBuffer) && IsWithin(service.MinNotice, Service.LongestNotice) && IsWithin(service.ChangeNotice, Service.LongestNotice)
            && service.MaxDays is >= 1 and <= Service.MostDays && service.DailyCap is null or (>= 1 and <= Service.MostADay) && service.Seats is >= 1 and <= Service.MostSeats && service.Questions.Length <= Service.MaxQuestions;
        if (!fits)
            throw new ArgumentException("A service is of a length, a step, buffers, notices, a cap, seats or questions that none may have.", nameof(service));
    }

    private static bool IsWithin(TimeSpan time, TimeSpan longest) => time >= TimeSpan.Zero && time <= longest && IsMinutes(time);

    private static bool IsMinutes(TimeSpan time) => time.Ticks % TimeSpan.TicksPerMinute == 0;

    private static string Cut(string text, int most) => StorableText.From(text, most);

    private sealed record Kept(long Version, BookingSettings Settings, ImmutableArray<Service> Services, ImmutableArray<Host> Hosts)
    {
        public bool IsOpen => BookingView.IsAnyOffered(Settings, Services, Hosts);
    }
}

[GenerateSerializer, Alias("booking.booking.state")]
public sealed class BookingState
{
    [Id(0)]
    public BookingSettings? Settings { get; set; }

    [Id(1)]
    public List<Service> Services { get; set; } = [];

    [Id(2)]
    public List<Host> Hosts { get; set; } = [];

    [Id(3)]
    public long Version { get; set; }
}
