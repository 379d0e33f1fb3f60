using Npgsql;

namespace Backsoon;

/// <summary>The physical limits: the plainest program that does the same on the same machine, with nothing of ours in it.</summary>
public static class Limit
{
    /// <summary>Serves an empty endpoint, a form handler that writes two rows in one batch, a keyset page, and a stand-in for Resend.</summary>
    public static async Task Serve(int port, string connectionString)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.ListenLocalhost(port));
        builder.Services.AddRoutingCore();
        await using var database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { MaxPoolSize = 32, MaxAutoPrepare = 20, AutoPrepareMinUsages = 2 });
        await using var app = builder.Build();
        app.UseRouting();
        app.MapGet("/empty", () => "ok");
        app.MapPost("/two-rows", async (HttpContext context) =>
        {
            var form = await context.Request.ReadFormAsync();
            await using var batch = database.CreateBatch();
            var id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
            batch.BatchCommands.Add(new NpgsqlBatchCommand("insert into bench_request (id, subject, category, name, phone, text) values ($1, $2, $3, $4, $5, $6)")
            {
                Parameters = { new() { Value = id }, new() { Value = form["subject"].ToString() }, new() { Value = form["category"].ToString() }, new() { Value = form["name"].ToString() }, new() { Value = form["phone"].ToString() }, new() { Value = form["text"].ToString() } },
            });
            batch.BatchCommands.Add(new NpgsqlBatchCommand("insert into bench_mail (id, recipient) values ($1, $2)") { Parameters = { new() { Value = id }, new() { Value = "vendor@example.com" } } });
            await batch.ExecuteNonQueryAsync();
            return Results.Redirect("/done");
        });
        app.MapSameRows(database);
        app.MapGet("/page/{tenant}", async (string tenant) =>
        {
            await using var command = database.CreateCommand("select reference, caller_name, body, received_at from dispatch where tenant_id = $1 order by received_at desc, id desc limit 50");
            command.Parameters.Add(new() { Value = tenant });
            var page = new System.Text.StringBuilder();
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                page.Append("<tr><td>").Append(reader.GetString(0)).Append("<td>").Append(reader.GetString(1)).Append("<td>").Append(reader.GetString(2)).Append("<td>").Append(reader.GetFieldValue<DateTimeOffset>(3));
            return Results.Text(page.ToString(), "text/html");
        });
        app.MapPost("/emails/batch", async (HttpContext context) =>
        {
            using var sent = await System.Text.Json.JsonDocument.ParseAsync(context.Request.Body);
            return Results.Text($$"""{"data":[{{string.Join(',', sent.RootElement.EnumerateArray().Select((_, i) => $$"""{"id":"{{i}}"}"""))}}]}""", "application/json");
        });
        app.MapPost("/emails", () => Results.Text("""{"id":"1"}""", "application/json"));
        await app.RunAsync();
    }

    public static async Task Prepare(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand("""
            create table if not exists bench_request (id uuid primary key, subject text not null, category text not null, name text not null, phone text not null, text text not null);
            create table if not exists bench_mail (id uuid primary key references bench_request, recipient text not null);
            """);
        await command.ExecuteNonQueryAsync();
    }
}
