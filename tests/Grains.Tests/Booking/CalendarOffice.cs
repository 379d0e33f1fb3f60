using System.Text.Json.Nodes;
using Backsoon.Accounts;
using Backsoon.Mail;
using Backsoon.Tenants;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Backsoon.Booking;

/// <summary>A back end on a database of its own, with access to a Google on this machine, a business, and a host in it.</summary>
public sealed class CalendarOffice : IAsyncDisposable
{
    public const string Session = "5e5510";
    private static int s_made;

    private readonly Func<GoogleStandIn?, IHost> _build;
    private IHost _host;
    private int _appointments;

    private CalendarOffice(Func<GoogleStandIn?, IHost> build, NpgsqlDataSource database, ManualClock clock, GoogleStandIn google, RecordedMails mails) =>
        (_build, _host, Database, Clock, Google, Mails) = (build, build(google), database, clock, google, mails);

    public NpgsqlDataSource Database { get; }

    public ManualClock Clock { get; }

    public GoogleStandIn Google { get; }

    public RecordedMails Mails { get; }

    public TenantId Tenant { get; private set; }

    public EmailAddress Owner { get; } = EmailAddress.Parse("owner@example.com");

    public Guid Host { get; } = new("018f0000-0000-7000-8000-0000000000a1");

    public IServiceProvider Services => _host.Services;

    public IGrainFactory Grains => Services.GetRequiredService<IGrainFactory>();

    public TenantScope Scope => Grains.For(Tenant);

    public ICalendarGrain Calendar => Scope.Calendar(Host);

    public static async Task<CalendarOffice> Open(Backend backend, bool misbehaves = false, string? owner = null)
    {
        var (clock, mails) = (new ManualClock(), new RecordedMails());
        var database = await backend.NewDatabase();
        var google = await GoogleStandIn.Start(clock, backend.Site.App(GoogleCalendar.ReturnPath), misbehaves);
        var office = new CalendarOffice(known => backend.Build(database, clock, services => services
            .Replace(ServiceDescriptor.Singleton<MailTransport>(mails))
            .Replace(ServiceDescriptor.Singleton(s => new CalendarKeepers(known is null ? null : new GoogleCalendar(Access(known), s.GetRequiredService<Site>(), clock))))), database, clock, google, mails)
        { Tenant = TenantId.New(clock.GetUtcNow()) };
        await office._host.StartAsync();
        await office.Scope.Tenant().Found(
            AccountId.New(clock.GetUtcNow()), owner is null ? office.Owner : EmailAddress.Parse(owner), new SignUpDetails("Ana Duarte", "Harbour Lettings", Slug.Parse($"viewings-{Interlocked.Increment(ref s_made)}"), Industry.PropertyManagement, "Europe/Lisbon"));
        return office;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        await Google.DisposeAsync();
        await Database.DisposeAsync();
    }

    /// <summary>Asks for consent, has it answered, and comes back.</summary>
    public async Task<ConnectOutcome> Connect()
    {
        var answer = await GoogleStandIn.Answer((await Calendar.Consent(Session))!);
        return await Calendar.Connect(Session, answer["state"], answer["code"]);
    }

    public Task<BusySnapshot> Busy() => Calendar.Busy(Clock.GetUtcNow(), Clock.GetUtcNow().AddDays(7));

    /// <summary>An hour that the host is busy with, so many hours from now.</summary>
    public (DateTimeOffset Start, DateTimeOffset End) Hour(int hours) => (Clock.GetUtcNow().AddHours(hours), Clock.GetUtcNow().AddHours(hours + 1));

    public CalendarWrite Appointment(string guest = "Tom Baker") => new(
        Tenant, Host, Guid.CreateVersion7(Clock.GetUtcNow().AddMilliseconds(_appointments++)), 0, CalendarWriteKind.Put, $"Viewing with {guest}", "Phone: +351 910 000 001", "14 Elm Street",
        Clock.GetUtcNow().AddDays(1), Clock.GetUtcNow().AddDays(1).AddHours(1), "Europe/Lisbon", guest, EmailAddress.Parse("tom@example.com"));

    /// <summary>What booking does: rows that commit with an appointment, then a poke.</summary>
    public async Task Tell(params CalendarWrite[] writes)
    {
        await Insert(writes);
        Services.GetRequiredService<CalendarOutbox>().Poke();
    }

    /// <summary>The same of a process that dies after its commit.</summary>
    public async Task Insert(params CalendarWrite[] writes)
    {
        await using var command = Database.CreateCommand($"insert into calendar_write ({CalendarOutbox.Columns}) select * from {CalendarOutbox.Unnest}");
        Services.GetRequiredService<CalendarOutbox>().AddTo(command.Parameters, writes);
        await command.ExecuteNonQueryAsync();
    }

    public Task<long> Waiting() => Database.Scalar<long>("select count(*) from calendar_write");

    public Task Written() => Until(async () => await Waiting() == 0, "everything is written");

    public async Task Advance(TimeSpan by)
    {
        Clock.Advance(by);
        await _host.Tick();
        await Backend.Rest(_host, Clock, () => Google.IsSilent);
    }

    /// <summary>Lets time pass in steps. What is due is done before the next, so that no machine is too slow for the clock.</summary>
    public async Task Until(Func<Task<bool>> reached, string what, TimeSpan? step = null)
    {
        await Backend.Rest(_host, Clock, () => Google.IsSilent);
        for (var steps = 0; !await reached(); steps++)
        {
            Assert.True(steps < 5000, what);
            await Advance(step ?? TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>Starts anew with access to Google, or without any.</summary>
    public async Task Restart(bool withGoogle, Func<Task>? meanwhile = null)
    {
        await _host.StopAsync();
        _host.Dispose();
        if (meanwhile is not null)
            await meanwhile();
        _host = _build(withGoogle ? Google : null);
        await _host.StartAsync();
    }

    public Task Restart() => _host.DeactivateAll();

    public static string Text(JsonObject @event, string field) => (string)@event[field]!;

    private static GoogleSettings Access(GoogleStandIn google) => GoogleSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["GOOGLE_CLIENT_ID"] = GoogleStandIn.ClientId, ["GOOGLE_CLIENT_SECRET"] = GoogleStandIn.ClientSecret, ["GOOGLE_URL"] = google.Url,
    }).Build())!;
}
