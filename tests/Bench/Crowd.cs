using System.Collections.Immutable;
using Backsoon.Accounts;
using Backsoon.Dispatch;
using Backsoon.Mail;
using Backsoon.Tenants;
using Npgsql;
using NpgsqlTypes;

namespace Backsoon;

/// <summary>Many businesses that are all like one: that one is made and used by the product's own grains, the others are copies of its rows.</summary>
/// <param name="Sessions">Of each owner, what the browser has.</param>
/// <param name="Closed">Requests that every one of them has behind it.</param>
/// <param name="Waiting">A request of each that waits for its vendor.</param>
public sealed record Crowd(ImmutableArray<SeededTenant> Tenants, ImmutableArray<string> Sessions, ImmutableArray<Guid> Closed, Guid Waiting, KeyRing Ring, Bookings Bookings)
{
    private const int Vendors = 5;
    private const int Subjects = 12;
    private const int History = 6;
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    public static async Task<Crowd> Plant(IGrainFactory grains, NpgsqlDataSource database, int count, TimeProvider clock)
    {
        var (first, session) = await Found(grains, clock);
        var closed = ImmutableArray.CreateBuilder<Guid>();
        for (var i = 0; i < History; i++)
            closed.Add(await Ask(grains, clock, first, isDone: true));
        var waiting = await Ask(grains, clock, first, isDone: false);
        await Settle(database, first, clock);

        var (tenants, sessions) = (new SeededTenant[count], new string[count]);
        (tenants[0], sessions[0]) = (first, session);
        for (var i = 1; i < count; i++)
        {
            var now = clock.GetUtcNow();
            tenants[i] = first with { Tenant = TenantId.New(now), Slug = Slug.Parse($"load-{i}-desk"), Account = AccountId.New(now), Email = EmailAddress.Parse($"owner{i}@load.example") };
            sessions[i] = Secret.New();
        }

        await Copy(database, tenants, sessions);
        var read = await grains.GetGrain<IKeyRingGrain>(IKeyRingGrain.Key).Read();
        // It is never asked for again, however long the load lasts.
        var ring = read with { Tokens = read.Tokens with { SignsUntil = DateTimeOffset.MaxValue } };
        return new Crowd([.. tenants], [.. sessions], closed.ToImmutable(), waiting, ring, await Bookings.Open(grains, tenants.Skip(1), ring));
    }

    private static async Task<(SeededTenant First, string Session)> Found(IGrainFactory grains, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        var (account, tenant, email, slug) = (AccountId.New(now), TenantId.New(now), EmailAddress.Parse("owner0@load.example"), Slug.Parse("load-0-desk"));
        await grains.Slug(slug).Reserve(tenant);
        await grains.GetGrain<IAccountGrain>($"account/{account}").Open(email, "Ana Reis");
        await grains.For(tenant).Tenant().Found(account, email, new SignUpDetails("Ana Reis", "Harbour Lettings", slug, Industry.PropertyManagement, "Europe/Lisbon"));
        await grains.Slug(slug).Confirm(tenant);
        var directory = grains.For(tenant).Directory();
        var vendors = Enumerable.Range(0, Vendors).Select(i => new Vendor(Guid.CreateVersion7(now), $"Rivera Plumbing {i}", EmailAddress.Parse($"jobs{i}@vendors.example"), "+351 200 000 000", null, Active: true)).ToArray();
        foreach (var vendor in vendors)
            await directory.PutVendor(vendor);
        for (var i = 0; i < Subjects; i++)
            await directory.PutSubject(new Subject(Guid.CreateVersion7(now), $"Harbour Street {i}", $"HS-{i}", Active: true));
        var categories = await directory.Categories();
        // Long waits: what happens is to be what is sent, not what the clock brings.
        await directory.PutRule(new Rule(Guid.CreateVersion7(now), null, null, [new RuleStep(vendors[0].Id, Rule.MaxWait), new RuleStep(vendors[1].Id, Rule.MaxWait)]));
        await directory.PutRule(new Rule(Guid.CreateVersion7(now), null, categories[1].Id, [new RuleStep(vendors[2].Id, Rule.MaxWait)]));

        var session = Secret.New();
        var owner = grains.GetGrain<IAccountGrain>($"account/{account}");
        await owner.Join(tenant);
        await owner.SignIn(Secret.Hash(session), new Visitor("127.0.0.1", "Firefox on Linux", null));
        return (new SeededTenant(tenant, slug, account, email, categories.First(category => !category.Urgent).Id, categories.First(category => category.Urgent).Id, vendors[0].Id), session);
    }

