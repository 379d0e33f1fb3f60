using System.Security.Cryptography;
using System.Text.Json;
using Backsoon.Accounts;
using Backsoon.Booking;
using Backsoon.Promises;
using Backsoon.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Backsoon.Operators;

/// <summary>Wraps all that the root key has wrapped by another one, in one transaction (R44). Nobody else may use the database meanwhile: a process that knows the present key only could read nothing afterwards.</summary>
/// <remarks>What leaves the database wrapped, such as a consent that is under way at Google, is void afterwards.</remarks>
public sealed class RootKeyChange(NpgsqlDataSource database, RootKey present, RootKey next)
{
    // Mails of a page are a few megabytes.
    private const int Page = 200;

    private int _values;

    /// <returns>How many values were wrapped anew.</returns>
    /// <exception cref="CryptographicException">The present key does not open a value, which its message names. Nothing was changed.</exception>
    public async Task<int> Run(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);

        // In SQL as where each is wrapped names its row.
        await Columns(connection, "outbox", "body", "'outbox/' || replace(id::text, '-', '')");
        await Columns(connection, "outbox", "rendered", "'outbox/' || replace(id::text, '-', '') || '/rendered'");
        await Columns(connection, "webhook", "body", "'webhook/' || provider || '/' || event_id");
        await Columns(connection, "calendar_write", "body", "'calendar_write/' || tenant_id || '/' || replace(host_id::text, '-', '') || '/' || replace(appointment_id::text, '-', '') || '/' || sequence");
        await Columns(connection, "calendar_event", "calendar", "'calendar_event/' || tenant_id || '/' || replace(host_id::text, '-', '') || '/' || replace(appointment_id::text, '-', '')");

        await States<KeyRingState>(connection, "key-ring", (state, key) => state.Wrapped = Anew(state.Wrapped, key));
        await States<EvidenceState>(connection, "evidence", (state, key) => state.Wrapped = Anew(state.Wrapped, key));
        await States<RevocationState>(connection, "revocation", (state, key) => state.Wrapped = Anew(state.Wrapped, key));
        await States<CalendarState>(connection, "calendar", (state, key) =>
            (state.Connection, state.Revoking) = (Anew(state.Connection, key), Anew(state.Revoking, $"revocation/{state.Revocation:n}")));
        await States<CanaryState>(connection, "canary", (state, _) => state.Canaries.ForEach(canary => canary.Person = Anew(canary.Person, CanaryPerson.Row)));
        await States<AddressState>(connection, "address", (state, key) => state.Requests.ForEach(request =>
            request.Pending = request.Pending is { } pending ? pending with { Secrets = Anew(pending.Secrets, AddressGrain.SecretsRow(key, request.Id))! } : null));

        await transaction.CommitAsync(cancellation);
        return _values;

        Task Columns(NpgsqlConnection on, string table, string column, string name) => Each(on, table, column, name, $"{column} is not null", (row, wrapped) => Anew(wrapped, row));

        Task States<TState>(NpgsqlConnection on, string type, Action<TState, string> change) => Each(on, "grain_state", "payload", "grain_key", $"grain_type = '{type}' and payload is not null", (key, payload) =>
        {
            var before = _values;
            var state = JsonSerializer.Deserialize<TState>(payload) ?? throw new JsonException($"{key} is empty.");
            change(state, key);
            return _values == before ? null : JsonSerializer.SerializeToUtf8Bytes(state);
        });
    }

    /// <summary>Whether a key is the one that everything is wrapped by; also where nothing is yet.</summary>
    public static async Task<bool> IsWrappedBy(RootKey key, NpgsqlDataSource database)
    {
        await using var look = database.CreateCommand("select payload from grain_state where grain_type = 'key-ring' and payload is not null");
        if (await look.ExecuteScalarAsync() is not byte[] payload || JsonSerializer.Deserialize<KeyRingState>(payload)?.Wrapped is not { } ring)
            return true;
        try
        {
            key.Unwrap(ring, IKeyRingGrain.Key);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private byte[]? Anew(byte[]? wrapped, string row)
    {
        if (wrapped is null)
            return null;
        _values++;
        try
        {
            return next.Wrap(present.Unwrap(wrapped, row), row);
        }
        catch (CryptographicException unreadable)
        {
            throw new CryptographicException($"The present root key does not open {row}.", unreadable);
        }
    }

    // The cursor goes on over the rows as they were, whatever is written meanwhile. What is null afterwards stays as it is.
    private static async Task Each(NpgsqlConnection connection, string table, string column, string name, string where, Func<string, byte[], byte[]?> change)
    {
        await Execute($"declare wrapped no scroll cursor for select ctid::text, {name}, {column} from {table} where {where}");
        int fetched;
        do
        {
            var page = new List<(string Place, byte[] Value)>(Page);
            fetched = 0;
            await using (var fetch = new NpgsqlCommand($"fetch {Page} from wrapped", connection))
            await using (var rows = await fetch.ExecuteReaderAsync())
            {
                for (; await rows.ReadAsync(); fetched++)
                {
                    if (change(rows.GetString(1), rows.GetFieldValue<byte[]>(2)) is { } value)
                        page.Add((rows.GetString(0), value));
                }
            }

            await Execute(
                $"update {table} set {column} = anew.value from unnest($1::text[]::tid[], $2) anew (place, value) where {table}.ctid = anew.place",
                new NpgsqlParameter { Value = page.ConvertAll(row => row.Place), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                new NpgsqlParameter { Value = page.ConvertAll(row => row.Value), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea });
        }
        while (fetched == Page);
        await Execute("close wrapped");

        async Task Execute(string sql, params NpgsqlParameter[] values)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            command.Parameters.AddRange(values);
            await command.ExecuteNonQueryAsync();
        }
    }
}
