using Npgsql;

namespace Backsoon;

/// <summary>The plainest handler that leaves behind what the product does for an ordinary request: the request, two events, the vendor's mail and a mark for the search. Nothing is checked, signed, encrypted or told to anybody.</summary>
public static class SameRows
{
    // What the vendor's mail takes once it is wrapped.
    private static readonly byte[] s_mail = new byte[1_100];
    private static readonly byte[] s_hash = new byte[32];

    public static void MapSameRows(this IEndpointRouteBuilder endpoints, NpgsqlDataSource database) => endpoints.MapPost("/same-rows", async (HttpContext context) =>
    {
        var form = await context.Request.ReadFormAsync();
        var now = TimeProvider.System.GetUtcNow();
        var (tenant, id, vendor) = (form["tenant"].ToString(), Guid.CreateVersion7(now), Guid.Parse(form["vendor"].ToString()));
        await using var batch = database.CreateBatch();
        // Due after the benchmark, so that no chain moves it on.
        Add(
            """
            insert into dispatch (tenant_id, id, reference, received_at, category_id, category_name, urgent, caller_name, caller_phone, body, fingerprint, source, plan, status, step, with_id, with_name, next_at, next_kind, answer_by, shard)
            values ($1, $2, '4KQ-27X', $3, $4, 'Plumbing', false, $5, $6, $7, $8, $9, $10::json, 1, 0, $11, 'Rivera Plumbing', $3 + interval '1 day', 1, $3 + interval '30 minutes', $12)
            """,
            tenant, id, now, Guid.Parse(form["category"].ToString()), form["name"].ToString(), form["phone"].ToString(), form["text"].ToString(), s_hash, s_hash,
            $$"""[{"Vendors":[{"Id":"{{vendor}}","Name":"Rivera Plumbing","Email":"vendor@example.com"}],"Wait":"00:30:00"}]""", vendor, (short)(id.GetHashCode() & 15));
        Add("insert into dispatch_event (tenant_id, dispatch_id, seq, at, kind, who, vendor_id) values ($1, $2, 0, $3, 0, 'Ana Duarte', null), ($1, $2, 1, $3, 1, 'Rivera Plumbing', $4)", tenant, id, now, vendor);
        // As if sent already, so that the pump leaves it alone.
        Add("insert into outbox (id, tenant_id, dispatch_id, vendor_id, kind, recipient, priority, created_at, due_at, status, body) values ($1, $2, $1, $3, 'vendor-request', 'Rivera Plumbing', 2, $4, $4, 2, $5)", id, tenant, vendor, now, s_mail);
        Add("insert into dispatch_unread (tenant_id, dispatch_id) values ($1, $2)", tenant, id);
        await batch.ExecuteNonQueryAsync();
        return Results.Redirect("/done");

        void Add(string sql, params IEnumerable<object> values)
        {
            var command = new NpgsqlBatchCommand(sql);
            foreach (var value in values)
                command.Parameters.Add(new() { Value = value });
            batch.BatchCommands.Add(command);
        }
    });
}
