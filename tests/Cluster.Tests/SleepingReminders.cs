namespace Backsoon;

/// <summary>The table of reminders as Orleans keeps it, of which its service sees nothing that will ever be due: what is due by the clock of the tests is delivered by <see cref="TestHost.Tick"/>.</summary>
/// <remarks>Otherwise the service would deliver by its own, and what is due within a millisecond it awaits by asking for the time until it has come, which here stands still.</remarks>
public sealed class SleepingReminders(IReminderTable table) : IReminderTable
{
    public Task StartAsync(CancellationToken cancellationToken) => table.StartAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => table.StopAsync(cancellationToken);

    public Task<ReminderTableData> ReadRows(GrainId grainId) => table.ReadRows(grainId);

    public Task<ReminderTableData> ReadRows(uint begin, uint end) => Task.FromResult(new ReminderTableData());

    public Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName) => table.ReadRow(grainId, reminderName);

    public async Task<string?> UpsertRow(ReminderEntry entry)
    {
        var version = await table.UpsertRow(entry);
        entry.StartAt = DateTime.MaxValue.AddYears(-1);
        return version;
    }

    public Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag) => table.RemoveRow(grainId, reminderName, eTag);

    public Task TestOnlyClearTable() => table.TestOnlyClearTable();
}
