using Backsoon.Mail;
using Backsoon.Storage;
using Backsoon.Tenants;
using Npgsql;

namespace Backsoon.Operators;

[GrainType("tenants"), StatelessWorker]
public sealed class TenantsGrain(Ledger ledger, AuditLog audit, MailReputation reputation, TimeProvider clock) : Grain, ITenantsGrain
{
    // The state of tenants as the host of grains keeps it.
    private const string Lines =
        """
        select t.id, state -> 'Settings' ->> 'BusinessName', state -> 'Slug' ->> 'Value', coalesce((state ->> 'IsPaused')::boolean, false), coalesce((state ->> 'IsClosed')::boolean, false), t.founded_at, t.erasing_at
        from tenant t join grain_state s on s.service_id = 'backsoon' and s.grain_type = 'tenant' and s.grain_key = 'tenant/' || t.id cross join lateral (select convert_from(s.payload, 'UTF8')::json) read (state)
        where s.payload is not null
        """;

    private const string Counts =
        """
        select (select count(*) from vendor where tenant_id = $1 and active), (select count(*) from subject where tenant_id = $1 and active), (select count(*) from rule where tenant_id = $1),
               (select count(*) from dispatch where tenant_id = $1 and closed_at is null), (select count(*) from appointment where tenant_id = $1 and status = 0 and starts_at > $2),
               (select count(*) from outbox where tenant_id = $1 and status in (3, 4)), (select count(*) from calendar_connection where tenant_id = $1), (select count(*) from calendar_connection where tenant_id = $1 and trouble is not null),
               (select count(*) from calendar_write where tenant_id = $1 and parked), (select count(*) from data_request where tenant_id = $1 and answered_at is null), (select max(at) from archive where tenant_id = $1)
        """;

    public async Task<TenantsPage?> Search(string session, string words, TenantId? after)
    {
        if (await audit.Note(session, words.Length == 0 ? OperatorAct.TenantsListed : OperatorAct.TenantsSearched, "") is null)
            return null;
        var (fits, query) = words.Length == 0 ? ("and $1 = ''", "") : ("and tenant_words(s.payload) @@ to_tsquery('simple', $1)", Query(words));
        // Words of which nothing is left fit nobody.
        if (words.Length > 0 && query.Length == 0)
            return new([], null);
        var lines = await ledger.Read($"{Lines} {fits} and ($2 = '' or (t.founded_at, t.id) < (select founded_at, id from tenant where id = $2)) order by t.founded_at desc, t.id desc limit $3", Line, query, after?.Value ?? "", ITenantsGrain.PageSize + 1);
        return lines.Count > ITenantsGrain.PageSize ? new([.. lines[..ITenantsGrain.PageSize]], lines[ITenantsGrain.PageSize - 1].Id) : new([.. lines], null);
    }

    public async Task<TenantLook?> Open(string session, TenantId tenant) =>
        await audit.Note(session, OperatorAct.TenantOpened, tenant, "") is null ? null : new(await Facts(tenant, withContact: false));

    public async Task<TenantLook?> Contact(string session, TenantId tenant, string reason)
    {
        if (reason.Length is 0 or > ITenantsGrain.LongestReason)
            throw new ArgumentException("Whose address is shown has to be told why.", nameof(reason));
        return await audit.Note(session, OperatorAct.ContactShown, tenant, reason) is null ? null : new(await Facts(tenant, withContact: true));
    }

    private async Task<TenantFacts?> Facts(TenantId tenant, bool withContact)
    {
        if (await ledger.Read($"{Lines} and t.id = $1", Line, tenant.Value) is not [var line])
            return null;
        var scope = GrainFactory.For(tenant);
        if (await scope.Tenant().Profile() is not { } profile)
            return null;
        var now = clock.GetUtcNow();
        var counts = (await ledger.Read(
            Counts,
            row => new TenantCounts(
                profile.Members.Length, row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5), row.GetInt64(6), row.GetInt64(7), row.GetInt64(8), row.GetInt64(9),
                row.IsDBNull(10) ? null : row.GetFieldValue<DateTimeOffset>(10)),
            tenant.Value, now))[0];
        return new(
            line, profile.Industry, profile.Settings.ZoneId, profile.AwayAt(now) is not null, await scope.Subscription().Look(), await scope.Leaving().Look(), await scope.Deletion().Current(), counts, await reputation.Of(tenant),
            withContact ? profile.Settings.Owner : null);
    }

    // Letters and digits alone, so that nothing of the query language is left.
    private static string Query(string words) =>
        string.Join(" & ", string.Concat(words.Select(sign => char.IsLetterOrDigit(sign) ? sign : ' ')).Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(8).Select(word => $"{word}:*"));

    private static TenantLine Line(NpgsqlDataReader row) => new(
        new TenantId(row.GetString(0)), row.IsDBNull(1) ? "" : row.GetString(1), row.IsDBNull(2) ? "" : row.GetString(2), row.GetBoolean(4) ? Standing.Closed : row.GetBoolean(3) ? Standing.Paused : Standing.Open,
        row.GetFieldValue<DateTimeOffset>(5), row.IsDBNull(6) ? null : row.GetFieldValue<DateTimeOffset>(6));
}
