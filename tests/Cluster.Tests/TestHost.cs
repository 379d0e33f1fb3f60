using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Orleans.Runtime;

namespace Backsoon;

/// <summary>All that the tests know of the host their grains run on: here two silos in this process.</summary>
public static class TestHost
{
    // As the embedded host delivers them: whose time has come, earliest first, and each moved on once it was received.
    private const string Due = "select grain_id, reminder_name, start_time, period_ms, version from reminder where service_id = 'backsoon' and due_at <= $1 order by due_at limit 64";
    private const string Advance = "update reminder set due_at = $4 where service_id = 'backsoon' and grain_id = $1 and reminder_name = $2 and version = $3";

    /// <summary>A host on this database, not started yet.</summary>
    /// <param name="compose">What its grains need, and what is to be started with it: in each silo.</param>
    public static IHost Build(NpgsqlDataSource database, Action<IServiceCollection> compose) => new TwoSilos(database, compose);

    /// <summary>Has every reminder received that is due by the clock of the tests. Orleans goes by the time of day, and delivers them besides: whoever is reminded too early finds nothing to do.</summary>
    public static async Task Tick(this IHost host)
    {
        var (database, clock, grains) = (host.Services.GetRequiredService<NpgsqlDataSource>(), host.Services.GetRequiredService<TimeProvider>(), host.Services.GetRequiredService<IGrainFactory>());
        while (true)
        {
            var due = new List<(string Grain, string Name, DateTimeOffset Start, TimeSpan Period, int Version)>();
            await using (var read = Command(database, Due, clock.GetUtcNow()))
            await using (var row = await read.ExecuteReaderAsync())
            {
                while (await row.ReadAsync())
                    due.Add((row.GetString(0), row.GetString(1), row.GetFieldValue<DateTimeOffset>(2), TimeSpan.FromMilliseconds(row.GetInt64(3)), row.GetInt32(4)));
            }

            if (due.Count == 0)
                return;
            await Task.WhenAll(due.GroupBy(reminder => reminder.Grain).Select(async reminders =>
            {
                foreach (var reminder in reminders)
                {
                    var now = clock.GetUtcNow();
                    await grains.GetGrain<IRemindable>(GrainId.Parse(reminder.Grain)).ReceiveReminder(reminder.Name, new TickStatus(reminder.Start.UtcDateTime, reminder.Period, now.UtcDateTime));
                    await using var advance = Command(database, Advance, reminder.Grain, reminder.Name, reminder.Version, reminder.Start + (Math.Floor((now - reminder.Start) / reminder.Period) + 1) * reminder.Period);
                    await advance.ExecuteNonQueryAsync();
                }
            }));
        }
    }

    /// <summary>Puts every grain out of memory, on both silos.</summary>
    public static Task DeactivateAll(this IHost host) => host.Services.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero);

    /// <summary>Whether no grain has anything to do at this moment.</summary>
    public static bool IsAtRest(this IHost host) => ((TwoSilos)host).IsAtRest;

    private static NpgsqlCommand Command(NpgsqlDataSource database, string sql, params object[] values)
    {
        var command = database.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        return command;
    }
}
