using Npgsql;

namespace Backsoon;

/// <summary>The connection string that an operator gives, and how we connect by it.</summary>
public static class DatabaseAddress
{
    /// <exception cref="StartRefusedException">It is not a connection string, or names no server.</exception>
    public static string Read(string connectionString)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(connectionString) is { Host.Length: > 0 } settings ? settings.ConnectionString : throw new FormatException("it names no Host.");
        }
        catch (Exception misspelt) when (misspelt is ArgumentException or FormatException or InvalidCastException)
        {
            throw new StartRefusedException($"BACKSOON_DATABASE is not a connection string: {misspelt.Message} Write it like Host=db.example.com;Username=backsoon;Password=…;Database=backsoon.", misspelt);
        }
    }

    /// <summary>With a bounded pool, and with statements prepared as they prove frequent.</summary>
    public static string WithPool(string connectionString, int connections) =>
        // Nothing of ours leaves a setting, a cursor or a lock behind on a connection it gives back: tidying it up, seven statements before each use, is for those who do.
        new NpgsqlConnectionStringBuilder(connectionString) { MaxPoolSize = connections, MaxAutoPrepare = 100, AutoPrepareMinUsages = 3, NoResetOnClose = true, Timeout = 5, CommandTimeout = 20, KeepAlive = 30 }.ConnectionString;
}
