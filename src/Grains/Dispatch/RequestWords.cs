using Backsoon.Storage;
using Backsoon.Tenants;
using Npgsql;
using NpgsqlTypes;

namespace Backsoon.Dispatch;

/// <summary>The words of requests, written when a request is new or something has happened to it.</summary>
public sealed class RequestWords(NpgsqlDataSource database)
{
    private const int Batch = 256;

    // What one search reads before it searches. More piles up only when thousands of rows were written at once.
    private const int MostAtOnce = 8 * Batch;

    // Nobody waits here, so what another one is reading is left to it.
    private static readonly string s_takeAny = Take("limit", "for update skip locked");

    // Whoever searches waits for another's reading to be committed: it would not be found otherwise.
    private static readonly string s_takeOf = Take("where tenant_id = @tenant order by ctid limit", "for update");

    private const string Select =
        """
        select d.tenant_id, d.id, d.received_at, d.version, d.caller_phone,
            concat_ws(' ', d.reference, d.subject_label, d.subject_reference, d.category_name, d.caller_name, d.caller_email, d.body,
                (select string_agg(concat_ws(' ', e.who, e.text), ' ') from dispatch_event e where e.tenant_id = d.tenant_id and e.dispatch_id = d.id))
        from unnest(@tenant, @id) as k(tenant_id, id) join dispatch d on d.tenant_id = k.tenant_id and d.id = k.id
        """;

    private const string Upsert =
        """
        insert into dispatch_words (tenant_id, dispatch_id, received_at, version, words)
        select tenant_id, id, received_at, version, array_to_tsvector(string_to_array(words, ' ')) from unnest(@tenant, @id, @received_at, @version, @words) as w(tenant_id, id, received_at, version, words)
        on conflict (tenant_id, dispatch_id) do update set version = excluded.version, words = excluded.words where dispatch_words.version <= excluded.version
        """;

    /// <summary>Reads some of what nobody has read, of any tenant. Returns how many rows of that are done with.</summary>
    public Task<int> ReadSome() => Read(s_takeAny, null);

    /// <summary>Reads what is new of a tenant. False when so much is that some had to be left.</summary>
    public async Task<bool> CatchUp(TenantId tenant)
    {
        for (var read = 0; read < MostAtOnce; read += Batch)
        {
            if (await Read(s_takeOf, tenant) < Batch)
                return true;
        }

        return false;
    }

    // Taken and written in one transaction: what a crash cuts off is taken again.
    private async Task<int> Read(string take, TenantId? tenant)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            var (taken, keys) = (0, new HashSet<(string Tenant, Guid Id)>());
            await using (var command = new NpgsqlCommand(take, connection))
            {
                if (tenant is { } one)
                    command.Parameters.Add(new("tenant", one.Value));
                await using var row = await command.ExecuteReaderAsync();
                for (; await row.ReadAsync(); taken++)
                    keys.Add((row.GetString(0), row.GetGuid(1)));
            }

            if (keys.Count > 0)
                await Write(connection, await Words(connection, [.. keys.Order()]));
            await transaction.CommitAsync();
            return taken;
        }
        catch (NpgsqlException failure)
        {
            throw Ledger.Failed(failure);
        }
    }

    private static async Task<List<Entry>> Words(NpgsqlConnection connection, (string Tenant, Guid Id)[] keys)
    {
        await using var command = new NpgsqlCommand(Select, connection) { Parameters = { new("tenant", Array.ConvertAll(keys, key => key.Tenant)), new("id", Array.ConvertAll(keys, key => key.Id)) } };
        await using var row = await command.ExecuteReaderAsync();
        var entries = new List<Entry>();
        while (await row.ReadAsync())
            entries.Add(new(row.GetString(0), row.GetGuid(1), row.GetFieldValue<DateTimeOffset>(2), row.GetInt32(3), string.Join(' ', SearchWords.Of(new TenantId(row.GetString(0)), row.GetString(5), row.GetString(4)))));
        return entries;
    }

    private static async Task Write(NpgsqlConnection connection, List<Entry> entries)
    {
        await using var command = new NpgsqlCommand(Upsert, connection);
        Add("tenant", NpgsqlDbType.Text, e => e.Tenant);
        Add("id", NpgsqlDbType.Uuid, e => e.Id);
        Add("received_at", NpgsqlDbType.TimestampTz, e => e.ReceivedAt);
        Add("version", NpgsqlDbType.Integer, e => e.Version);
        Add("words", NpgsqlDbType.Text, e => e.Words);
        await command.ExecuteNonQueryAsync();

        void Add<T>(string name, NpgsqlDbType type, Func<Entry, T> value) => command.Parameters.Add(new(name, NpgsqlDbType.Array | type) { Value = entries.Select(value).ToArray() });
    }

    private static string Take(string which, string how) => $"delete from dispatch_unread where ctid = any (array(select ctid from dispatch_unread {which} {Batch} {how})) returning tenant_id, dispatch_id";

    private sealed record Entry(string Tenant, Guid Id, DateTimeOffset ReceivedAt, int Version, string Words);
}
