using System.Text.Json;

namespace Backsoon.Promises;

/// <summary>What is measured every hour must cost the same for however many.</summary>
[Collection(Backend.Name)]
public sealed class MeasurementsTests(Backend backend)
{
    private const int Many = 20_000;

    // Far more than any needs, and far less than there are.
    private const int Most = 300;

    private static readonly DateTimeOffset s_now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly string[] s_rows =
    [
        """
        insert into grain_state (service_id, grain_type, grain_key, payload, version)
        select 'backsoon', case when n % 100 = 0 then 'slug' else 'account' end, 'account/account_' || n, convert_to(json_build_object('Sessions', json_build_array(
            json_build_object('Ip', case when n % 3 > 0 then '203.0.113.7' end, 'StartedAt', $1 - n * interval '1 minute', 'ExpiresAt', $1 - n * interval '1 minute' + interval '30 days'),
            json_build_object('Ip', null, 'StartedAt', $1 - n * interval '1 minute', 'ExpiresAt', $1 - n * interval '1 minute' + interval '20 days')))::text, 'UTF8'), 1
        from generate_series(1, $2) n
        """,
        """
        insert into outbox (id, account_id, kind, recipient, priority, created_at, due_at, status, useless_after)
        select gen_random_uuid(), 'account_' || n, case when n % 3 = 0 then 'new-device' else 'sign-in' end, 'You', 0, $1 - n * interval '1 minute', $1, 2, case when n % 3 > 0 then $1 - n * interval '1 minute' + interval '15 minutes' end
        from generate_series(1, $2) n
        """,
        "insert into slug_hold (slug, until) select convert_to('s' || n, 'UTF8'), $1 + n * interval '1 minute' from generate_series(1, $2) n",
        "insert into tenant (id, founded_at) select 'tenant_' || n, $1 from generate_series(1, $2) n",
        """
        insert into deletion (id, salt, subject, asked_at, undo_until, deadline, done_at)
        select gen_random_uuid(), '', '', $1 - n * interval '25 minutes', $1, $1, $1 - n * interval '25 minutes' + interval '2 days' + n * 7919 % 1000 * interval '1 second' from generate_series(1, $2) n
        """,
        "insert into attempt (kind, source, at) select 'sign-in-ip', '', $1 - n * interval '1 minute' from generate_series(1, $2) n",
        "insert into webhook (provider, event_id, received_at) select 'resend', 'e' || n, $1 - n * interval '1 minute' from generate_series(1, $2) n",
        "insert into billing_event (event_id, type, received_at, due_at, processed_at) select 'e' || n, 'invoice.paid', $1 - n * interval '1 minute', $1, $1 from generate_series(1, $2) n",
        "insert into billing_record (invoice_id, payer, amount, currency, paid_at) select 'in_' || n, '', 900, 'eur', $1 - n * interval '1 hour' from generate_series(1, $2) n",
    ];

    [Fact]
    public async Task None_reads_more_rows_than_it_takes_to_find_the_one()
    {
        await using var database = await backend.NewDatabase();
        foreach (var insert in s_rows)
            await database.Execute(insert, s_now, Many);
        await database.Execute("analyze");

        var read = new Dictionary<string, long>();
        foreach (var measurement in Measurements.All)
            read[measurement.Key] = Rows(JsonDocument.Parse(await database.Scalar<string>($"explain (analyze, timing off, format json) {measurement.Sql}", s_now)).RootElement[0].GetProperty("Plan"));

        Assert.Empty(read.Where(one => one.Value > Most).Select(one => $"{one.Key} reads {one.Value} rows"));
        Assert.Equal(Many * 3600.0, await database.Scalar<double>(Sql("billing-records"), s_now));
        Assert.Equal((Many - 1) * 60.0, await database.Scalar<double>("select extract(epoch from $1 - min(source_since))::float8 from grain_state", s_now));
        Assert.Equal(TimeSpan.FromDays(30).TotalSeconds, await database.Scalar<double>(Sql("session"), s_now));
        Assert.Equal(TimeSpan.FromMinutes(15).TotalSeconds, await database.Scalar<double>(Sql("magic-link"), s_now));
        Assert.Equal(TimeSpan.FromMinutes(Many).TotalSeconds, await database.Scalar<double>(Sql("slug-hold"), s_now));
    }

    private static string Sql(string key) => Measurements.All.Single(measurement => measurement.Key == key).Sql!;

    // Of every node of the plan: what it passed on, and what it looked at for nothing.
    private static long Rows(JsonElement plan)
    {
        var times = plan.GetProperty("Actual Loops").GetInt64();
        var rows = times * (long)plan.GetProperty("Actual Rows").GetDouble();
        foreach (var removed in plan.EnumerateObject().Where(property => property.Name.StartsWith("Rows Removed", StringComparison.Ordinal)))
            rows += times * (long)removed.Value.GetDouble();
        return rows + (plan.TryGetProperty("Plans", out var inner) ? inner.EnumerateArray().Sum(Rows) : 0);
    }
}
