using System.Collections.Concurrent;
using Backsoon.Accounts;
using Backsoon.Tenants;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Backsoon.Mail;

/// <summary>A transport that answers what the test says, and remembers what it was given.</summary>
public sealed class ScriptedTransport : MailTransport
{
    public delegate Task<Handover> Script(Guid batch, RenderedMail mail);

    public Script Answer { get; set; } = (_, _) => Task.FromResult<Handover>(new Handover.Sent("id"));

    public ConcurrentQueue<(Guid Batch, DateTimeOffset At, string[] Words, string Bytes)> Calls { get; } = new();

    public TimeProvider Clock { get; set; } = TimeProvider.System;

    public int Size { get; init; } = 100;

    public TimeSpan Every { get; init; } = TimeSpan.Zero;

    public TimeSpan Remembers { get; init; } = TimeSpan.FromHours(24);

    public override string Name => "scripted";

    public override Sender From { get; } = new(HeaderText.From("Backsoon"), EmailAddress.Parse("desk@backsoon.example"));

    public override int BatchSize => Size;

    public override TimeSpan Pace => Every;

    public override TimeSpan KeyLife => Remembers;

    public override TimeSpan Lease => TimeSpan.FromMinutes(3);

    public IEnumerable<string> Words => Calls.SelectMany(call => call.Words);

    public int Times(string word) => Words.Count(w => w == word);

    public override async Task<IReadOnlyList<Handover>> Send(Guid batch, IReadOnlyList<RenderedMail> mails, CancellationToken cancellation)
    {
        Calls.Enqueue((batch, Clock.GetUtcNow(), [.. mails.Select(Word)], string.Join('\n', mails)));
        var handovers = new List<Handover>();
        foreach (var mail in mails)
            handovers.Add(await Answer(batch, mail));
        return handovers;
    }

    public static string Word(RenderedMail mail) => mail.Subject.Value["About ".Length..];
}

/// <summary>A back end whose mail goes to one transport, on a database of its own.</summary>
public sealed class Pump : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly MailTransport _transport;
    private int _made;

    private Pump(IHost host, NpgsqlDataSource database, ManualClock clock, MailTransport transport) => (_host, Database, Clock, _transport) = (host, database, clock, transport);

    public NpgsqlDataSource Database { get; }

    public ManualClock Clock { get; }

    public IMailGrain Grain => Grains.GetGrain<IMailGrain>(_transport.GrainKey);

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    /// <summary>Whether the provider keeps the pump waiting until the clock moves.</summary>
    public Func<bool>? IsHeld { get; set; }

    public MailQueue Queue => _host.Services.GetRequiredService<MailQueue>();

    public Outbox Outbox => _host.Services.GetRequiredService<Outbox>();

    /// <param name="before">What is done on the empty back end before its grains run.</param>
    /// <param name="typed">Whether mails of tests go to addresses that anybody may have typed.</param>
    public static async Task<Pump> Start(Backend backend, Func<ManualClock, MailTransport> transport, Func<Pump, Task>? before = null, bool typed = false)
    {
        var clock = new ManualClock();
        var database = await backend.NewDatabase();
        var way = transport(clock);
        var pump = new Pump(backend.Build(database, clock, services => services.AddSingleton(TestEmail.Registration with { IsTyped = typed }).Replace(ServiceDescriptor.Singleton(way))), database, clock, way);
        if (before is not null)
            await before(pump);
        await pump._host.StartAsync();
        return pump;
    }

    public static Task<Pump> Start(Backend backend, ScriptedTransport transport, Func<Pump, Task>? before = null, bool typed = false) => Start(
        backend,
        clock =>
        {
            transport.Clock = clock;
            return transport;
        },
        before,
        typed);

    /// <summary>Ends the process; the database stays.</summary>
    public Task Stop() => _host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        await Database.DisposeAsync();
    }

    public async Task<TenantId> Tenant()
    {
        var tenant = TenantId.New(Clock.GetUtcNow());
        await Execute("insert into tenant (id, founded_at) values ($1, $2)", tenant.Value, Clock.GetUtcNow());
        return tenant;
    }

    public OutgoingMail Mail(TenantId tenant, string word, MailPriority priority = MailPriority.Normal) =>
        new(Guid.CreateVersion7(Clock.GetUtcNow().AddMilliseconds(_made++)), priority, EmailAddress.Parse("rivera@example.com"), "Rivera Plumbing", new TestEmail(word)) { Tenant = tenant };

    public OutgoingMail SignIn(string word) =>
        new(Guid.CreateVersion7(Clock.GetUtcNow()), MailPriority.SignIn, EmailAddress.Parse("ana@example.com"), "Owner", new TestEmail(word)) { Account = AccountId.New(Clock.GetUtcNow()) };

    public async Task<OutgoingMail> Post(TenantId tenant, string word)
    {
        var mail = Mail(tenant, word);
        await Outbox.Post(mail);
        return mail;
    }

    /// <summary>Adds rows and tells nobody, as a process does that dies after its commit.</summary>
    public async Task Insert(params OutgoingMail[] mails)
    {
        await using var command = Database.CreateCommand($"insert into outbox ({Outbox.Columns}) select * from {Outbox.Unnest}");
        Outbox.AddTo(command.Parameters, mails);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<IReadOnlyList<Delivery>> Stuck(TenantId tenant) => await Grains.For(tenant).Deliveries().Stuck();

    public async Task<DeliveryStatus> Status(OutgoingMail mail) => (DeliveryStatus)(short)(await Scalar("select status from outbox where id = $1", mail.Id))!;

    public Task Becomes(OutgoingMail mail, DeliveryStatus status) => Backend.Eventually(async () => await Status(mail) == status, $"the mail is {status}");

    public async Task Advance(TimeSpan by)
    {
        Clock.Advance(by);
        await _host.Tick();
        await Backend.Rest(_host, Clock, IsHeld);
    }

    /// <summary>Lets time pass in steps. What is due is done before the next, so that no machine is too slow for the clock.</summary>
    public async Task Until(Func<Task<bool>> reached, TimeSpan step, string what)
    {
        await Backend.Rest(_host, Clock, IsHeld);
        for (var steps = 0; !await reached(); steps++)
        {
            Assert.True(steps < 2000, what);
            await Advance(step);
        }
    }

    /// <summary>Lets time pass, and waits until a mail that is posted then has gone out: whatever was due before had its turn.</summary>
    public async Task Pass(TimeSpan time, TenantId tenant)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += time / 10)
        {
            await Advance(time / 10);
            var sentinel = await Post(tenant, $"sentinel {passed}");
            await Until(async () => await Status(sentinel) == DeliveryStatus.Sent, TimeSpan.FromSeconds(1), "the sentinel goes out");
        }
    }

    public async Task Execute(string sql, params object[] values)
    {
        await using var command = Database.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync();
    }

    public async Task<object?> Scalar(string sql, params object[] values)
    {
        await using var command = Database.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        return await command.ExecuteScalarAsync();
    }
}
