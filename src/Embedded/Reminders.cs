using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans;
using Orleans.Runtime;

namespace Backsoon.Embedded;

/// <summary>
/// Delivers the reminders that are due. Each is a row whose due_at moves on only after its grain has received the tick, so that none is lost;
/// only rows that are due are ever read, by index, so that sleeping ones cost nothing.
/// </summary>
public sealed class Reminders : IDisposable
{
    private const string Columns = "grain_id, reminder_name, start_time, period_ms, due_at, version";

    // How many grains receive one at the same time.
    private const int Room = 64;

    private static readonly TimeSpan ShortestPeriod = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    private readonly GrainHost _host;
    private readonly NpgsqlDataSource _database;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _sweeping = new(1);
    private readonly Channel<bool> _sooner = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Dictionary<string, Task> _receiving = [];
    private readonly List<Reminder> _received = [];
    private Task _advancing = Task.CompletedTask;
    private DateTimeOffset? _seen;

    internal Reminders(GrainHost host, NpgsqlDataSource database, TimeProvider clock, ILogger<Reminders> logger)
    {
        _host = host;
        _database = database;
        _clock = clock;
        _logger = logger;
    }

    /// <summary>Delivers everything that is due by now, and returns when it has been received. The host does so by itself; a test that turned the clock need not wait for it.</summary>
    public async Task Tick()
    {
        await _sweeping.WaitAsync();
        try
        {
            int received;
            do
            {
                await Sweep();
                received = _receiving.Count;
                await Task.WhenAll(_receiving.Values);
            }
            while (received > 0 && _host.Serving);
        }
        finally
        {
            _sweeping.Release();
        }
    }

    public void Dispose() => _sweeping.Dispose();

    internal async Task<IGrainReminder> Register(GrainId grain, string name, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(period, ShortestPeriod);
        var due = _clock.GetUtcNow() + dueTime;
        var registered = await Rows(
            $"""
            insert into reminder (service_id, grain_id, reminder_name, start_time, period_ms, due_at) values ($1, $2, $3, $4, $5, $4)
            on conflict (service_id, grain_id, reminder_name) do update
            set start_time = excluded.start_time, period_ms = excluded.period_ms, due_at = excluded.due_at, version = reminder.version + 1
            returning {Columns}
            """,
            grain.ToString(), name, due, (long)period.TotalMilliseconds);
        Wake();
        return registered[0];
    }

    internal async Task<IGrainReminder?> Find(GrainId grain, string name) =>
        (await Rows($"select {Columns} from reminder where service_id = $1 and grain_id = $2 and reminder_name = $3", grain.ToString(), name)).SingleOrDefault();

    internal async Task<List<IGrainReminder>> List(GrainId grain) =>
        [.. await Rows($"select {Columns} from reminder where service_id = $1 and grain_id = $2", grain.ToString())];

    internal async Task Unregister(GrainId grain, IGrainReminder reminder)
    {
        var version = (reminder as Reminder)?.Version ?? throw new ArgumentException($"{reminder} was not made by this host", nameof(reminder));
        var gone = await Rows(
            $"delete from reminder where service_id = $1 and grain_id = $2 and reminder_name = $3 and version = $4 returning {Columns}",
            grain.ToString(), reminder.ReminderName, version);
        if (gone is [])
            throw new OrleansException($"Reminder {reminder.ReminderName} of {grain} has been registered anew or is gone already; get it again to unregister it");
    }

    internal async Task Run(CancellationToken stopping)
    {
        while (true)
        {
            var next = _clock.GetUtcNow() + LongestSleep;
            await _sweeping.WaitAsync(stopping);
            try
            {
                if (_host.Serving)
                {
                    await Sweep();
                    next = await Next();
                }
            }
            catch (Exception exception)
            {
                _logger.LogError(exception, "Reminders could not be read; trying again");
                next = _clock.GetUtcNow() + AfterFailure;
            }
            finally
            {
                _sweeping.Release();
            }
            await SleepUntil(next, stopping);
        }
    }

    internal void Wake() => _sooner.Writer.TryWrite(true);

    private async Task Sweep()
    {
        await HeedTheClock();
        // What is due stays due while the host is suspended: it would be read again and again.
        while (_host.Serving)
        {
            foreach (var (received, _) in _receiving.Where(receiving => receiving.Value.IsCompleted).ToList())
                _receiving.Remove(received);
            if (_receiving.Count >= Room)
            {
                await Task.WhenAny(_receiving.Values);
                continue;
            }

            // A grain that is still at its last ones is left out: never two at once for one grain.
            var room = Room - _receiving.Count;
            var due = await Rows(
                $"select {Columns} from reminder where service_id = $1 and due_at <= $2 and grain_id <> all($3) order by due_at limit $4",
                _clock.GetUtcNow(), _receiving.Keys.ToList(), room);
            foreach (var reminders in due.GroupBy(reminder => reminder.Grain))
                _receiving.Add(reminders.Key, Deliver(reminders));
            if (due.Count < room)
                return;
        }
    }

