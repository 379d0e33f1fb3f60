using Backsoon.Mail;
using Backsoon.Storage;
using Backsoon.Tenants;
using Npgsql;

namespace Backsoon.Dispatch;

/// <summary>The rows of directories. A write answers null when it is committed, else why the database refused it.</summary>
public sealed class DirectoryRows(NpgsqlDataSource database)
{
    private const int AtOnce = 500;

    internal async Task<DirectorySnapshot> Read(TenantId tenant)
    {
        try
        {
            await using var batch = Batch(
                tenant,
                ("select id, name, email, phone, note, active, duty, hours, unavailable_until, link_version from vendor where tenant_id = $1", []),
                ("select id, label, reference, active from subject where tenant_id = $1", []),
                ("select id, name, urgent, active, position from category where tenant_id = $1", []),
                ("select rule_id, position, vendor_id from rule_step_vendor where tenant_id = $1 order by rule_id, position, place", []),
                ("select rule_id, position, wait_seconds, start, counts_duty from rule_step where tenant_id = $1 order by rule_id, position", []),
                ("select id, subject_id, category_id, repeat from rule where tenant_id = $1", []));
            await using var row = await batch.ExecuteReaderAsync();
            var snapshot = new DirectorySnapshot();
            snapshot.Vendors.Load(await All(row, VendorOf));
            snapshot.Subjects.Load(await All(row, r => new Subject(r.GetGuid(0), r.GetString(1), r.GetString(2), r.GetBoolean(3))));
            snapshot.Put(await All(row, r => new Category(r.GetGuid(0), r.GetString(1), r.GetBoolean(2), r.GetBoolean(3), r.GetInt32(4))));
            var vendors = (await All(row, r => (Step: (r.GetGuid(0), r.GetInt32(1)), Vendor: r.GetGuid(2)))).ToLookup(v => v.Step, v => v.Vendor);
            var steps = (await All(row, r => (Rule: r.GetGuid(0), Step: new RuleStep([.. vendors[(r.GetGuid(0), r.GetInt32(1))]], TimeSpan.FromSeconds(r.GetInt32(2)), (StepStart)r.GetInt16(3), r.GetBoolean(4))))).ToLookup(s => s.Rule, s => s.Step);
            foreach (var rule in await All(row, r => new Rule(r.GetGuid(0), Id(r, 1), Id(r, 2), [.. steps[r.GetGuid(0)]], r.GetInt16(3))))
                snapshot.Put(rule);
            return snapshot;
        }
        catch (NpgsqlException failure)
        {
            throw Ledger.Failed(failure);
        }
    }

    public Task<DirectoryChange?> Put(TenantId tenant, Vendor v) => Write(tenant, ("select id from vendor where tenant_id = $1 and lower(name) = lower($2)", [v.Name]), Upsert(v));

    public Task<DirectoryChange?> PutLink(TenantId tenant, Vendor v) => Write(tenant, ("", []), ("update vendor set link_version = $3 where tenant_id = $1 and id = $2", [v.Id, v.Link]));

    public Task<DirectoryChange?> Put(TenantId tenant, Subject s) => Write(tenant, ("select id from subject where tenant_id = $1 and lower(label) = lower($2) and lower(reference) = lower($3)", [s.Label, s.Reference]), Upsert(s));

    public Task<DirectoryChange?> Put(TenantId tenant, Category c) => Write(tenant, ("select id from category where tenant_id = $1 and lower(name) = lower($2)", [c.Name]), Upsert(c));

    public Task<DirectoryChange?> Put(TenantId tenant, Rule r) => Write(tenant, ("select id from rule where tenant_id = $1 and subject_id is not distinct from $2 and category_id is not distinct from $3", [r.Subject, r.Category]), Upsert(r));

    /// <summary>What waits for the owner's return is looked at again.</summary>
    public Task<DirectoryChange?> Release(TenantId tenant, DateTimeOffset now) => Write(
        tenant,
        ("", []),
        ($"update dispatch set next_at = $2, version = version + 1 where tenant_id = $1 and closed_at is null and status = {(int)DispatchStatus.Waiting} and next_kind = {(int)NextStepKind.AskOnReturn} and next_at > $2", [now]));

