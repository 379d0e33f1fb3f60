using System.Collections.Immutable;
using Backsoon.Mail;
using Backsoon.Storage;

namespace Backsoon.Promises;

/// <summary>Breaches of personal data, and who is to be told of them. The rows are all there is to it, so the operator's command may write them while the product runs.</summary>
public sealed class Breaches(Ledger ledger, TimeProvider clock)
{
    /// <summary>Notes a breach, or what is to be said of it otherwise than before; nothing once it is being said. It was never discovered later than was noted first.</summary>
    /// <param name="accounts">Null for all.</param>
    public Task Record(string id, DateTimeOffset discovered, BreachText text, IEnumerable<string>? accounts) => ledger.Execute(
        """
        insert into breach (id, discovered_at, recorded_at, subject, body, accounts) values ($1, least($2::timestamptz, $3), $3, $4, $5, $6::text[])
        on conflict (id) do update set discovered_at = least(breach.discovered_at, excluded.discovered_at), subject = excluded.subject, body = excluded.body, accounts = excluded.accounts where breach.send_at is null
        """,
        id, discovered, clock.GetUtcNow(), text.Subject, string.Join("\n\n", text.Paragraphs), accounts is null ? DBNull.Value : accounts.ToArray());

    public Task Send(string id) => ledger.Execute("update breach set send_at = $2 where id = $1 and send_at is null", id, clock.GetUtcNow());

    public async Task<Breach?> Find(string id) => (await Read("id = $1", id)).SingleOrDefault();

    /// <summary>Those that are being told.</summary>
    public Task<List<Breach>> Sending() => Read("send_at <= $1 and notified_at is null", clock.GetUtcNow());

    /// <summary>Those of which everybody has to be told within a day, and the operator does not know yet.</summary>
    public Task<List<Breach>> Pressing(TimeSpan notice) => Read("notified_at is null and alarmed_at is null and discovered_at <= $1", clock.GetUtcNow() - notice + TimeSpan.FromDays(1));

    public Task Alarmed(Breach breach) => ledger.Execute("update breach set alarmed_at = $2 where id = $1", breach.Id, clock.GetUtcNow());

    /// <summary>How many owners there are.</summary>
    public async Task<long> CountOwners() => (await ledger.Read($"select count(*) from {Owners.Rows}", row => row.GetInt64(0))).Single();

    /// <summary>The accounts of those who are named by the name of their page or by their address, and the names that are nobody's.</summary>
    public async Task<(ImmutableArray<string> Accounts, ImmutableArray<string> Unknown)> Named(IEnumerable<string> names)
    {
        var (accounts, unknown) = (new SortedSet<string>(StringComparer.Ordinal), ImmutableArray.CreateBuilder<string>());
        foreach (var name in names)
        {
            var found = await ledger.Read(
                $"""
                select account from {Owners.Rows} where lower(email) = $1 or account in (
                    select member ->> 'Value' from grain_state, jsonb_array_elements(convert_from(payload, 'UTF8')::jsonb -> 'Members') member
                    where grain_type = 'tenant' and payload is not null and convert_from(payload, 'UTF8')::jsonb -> 'Slug' ->> 'Value' = $1)
                """,
                row => row.GetString(0), name.ToLowerInvariant());
            accounts.UnionWith(found);
            if (found.Count == 0)
                unknown.Add(name);
        }

        return ([.. accounts], unknown.ToImmutable());
    }

    /// <summary>The next of those who are to be told.</summary>
    public Task<List<(string Account, EmailAddress Email)>> Next(Breach breach, int most) => ledger.Read(
        $"select account, email from {Owners.Rows} where account > $2 and exists (select from breach where id = $1 and (accounts is null or account = any (accounts))) order by account limit {most}",
        row => (row.GetString(0), EmailAddress.Parse(row.GetString(1))), breach.Id, breach.Told);

    /// <summary>So many more have their mail in the outbox.</summary>
    /// <param name="last">The last of them; null when there is nobody left.</param>
    public Task Posted(Breach breach, int count, string? last) => ledger.Execute(
        "update breach set told = coalesce($3::text, told), owners = owners + $4, posted_at = case when $3::text is null then $5::timestamptz end where id = $1 and told = $2 and posted_at is null",
        breach.Id, breach.Told, (object?)last ?? DBNull.Value, count, clock.GetUtcNow());

    /// <summary>Everybody was told once none of the mails waits. What was said, and to whom, is forgotten then.</summary>
    public Task Finish(Breach breach) => ledger.Execute(
        """
        update breach set notified_at = $2, subject = null, body = null, accounts = null
        where id = $1 and posted_at is not null and notified_at is null and not exists (select from outbox where status in (0, 1) and kind = 'breach')
        """,
        breach.Id, clock.GetUtcNow());

    private Task<List<Breach>> Read(string where, object value) => ledger.Read(
        $"select id, discovered_at, subject, body, send_at, told, owners, posted_at, notified_at from breach where {where} order by discovered_at",
        row => new Breach(
            row.GetString(0), row.GetFieldValue<DateTimeOffset>(1), row.IsDBNull(2) ? null : new BreachText(row.GetString(2), [.. row.GetString(3).Split("\n\n")]), row.IsDBNull(4) ? null : row.GetFieldValue<DateTimeOffset>(4),
            row.GetString(5), row.GetInt32(6), row.IsDBNull(7) ? null : row.GetFieldValue<DateTimeOffset>(7), row.IsDBNull(8) ? null : row.GetFieldValue<DateTimeOffset>(8)),
        value);
}

/// <param name="Text">Null once it was said to everybody.</param>
/// <param name="Told">The last account whose mail is posted.</param>
/// <param name="Owners">How many were told.</param>
public sealed record Breach(string Id, DateTimeOffset DiscoveredAt, BreachText? Text, DateTimeOffset? SendAt, string Told, int Owners, DateTimeOffset? PostedAt, DateTimeOffset? NotifiedAt);

public sealed record BreachText(string Subject, ImmutableArray<string> Paragraphs);
