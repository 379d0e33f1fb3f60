using Npgsql;

namespace Backsoon.Embedded;

/// <summary>PostgreSQL's client programs, told by environment what a connection string says: arguments can be seen by everybody on the machine.</summary>
internal sealed class PostgresClient(PostgresPrograms programs)
{
    public static async Task<PostgresClient> For(int serverMajor, CancellationToken cancellation)
    {
        var installed = await PostgresPrograms.Installed(cancellation);
        return installed.LastOrDefault(programs => programs.Major >= serverMajor && File.Exists(programs["pg_dump"])) is { } fitting
            ? new(fitting)
            : throw new PrivatePostgresException($"The database is of PostgreSQL {serverMajor}, whose programs are not installed: apt-get install postgresql-{serverMajor}");
    }

    public async Task Run(string program, string connectionString, CancellationToken cancellation, params string[] arguments)
    {
        var start = ChildProgram.Prepare(null, programs[program], arguments);
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        (string Name, string? Value)[] told =
        [
            ("PGHOST", settings.Host), ("PGPORT", $"{settings.Port}"), ("PGDATABASE", settings.Database), ("PGUSER", settings.Username), ("PGPASSWORD", settings.Password),
            ("PGPASSFILE", settings.Passfile), ("PGSSLMODE", SslMode(settings.SslMode)), ("PGSSLROOTCERT", settings.RootCertificate),
            ("PGSSLCERT", settings.SslCertificate), ("PGSSLKEY", settings.SslKey), ("PGAPPNAME", "backsoon"),
        ];
        foreach (var (name, value) in told)
            if (!string.IsNullOrEmpty(value)) start.Environment[name] = value;
        var outcome = await ChildProgram.Run(start, cancellation);
        if (!outcome.Succeeded) throw new PrivatePostgresException($"{program} failed ({outcome.ExitCode}): {outcome.Complaint}");
    }

    private static string SslMode(SslMode mode) => mode switch
    {
        Npgsql.SslMode.VerifyCA => "verify-ca",
        Npgsql.SslMode.VerifyFull => "verify-full",
        _ => mode.ToString().ToLowerInvariant(),
    };
}