    private static async Task<Guid> Ask(IGrainFactory grains, TimeProvider clock, SeededTenant tenant, bool isDone)
    {
        var id = Guid.CreateVersion7(clock.GetUtcNow());
        var request = grains.For(tenant.Tenant).Dispatch(id);
        var outcome = await request.Submit(new Submission(null, tenant.Urgent, "Ana Duarte", "+351 912 000 000", EmailAddress.Parse("ana@callers.example"), Traffic.Text, new byte[32]));
        if (outcome is not SubmitOutcome.Accepted)
            throw new InvalidOperationException($"A request was not taken: {outcome}.");
        if (isDone)
        {
            await request.Answer(tenant.Vendor, VendorAnswer.Accept, "");
            await request.Answer(tenant.Vendor, VendorAnswer.OnMyWay, "");
            await request.Answer(tenant.Vendor, VendorAnswer.Done, "Replaced a seal.");
        }

        return id;
    }

    // Until its mails are out and its words are found: what is copied is to be at rest.
    private static async Task Settle(NpgsqlDataSource database, SeededTenant first, TimeProvider clock)
    {
        await Seeded.WriteWords(database, first);
        for (var began = clock.GetTimestamp(); await Number(database, "select count(*) from outbox where status in (0, 1)") > 0; await Task.Delay(TimeSpan.FromMilliseconds(200), clock))
        {
            if (clock.GetElapsedTime(began) > s_patience)
                throw new TimeoutException("The mails of the first business are not sent.");
        }

        await Execute(database, "delete from dispatch_unread; delete from development_mail");
        await Execute(database, "update dispatch set received_at = received_at - interval '3 days', closed_at = closed_at - interval '3 days' where closed_at is not null");
        await Execute(database, "update dispatch_words w set received_at = d.received_at from dispatch d where (d.tenant_id, d.id) = (w.tenant_id, w.dispatch_id)");
    }

    private static async Task Copy(NpgsqlDataSource database, IReadOnlyList<SeededTenant> tenants, IReadOnlyList<string> sessions)
    {
        await using var connection = await database.OpenConnectionAsync();
        await Execute(connection, "create temporary table crowd (n int primary key, tenant text, slug text, account text, email text, session text)");
        await using (var copy = await connection.BeginBinaryImportAsync("copy crowd from stdin (format binary)"))
        {
            for (var i = 0; i < tenants.Count; i++)
            {
                await copy.StartRowAsync();
                await copy.WriteAsync(i, NpgsqlDbType.Integer);
                foreach (var text in new[] { tenants[i].Tenant.Value, tenants[i].Slug.ToString(), tenants[i].Account.ToString(), tenants[i].Email.ToString(), Secret.Hash(sessions[i]) })
                    await copy.WriteAsync(text, NpgsqlDbType.Text);
            }

            await copy.CompleteAsync();
        }

        await Execute(connection, "analyze crowd");
        foreach (var (table, columns) in await Tables(connection))
        {
            var (names, values) = (string.Join(", ", columns.Select(column => column.Name)), string.Join(", ", columns.Select(column => column.Value)));
            await Execute(connection, $"insert into {table} ({names}) select {values} from {table} r cross join crowd c where r.{(table == "tenant" ? "id" : "tenant_id")} = '{tenants[0].Tenant}' and c.n > 0");
        }

        await Execute(connection, "insert into mail_attempt (mail_id, at, outcome, detail) select md5(c.n || a.mail_id::text)::uuid, a.at, a.outcome, a.detail from mail_attempt a cross join crowd c where c.n > 0");
        await Execute(connection, $"""
            insert into grain_state (service_id, grain_type, grain_key, payload, version)
            select g.service_id, g.grain_type, {Renamed("g.grain_key")}, convert_to({Renamed("convert_from(g.payload, 'UTF8')")}, 'UTF8'), g.version
            from grain_state g cross join crowd c cross join (select * from crowd where n = 0) o
            where c.n > 0 and g.payload is not null and {IsAbout("g.grain_key")};
            insert into reminder (service_id, grain_id, reminder_name, start_time, period_ms, due_at)
            select r.service_id, {Renamed("r.grain_id")}, r.reminder_name, r.start_time, r.period_ms, r.due_at
            from reminder r cross join crowd c cross join (select * from crowd where n = 0) o
            where c.n > 0 and {IsAbout("r.grain_id")}
            """);
        await Execute(connection, "vacuum analyze");
    }