    // A clock that was set back has not come as far as most are due: they go on at their pace, and do not wait until it has. One that never ticked was set for
    // an instant and keeps it, unless it was due within its period. How far a clock went back while nobody looked is not known.
    private async Task HeedTheClock()
    {
        var now = _clock.GetUtcNow();
        if (!(_seen <= now))
        {
            await Rows(
                $"""
                update reminder set due_at = start_time + (floor(extract(epoch from $2 - start_time) * 1000 / period_ms) + 1) * period_ms * interval '1 millisecond'
                where service_id = $1 and due_at > $2 + period_ms * interval '1 millisecond' and (due_at <> start_time or due_at <= $3 + period_ms * interval '1 millisecond')
                returning {Columns}
                """,
                now, _seen ?? now);
        }

        _seen = now;
    }

    private async Task Deliver(IEnumerable<Reminder> reminders)
    {
        foreach (var reminder in reminders)
        {
            try
            {
                var grain = _host.Find<IRemindable>(GrainId.Parse(reminder.Grain)) ?? throw new InvalidOperationException($"There is no grain class to remind for {reminder.Grain}");
                Instruments.Reminded(_clock.GetUtcNow() - reminder.Due);
                await grain.ReceiveReminder(reminder.ReminderName, new(reminder.Start.UtcDateTime, reminder.Period, _clock.GetUtcNow().UtcDateTime));
            }
            catch (Exception exception)
            {
                _logger.LogError(exception, "{Grain} failed to receive reminder {Reminder}", reminder.Grain, reminder.ReminderName);
            }

            // Left as due when the host was suspended or is gone meanwhile: then it ticks again.
            if (_host.Serving)
                await Advance(reminder);
        }
        Wake();
    }

    // Those that were received while others were moved on are moved on together.
    private Task Advance(Reminder reminder)
    {
        lock (_received)
        {
            _received.Add(reminder);
            return _advancing = AdvanceAfter(_advancing);
        }
    }

    private async Task AdvanceAfter(Task others)
    {
        await others;
        List<Reminder> received;
        lock (_received)
        {
            received = [.. _received];
            _received.Clear();
        }

        if (received is [])
            return;
        var now = _clock.GetUtcNow();
        try
        {
            // The version has changed when the grain registered it anew while it received it.
            await Rows(
                $"""
                update reminder set due_at = next from unnest($2, $3, $4, $5) as moved (grain, name, seen, next)
                where service_id = $1 and grain_id = grain and reminder_name = name and version = seen returning {Columns}
                """,
                received.ConvertAll(reminder => reminder.Grain), received.ConvertAll(reminder => reminder.ReminderName), received.ConvertAll(reminder => reminder.Version), received.ConvertAll(reminder => reminder.After(now)));
        }
        catch (Exception exception)
        {
            _logger.LogError(exception, "{Count} reminders were received but could not be moved on, such as {Reminder} of {Grain}; they will tick again", received.Count, received[0].ReminderName, received[0].Grain);
        }
    }

    private async Task<DateTimeOffset> Next()
    {
        var latest = _clock.GetUtcNow() + LongestSleep;
        var next = await Rows(
            $"select {Columns} from reminder where service_id = $1 and due_at < $2 and grain_id <> all($3) order by due_at limit 1", latest, _receiving.Keys.ToList());
        return next is [var first] ? first.Due : latest;
    }

    private async Task SleepUntil(DateTimeOffset next, CancellationToken stopping)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var pause = next - _clock.GetUtcNow();
        var passed = Task.Delay(pause > TimeSpan.Zero ? pause : TimeSpan.Zero, _clock, enough.Token);
        // Looked at again because the clock may have been turned between reading it and setting the alarm.
        if (_clock.GetUtcNow() < next)
            await Task.WhenAny(passed, _sooner.Reader.WaitToReadAsync(enough.Token).AsTask());
        await enough.CancelAsync();
        _sooner.Reader.TryRead(out _);
        stopping.ThrowIfCancellationRequested();
    }

    private async Task<List<Reminder>> Rows(string sql, params object[] values)
    {
        try
        {
            await using var command = _database.CreateCommand(sql);
            foreach (var value in (object[])[_host.Options.ServiceId, .. values])
                command.Parameters.Add(new() { Value = value });
            await using var row = await command.ExecuteReaderAsync();
            List<Reminder> rows = [];
            while (await row.ReadAsync())
                rows.Add(new(
                    row.GetString(0), row.GetString(1), row.GetFieldValue<DateTimeOffset>(2), TimeSpan.FromMilliseconds(row.GetInt64(3)), row.GetFieldValue<DateTimeOffset>(4), row.GetInt32(5)));
            return rows;
        }
        catch (NpgsqlException exception)
        {
            throw new OrleansException("Reminders are unavailable", exception);
        }
    }

    private sealed record Reminder(string Grain, string ReminderName, DateTimeOffset Start, TimeSpan Period, DateTimeOffset Due, int Version) : IGrainReminder
    {
        /// <summary>The first of its instants after this one.</summary>
        public DateTimeOffset After(DateTimeOffset now) => Start + ((Math.Floor((now - Start) / Period) + 1) * Period);
    }
}
