using System.Collections.Immutable;
using Backsoon.Accounts;
using Backsoon.Dispatch;
using Backsoon.Mail;
using Backsoon.Tenants;
using Npgsql;
using NpgsqlTypes;

namespace Backsoon;

/// <summary>What the benchmark runs against: tenants made by the product's own grains, a long history by COPY.</summary>
public sealed record Seeded(ImmutableArray<SeededTenant> Tenants, SeededTenant Small, SeededTenant Large, string SessionSmall, string SessionLarge, KeyRing Ring, Bookings Bookings)
{
    private const int SmallHistory = 1_000;
    private const int Callers = 32;

    public static async Task<Seeded> Plant(IGrainFactory grains, NpgsqlDataSource database, TimeProvider clock, SeedSize size)
    {
        var tenants = new SeededTenant[size.Tenants];
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) < tenants.Length;)
                tenants[i] = await Found(grains, clock, i);
        })));

        var (small, large) = (tenants[0], tenants[1]);
        await CopyHistory(database, clock, small, SmallHistory);
        await CopyHistory(database, clock, large, size.Requests);
        await WriteWords(database, small);
        await WriteWords(database, large);
        // The first seconds of what is measured are not to pay for what was seeded.
        await using (var tidying = database.CreateCommand("vacuum analyze"))
        {
            tidying.CommandTimeout = 600;
            await tidying.ExecuteNonQueryAsync();
        }

        var ring = await grains.GetGrain<IKeyRingGrain>(IKeyRingGrain.Key).Read();
        return new Seeded([.. tenants], small, large, await SignIn(grains, clock, small), await SignIn(grains, clock, large), ring, await Bookings.Open(grains, tenants.Skip(2), ring));
    }

    private static async Task<SeededTenant> Found(IGrainFactory grains, TimeProvider clock, int number)
    {
        var now = clock.GetUtcNow();
        var account = AccountId.New(now);
        var tenant = TenantId.New(now);
        var email = EmailAddress.Parse($"owner{number}@example.com");
        var slug = Slug.Parse($"bench-{number}-desk");
        await grains.Slug(slug).Reserve(tenant);
        await grains.For(tenant).Tenant().Found(account, email, new SignUpDetails($"Owner {number}", $"Business {number}", slug, Industry.PropertyManagement, "Europe/Lisbon"));
        await grains.Slug(slug).Confirm(tenant);
        var directory = grains.For(tenant).Directory();
        var vendor = Guid.CreateVersion7(now);
        await directory.PutVendor(new Vendor(vendor, "Rivera Plumbing", EmailAddress.Parse($"vendor{number}@example.com"), null, null, Active: true));
        await directory.PutRule(new Rule(Guid.CreateVersion7(now), null, null, [new RuleStep(vendor, TimeSpan.FromMinutes(30))]));
        var categories = await directory.Categories();
        return new SeededTenant(tenant, slug, account, email, categories.First(category => !category.Urgent).Id, categories.First(category => category.Urgent).Id, vendor);
    }

    private static async Task<string> SignIn(IGrainFactory grains, TimeProvider clock, SeededTenant seeded)
    {
        var token = Secret.New();
        var account = grains.GetGrain<IAccountGrain>($"account/{seeded.Account}");
        await account.Open(seeded.Email, "Owner");
        await account.Join(seeded.Tenant);
        await account.SignIn(Secret.Hash(token), new Visitor("127.0.0.1", "Benchmark", null));
        return token;
    }

    private static async Task CopyHistory(NpgsqlDataSource database, TimeProvider clock, SeededTenant seeded, int rows)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync();
        await using var copy = await connection.BeginBinaryImportAsync(
            "copy dispatch (tenant_id, id, reference, received_at, category_id, category_name, urgent, caller_name, caller_phone, body, fingerprint, status, plan, step, with_id, with_name, shard, closed_at) from stdin (format binary)");
        // A million rows take as long as the disk lets them.
        copy.Timeout = TimeSpan.FromMinutes(10);
        for (var i = 0; i < rows; i++)
        {
            var at = now.AddSeconds(-60.0 * i);
            await copy.StartRowAsync();
            await copy.WriteAsync(seeded.Tenant.Value, NpgsqlDbType.Text);
            await copy.WriteAsync(Guid.CreateVersion7(at), NpgsqlDbType.Uuid);
            await copy.WriteAsync($"{i:X7}"[..3] + "-" + $"{i:X7}"[3..], NpgsqlDbType.Text);
            await copy.WriteAsync(at, NpgsqlDbType.TimestampTz);
            await copy.WriteAsync(seeded.Urgent, NpgsqlDbType.Uuid);
            await copy.WriteAsync("Water leak", NpgsqlDbType.Text);
            await copy.WriteAsync(i % 7 == 0, NpgsqlDbType.Boolean);
            await copy.WriteAsync($"Caller {i}", NpgsqlDbType.Text);
            await copy.WriteAsync("+351 912 000 000", NpgsqlDbType.Text);
            await copy.WriteAsync($"Water comes through the ceiling of the kitchen, report {i}.", NpgsqlDbType.Text);
            await copy.WriteAsync(new byte[32], NpgsqlDbType.Bytea);
            await copy.WriteAsync((short)DispatchStatus.Done, NpgsqlDbType.Smallint);
            await copy.WriteAsync("[]", NpgsqlDbType.Json);
            await copy.WriteAsync(0, NpgsqlDbType.Integer);
            await copy.WriteAsync(seeded.Vendor, NpgsqlDbType.Uuid);
            await copy.WriteAsync("Rivera Plumbing", NpgsqlDbType.Text);
            await copy.WriteAsync((short)(i % IChainsGrain.Shards), NpgsqlDbType.Smallint);
            await copy.WriteAsync(at.AddHours(1), NpgsqlDbType.TimestampTz);
        }

        await copy.CompleteAsync();
    }

    // As the product reads them, only many at once: it would be at it for an hour.
    public static async Task WriteWords(NpgsqlDataSource database, SeededTenant seeded)
    {
        const int AtOnce = 20_000;
        for (DateTimeOffset? before = null; ;)
        {
            var rows = new List<(Guid Id, DateTimeOffset At, string Words)>(AtOnce);
            await using (var read = database.CreateCommand($"select id, received_at, concat_ws(' ', reference, category_name, caller_name, body), caller_phone from dispatch where tenant_id = $1 and ($2::timestamptz is null or received_at < $2) order by received_at desc limit {AtOnce}"))
            {
                read.Parameters.Add(new() { Value = seeded.Tenant.Value });
                read.Parameters.Add(new() { Value = (object?)before ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
                await using var row = await read.ExecuteReaderAsync();
                while (await row.ReadAsync())
                    rows.Add((row.GetGuid(0), row.GetFieldValue<DateTimeOffset>(1), string.Join(' ', SearchWords.Of(seeded.Tenant, row.GetString(2), row.GetString(3)))));
            }

            if (rows.Count == 0)
                return;
            before = rows[^1].At;
            await using var write = database.CreateCommand("insert into dispatch_words (tenant_id, dispatch_id, received_at, version, words) select $1, w.id, w.at, 1, array_to_tsvector(string_to_array(w.words, ' ')) from unnest($2, $3, $4) as w(id, at, words) on conflict do nothing");
            write.CommandTimeout = 600;
            foreach (var value in new object[] { seeded.Tenant.Value, rows.ConvertAll(row => row.Id), rows.ConvertAll(row => row.At), rows.ConvertAll(row => row.Words) })
                write.Parameters.Add(new() { Value = value });
            await write.ExecuteNonQueryAsync();
        }
    }
}

public sealed record SeededTenant(TenantId Tenant, Slug Slug, AccountId Account, EmailAddress Email, Guid Routine, Guid Urgent, Guid Vendor);

/// <param name="Requests">Those of the business with a long history.</param>
public sealed record SeedSize(int Tenants, int Requests)
{
    public static readonly SeedSize Full = new(10_000, 1_000_000);

    /// <summary>For a look in between: seconds of seeding instead of minutes.</summary>
    public static readonly SeedSize Small = new(1_000, 20_000);
}
