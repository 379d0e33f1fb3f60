using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Backsoon.Storage;
using Backsoon.Tenants;
using Npgsql;

namespace Backsoon.Promises;

[GrainType("evidence")]
public sealed class EvidenceGrain([PersistentState("evidence")] IPersistentState<EvidenceState> stored, NpgsqlDataSource database, Ledger ledger, RootKey rootKey, Site site, TimeProvider clock)
    : StoredGrain<EvidenceState>(stored), IEvidenceGrain
{
    private const string Columns = "seq, at, entry, encode(prev_hash, 'hex'), encode(hash, 'hex')";

    public async Task<LogHead> Append(string entry)
    {
        while (true)
        {
            var row = LogRow.After((await ledger.Read($"select {Columns} from promise_log order by seq desc limit 1", Row)).SingleOrDefault(), clock.GetUtcNow(), entry);
            if (await Insert(row))
                return await Sign(row);
        }
    }

    public async Task<ImmutableArray<LogRow>> Read(long after) =>
        [.. await ledger.Read($"select {Columns} from promise_log where seq > $1 order by seq limit {IEvidenceGrain.MostRows}", Row, after)];

    // Whoever else runs as this grain, in a cluster that was cut in two, may have written the row that was to be next.
    private async Task<bool> Insert(LogRow row)
    {
        try
        {
            await using var command = database.CreateCommand("insert into promise_log (seq, at, entry, prev_hash, hash) values ($1, $2, $3, decode($4, 'hex'), decode($5, 'hex'))");
            foreach (var value in new object[] { row.Seq, row.At, row.Entry, row.Previous, row.Hash })
                command.Parameters.Add(new() { Value = value });
            await command.ExecuteNonQueryAsync();
            return true;
        }
        catch (PostgresException taken) when (taken.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return false;
        }
        catch (NpgsqlException failure)
        {
            throw Ledger.Failed(failure);
        }
    }

    private async Task<LogHead> Sign(LogRow row)
    {
        using var key = await SigningKey();
        var statement = LogHead.Say(site.Domain, row.Seq, row.At, row.Hash);
        var signature = key.SignData(Encoding.UTF8.GetBytes(statement), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return new LogHead(row.Seq, row.At, row.Hash, statement, Convert.ToBase64String(signature), key.ExportSubjectPublicKeyInfoPem());
    }

    // Anybody may check a signature, so it is not one of the ring's keys, which only we can.
    private async Task<ECDsa> SigningKey()
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (State.Wrapped is { } wrapped)
        {
            key.ImportPkcs8PrivateKey(rootKey.Unwrap(wrapped, IEvidenceGrain.Key), out _);
        }
        else
        {
            State.Wrapped = rootKey.Wrap(key.ExportPkcs8PrivateKey(), IEvidenceGrain.Key);
            await Write();
        }

        return key;
    }

    private static LogRow Row(NpgsqlDataReader row) => new(row.GetInt64(0), row.GetFieldValue<DateTimeOffset>(1), row.GetString(2), row.GetString(3), row.GetString(4));
}

[GenerateSerializer, Alias("promises.evidence.state")]
public sealed class EvidenceState
{
    /// <summary>The key that signs, wrapped by the root key.</summary>
    [Id(0)]
    public byte[]? Wrapped { get; set; }
}
