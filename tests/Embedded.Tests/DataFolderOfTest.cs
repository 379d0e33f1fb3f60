using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Backsoon.Embedded;

/// <summary>A DATA of a test's own, with what it takes to look into it. It is gone with the test, and so is a server that a killed product left on it.</summary>
internal sealed class DataFolderOfTest(string parent = "/tmp", int length = 0) : IDisposable
{
    private const string StopServer =
        """
        folder=$1/postgres; [ -f "$folder" ] && read -r folder <"$folder"
        [ -f "$folder/postmaster.pid" ] && { read -r server; read -r _; read -r _; read -r _; read -r sockets; } <"$folder/postmaster.pid" && kill -s QUIT "$server" && { for tries in $(seq 300); do kill -0 "$server" || break; sleep 0.1; done; rm -rf "$sockets"; } 2>/dev/null
        case $folder in /var/lib/backsoon/?*/postgres) rm -rf "$(dirname "$folder")" ;; esac
        rm -rf "$1" || { sleep 1; rm -rf "$1"; }
        """;

    public string Path { get; } = System.IO.Path.Combine(parent, $"backsoon-test-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}".PadRight(length, 'x'));

    /// <summary>Where the cluster is: in here, or where the file says that stands in its place.</summary>
    public string Cluster => File.Exists(Place) ? File.ReadAllText(Place).Trim() : Place;

    public string Place => System.IO.Path.Combine(Path, "postgres");

    public Task<PrivatePostgres> Start() => PrivatePostgres.Start(Path, NullLogger.Instance, CancellationToken.None);

    public static string AsAdministrator(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString) { Username = "postgres" }.ConnectionString;

    public static async Task<object?> Ask(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    public static async Task Until(Func<Task<bool>> happened)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!await happened()) await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, patience.Token);
    }

    public void Dispose() => Process.Start("sh", ["-c", StopServer, "sh", Path]).WaitForExit();
}