    public Task<DirectoryChange?> RemoveRule(TenantId tenant, Guid rule) => Write(tenant, ("", []), ("delete from rule where tenant_id = $1 and id = $2", [rule]));

    /// <summary>Writes a whole import, or nothing of it. False when the database refused a row: somebody changed the list in the same moment.</summary>
    /// <param name="written">Told now and then how many rows are written.</param>
    internal async Task<bool> Write(TenantId tenant, ImportPlan plan, Guid import, Action<int> written)
    {
        object[] items = [.. plan.Changed, .. plan.Added];
        try
        {
            await using var connection = await database.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            if (plan.Renamed.Length > 0)
                await Run(connection, tenant, [SetAside(plan)]);
            for (var done = 0; done < items.Length; done += AtOnce)
            {
                await Run(connection, tenant, items.Skip(done).Take(AtOnce).SelectMany(Upsert));
                written(Math.Min(done + AtOnce, items.Length));
            }

            await Run(
                connection, tenant,
                [
                    ("update import set state = $3 where tenant_id = $1 and id = $2", [import, (short)ImportState.Written]),
                    ("delete from import_piece where tenant_id = $1 and import_id = $2", [import]),
                ]);
            await transaction.CommitAsync();
            return true;
        }
        catch (PostgresException refused) when (refused.SqlState is PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.ForeignKeyViolation)
        {
            return false;
        }
        catch (NpgsqlException failure)
        {
            throw Ledger.Failed(failure);
        }
    }

    // Names may be passed on among the rows of one file: for a moment each is called by its id.
    private static (string Sql, object?[] Values) SetAside(ImportPlan plan) => (plan.Kind switch
    {
        ListKind.Vendors => "update vendor set name = id::text where tenant_id = $1 and id = any ($2)",
        ListKind.Subjects => "update subject set label = id::text where tenant_id = $1 and id = any ($2)",
        ListKind.Categories => "update category set name = id::text where tenant_id = $1 and id = any ($2)",
        ListKind.Rules => "delete from rule where tenant_id = $1 and id = any ($2)",
        _ => throw new ArgumentOutOfRangeException(nameof(plan), plan.Kind, null),
    }, [plan.Renamed.ToArray()]);

    private static (string Sql, object?[] Values)[] Upsert(object item) => item switch
    {
        Vendor vendor => Upsert(vendor),
        Subject subject => Upsert(subject),
        Category category => Upsert(category),
        RuleView rule => Upsert(rule.Rule),
        _ => throw new ArgumentOutOfRangeException(nameof(item), item, null),
    };

    private static (string Sql, object?[] Values)[] Upsert(Vendor v) =>
    [
        ("insert into vendor (tenant_id, id, name, email, phone, note, active, duty, hours, unavailable_until) values ($1, $2, $3, $4, $5, $6, $7, $8, $9::json, $10) "
            + "on conflict (tenant_id, id) do update set name = $3, email = $4, phone = $5, note = $6, active = $7, duty = $8, hours = $9::json, unavailable_until = $10",
            [v.Id, v.Name, v.Email.Value, v.Phone, v.Note, v.Active, (short)v.Duty, HoursJson.Write(v.Hours), v.UnavailableUntil?.ToUniversalTime()]),
    ];

    private static (string Sql, object?[] Values)[] Upsert(Subject s) =>
    [
        ("insert into subject (tenant_id, id, label, reference, active) values ($1, $2, $3, $4, $5) on conflict (tenant_id, id) do update set label = $3, reference = $4, active = $5", [s.Id, s.Label, s.Reference, s.Active]),
    ];

    private static (string Sql, object?[] Values)[] Upsert(Category c) =>
    [
        ("insert into category (tenant_id, id, name, urgent, active, position) values ($1, $2, $3, $4, $5, $6) on conflict (tenant_id, id) do update set name = $3, urgent = $4, active = $5, position = $6",
            [c.Id, c.Name, c.Urgent, c.Active, c.Position]),
    ];

