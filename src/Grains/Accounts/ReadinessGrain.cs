using Microsoft.Extensions.Logging;
using Npgsql;

namespace Backsoon.Accounts;

[GrainType("readiness"), StatelessWorker]
public sealed class ReadinessGrain(NpgsqlDataSource database, ILogger<ReadinessGrain> log) : Grain, IReadinessGrain
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    public async Task<bool> IsReady()
    {
        try
        {
            await using var command = database.CreateCommand("select 1");
            command.CommandTimeout = (int)s_patience.TotalSeconds;
            await command.ExecuteScalarAsync();
            return true;
        }
        catch (NpgsqlException failure)
        {
            log.LogWarning("The database does not answer: {Reason}", failure.Message);
            return false;
        }
    }
}
