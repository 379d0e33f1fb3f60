using System.Text.RegularExpressions;
using Backsoon.Storage;
using Backsoon.Tenants;
using Npgsql;

namespace Backsoon.Promises;

/// <summary>What may be in the database after a year, and what must not: nothing grows but with what lives.</summary>
internal sealed partial class TownAudit
{
    // Of every table that is nobody's in particular, what must not be there at this instant ($1). A new one fails until it has been thought about.
    private static readonly Dictionary<string, string> s_stale = new()
    {
        ["attempt"] = "at < $1 - interval '30 days'",
        ["slug_hold"] = "until < $1 - interval '1 day'",
        ["webhook"] = "received_at < $1 - interval '30 days'",
        ["billing_event"] = "received_at < $1 - interval '30 days' or processed_at is null",
        ["billing_record"] = "paid_at < $1 - interval '7 years'",
        ["deletion"] = "done_at < $1 - interval '401 days' or deadline < $1 and done_at is null",
        ["letter"] = "received_at < $1 - interval '400 days'",
        ["audit"] = "at < $1 - interval '365 days'",
        ["operator_link"] = "expires_at < $1 - interval '1 day'",
        ["operator_session"] = "expires_at < $1 - interval '1 day'",
        ["mail_day"] = "day < $1 - interval '30 days'",
        ["suppression"] = "at < $1 - interval '366 days'",
        ["outbox"] = "status in (0, 1) or tenant_id is null and created_at < $1 - interval '31 days' or body is not null or rendered is not null",
        ["mail_attempt"] = "not exists (select from outbox where id = mail_id)",
        ["archive"] = "at < $1 - interval '8 days'",
        ["photo"] = "not attached",
        ["import"] = "at < $1 - interval '2 days'",
        ["dispatch_unread"] = "true",
        ["dispatch"] = "next_at < $1 - interval '1 day' or source is not null and received_at < $1 - interval '30 days'",
        ["appointment"] = "remind_at < $1 - interval '1 day'",
        ["calendar_write"] = "true",
        ["tenant"] = "erasing_at is not null",
        ["breach"] = "true",
        // By design: a row a check, which is a promise of its own.
        ["promise_log"] = "false",
        // Looked at row by row.
        ["grain_state"] = "false",
        ["reminder"] = "due_at < $1 - interval '1 day'",
        ["migration"] = "false",
        ["orleansquery"] = "false",
        ["cluster_version"] = "true",
        ["cluster_member"] = "true",
    };

    private readonly Backend _backend;
    private readonly HashSet<string> _machinery;

    private TownAudit(Backend backend, HashSet<string> machinery) => (_backend, _machinery) = (backend, machinery);

    /// <param name="backend">With nobody in it yet: what there is now is the installation's own.</param>
    public static async Task<TownAudit> Of(Backend backend) => new(backend, [.. await Keys(backend.Database)]);

    public async Task Look(IReadOnlyList<Business> living, IReadOnlyList<Business> gone)
    {
        var now = _backend.Clock.GetUtcNow();
        var tables = (await Dump.Columns(_backend.Database)).GroupBy(column => column.Table).ToList();
        Assert.Empty(tables.Where(table => !s_stale.ContainsKey(table.Key) && table.All(column => column.Name != "tenant_id")).Select(table => table.Key));
        foreach (var table in tables)
        {
            var stale = s_stale.GetValueOrDefault(table.Key, "false");
            var left = await _backend.Database.Scalar<long>($"select count(*) from \"{table.Key}\" where ({stale}) and $1::timestamptz is not null", now);
            if (left > 0)
                Assert.Fail($"{left} rows of {table.Key} are there with {stale}, such as {await _backend.Database.Scalar<string>($"select to_json(row)::text from \"{table.Key}\" row where ({stale}) and $1::timestamptz is not null limit 1", now)}");
        }

        // A hundred days back at the most: nobody who is gone is spelled anywhere, which whoever went before was looked at for.
        string[] names = [.. gone.TakeLast(40).SelectMany(business => new[] { business.Scope.Id.Value, business.Account.Value, business.Email.Value })];
        Assert.Empty(await Dump.Find(_backend.Database, names));
        await LookAtKeys(living);
    }

    // States and reminders are of the installation, of businesses and accounts that are there, of their names and addresses, or of sessions of the last thirty days.
    private async Task LookAtKeys(IReadOnlyList<Business> living)
    {
        var (slugs, owners) = (new HashSet<string>(), living.Select(business => business.Account.Value).ToHashSet());
        var tenants = living.Select(business => business.Scope.Id.Value).ToHashSet();
        foreach (var business in living)
            slugs.Add((await business.Scope.Tenant().Profile())!.Slug.Value);
        var sessions = await _backend.Database.Scalar<long>("select count(*) from grain_state where grain_type = 'session'");
        var listed = await _backend.Database.Scalar<long>("select coalesce(sum(json_array_length(convert_from(payload, 'UTF8')::json -> 'Sessions')), 0)::bigint from grain_state where grain_type = 'account'");
        var over = await _backend.Database.Scalar<long>(
            "select count(*) from grain_state, json_array_elements(convert_from(payload, 'UTF8')::json -> 'Sessions') s where grain_type = 'account' and (s ->> 'ExpiresAt')::timestamptz < $1", _backend.Clock.GetUtcNow() - TimeSpan.FromDays(1));
        Assert.Equal(0, over);
        // One that was signed out with its business is a spent key until its end.
        Assert.InRange(listed, 0, sessions);
        Assert.InRange(sessions, listed, listed + 60);

        var addresses = 0;
        foreach (var key in (await Keys(_backend.Database)).Where(key => !_machinery.Contains(key)))
        {
            var isKnown = key.Split(' ')[^1].Split('/') switch
            {
                _ when Tenant().Match(key) is { Success: true, Value: var tenant } => tenants.Contains(tenant),
                [.., "account", var account] => owners.Contains(account),
                [.., "slug", var slug] => slugs.Contains(slug),
                [.., "address", _] => ++addresses <= 2 * living.Count,
                [.., "session", _] => true,
                // Of the installation, and written for the first time when a month is over.
                [.., "seal", _] => true,
                _ => false,
            };
            Assert.True(isKnown, $"Nobody knows {key}");
        }
    }

    private static Task<List<string>> Keys(NpgsqlDataSource database) => new Ledger(database).Read(
        "select 'state ' || grain_type || '/' || grain_key from grain_state union all select 'reminder ' || reminder_name || ' ' || grain_id from reminder", row => row.GetString(0));

    [GeneratedRegex("tenant_[0-9a-f]+")]
    private static partial Regex Tenant();
}