    private static (string Sql, object?[] Values)[] Upsert(Rule r) =>
    [
        ("insert into rule (tenant_id, id, subject_id, category_id, repeat) values ($1, $2, $3, $4, $5) on conflict (tenant_id, id) do update set subject_id = $3, category_id = $4, repeat = $5", [r.Id, r.Subject, r.Category, (short)r.Repeat]),
        ("delete from rule_step where tenant_id = $1 and rule_id = $2", [r.Id]),
        ("insert into rule_step (tenant_id, rule_id, position, wait_seconds, start, counts_duty) select $1, $2, s.position, s.wait, s.start, s.counts from unnest($3, $4, $5) with ordinality as s(wait, start, counts, position)",
            [r.Id, r.Steps.Select(s => (int)s.Wait.TotalSeconds).ToArray(), r.Steps.Select(s => (short)s.Start).ToArray(), r.Steps.Select(s => s.CountsDuty).ToArray()]),
        ("insert into rule_step_vendor (tenant_id, rule_id, position, place, vendor_id) select $1, $2, v.position, v.place, v.vendor from unnest($3, $4, $5) as v(position, place, vendor)",
            [r.Id, r.Steps.SelectMany((s, i) => s.Vendors.Select(_ => i + 1)).ToArray(), r.Steps.SelectMany(s => s.Vendors.Select((_, place) => place + 1)).ToArray(), r.Steps.SelectMany(s => s.Vendors).ToArray()]),
    ];

    // A batch is one round trip and one transaction.
    private async Task<DirectoryChange?> Write(TenantId tenant, (string Sql, object?[] Values) existing, params (string Sql, object?[] Values)[] statements)
    {
        try
        {
            await using var batch = Batch(tenant, statements);
            await batch.ExecuteNonQueryAsync();
            return null;
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            return new DirectoryChange.Missing(refused.ConstraintName switch
            {
                "rule_step_vendor_tenant_id_vendor_id_fkey" => "vendor",
                "rule_tenant_id_subject_id_fkey" => "subject",
                "rule_tenant_id_category_id_fkey" => "category",
                _ => "tenant",
            });
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return new DirectoryChange.Duplicate(await Existing(tenant, existing));
        }
        catch (NpgsqlException failure)
        {
            throw Ledger.Failed(failure);
        }
    }

    private async Task<Guid> Existing(TenantId tenant, (string Sql, object?[] Values) existing)
    {
        try
        {
            await using var batch = Batch(tenant, existing);
            return await batch.ExecuteScalarAsync() is Guid id ? id : throw new OrleansException("The row that was in the way is gone again.");
        }
        catch (NpgsqlException failure)
        {
            throw Ledger.Failed(failure);
        }
    }

    private static async Task Run(NpgsqlConnection connection, TenantId tenant, IEnumerable<(string Sql, object?[] Values)> statements)
    {
        await using var batch = Filled(connection.CreateBatch(), tenant, statements);
        await batch.ExecuteNonQueryAsync();
    }

    private NpgsqlBatch Batch(TenantId tenant, params (string Sql, object?[] Values)[] statements) => Filled(database.CreateBatch(), tenant, statements);

    private static NpgsqlBatch Filled(NpgsqlBatch batch, TenantId tenant, IEnumerable<(string Sql, object?[] Values)> statements)
    {
        foreach (var (sql, values) in statements)
        {
            var command = new NpgsqlBatchCommand(sql) { Parameters = { new() { Value = tenant.Value } } };
            foreach (var value in values)
                command.Parameters.Add(new() { Value = value ?? DBNull.Value });
            batch.BatchCommands.Add(command);
        }

        return batch;
    }

    private static async Task<List<T>> All<T>(NpgsqlDataReader row, Func<NpgsqlDataReader, T> read)
    {
        var all = new List<T>();
        while (await row.ReadAsync())
            all.Add(read(row));
        await row.NextResultAsync();
        return all;
    }

    private static Vendor VendorOf(NpgsqlDataReader r) => new(
        r.GetGuid(0), r.GetString(1), EmailAddress.Parse(r.GetString(2)), Text(r, 3), Text(r, 4), r.GetBoolean(5), (VendorDuty)r.GetInt16(6), HoursJson.Read(Text(r, 7)), r.IsDBNull(8) ? null : r.GetFieldValue<DateTimeOffset>(8), r.GetInt32(9));

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static Guid? Id(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetGuid(column);
}