    private static readonly string[] s_names = ["tenant", "account", "slug", "session", "email"];

    private static string Renamed(string text) => s_names.Aggregate(text, (inner, name) => $"replace({inner}, o.{name}, c.{name})");

    private static string IsAbout(string key) => $"({string.Join(" or ", s_names.Select(name => $"strpos({key}, o.{name}) > 0"))})";

    // Every table that knows of tenants, each after those it refers to, and what its columns are in a copy.
    private static async Task<List<(string Table, List<(string Name, string Value)> Columns)>> Tables(NpgsqlConnection connection)
    {
        var columns = await Read(connection, """
            select c.relname::text, a.attname::text, exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary and i.indnatts = 1 and i.indkey[0] = a.attnum and a.atttypid = 'uuid'::regtype)
            from pg_class c join pg_attribute a on a.attrelid = c.oid
            where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.attidentity = ''
              and (c.relname = 'tenant' or exists (select from pg_attribute t where t.attrelid = c.oid and t.attname = 'tenant_id'))
            order by c.relname, a.attnum
            """, row => (Table: row.GetString(0), Name: row.GetString(1), IsAlone: row.GetBoolean(2)));
        var needs = (await Read(connection, "select conrelid::regclass::text, confrelid::regclass::text from pg_constraint where contype = 'f' and conrelid <> confrelid", row => (From: row.GetString(0), To: row.GetString(1)))).ToLookup(need => need.From, need => need.To);
        var (sorted, left) = (new List<string>(), columns.Select(column => column.Table).Distinct().ToList());
        while (left.Count > 0)
        {
            var free = left.FindAll(table => !needs[table].Any(left.Contains));
            if (free.Count == 0)
                throw new InvalidOperationException($"These tables refer to each other: {string.Join(", ", left)}.");
            sorted.AddRange(free);
            left.RemoveAll(free.Contains);
        }

        return sorted.ConvertAll(table => (table, columns.FindAll(column => column.Table == table).ConvertAll(column => (column.Name, column switch
        {
            { Table: "tenant", Name: "id" } or { Name: "tenant_id" } => "c.tenant",
            { Name: "account_id" } => "c.account",
            { IsAlone: true } => $"md5(c.n || r.{column.Name}::text)::uuid",
            // In the index, words begin with a mark of their tenant.
            { Table: "dispatch_words", Name: "words" } => "array_to_tsvector(array(select right(c.tenant, 8) || substr(word, 9) from unnest(tsvector_to_array(r.words)) word))",
            _ => $"r.{column.Name}",
        }))));
    }

    public static async Task<double> Number(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        return Convert.ToDouble(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }

    public static async Task<List<T>> Read<T>(NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var row = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await row.ReadAsync())
            rows.Add(read(row));
        return rows;
    }

    private static async Task Execute(NpgsqlDataSource database, string sql)
    {
        await using var connection = await database.OpenConnectionAsync();
        await Execute(connection, sql);
    }

    private static async Task Execute(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 1200 };
        await command.ExecuteNonQueryAsync();
    }
}
