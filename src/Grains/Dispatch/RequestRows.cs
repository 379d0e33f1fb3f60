using System.Collections.Immutable;
using Backsoon.Mail;
using Backsoon.Storage;
using Backsoon.Tenants;
using Npgsql;
using NpgsqlTypes;

namespace Backsoon.Dispatch;

/// <summary>The rows of a request: read whole, and moved on in one statement that is one transaction.</summary>
public sealed class RequestRows(NpgsqlDataSource database, Outbox outbox, TimeProvider clock)
{
    private const string SelectRequest =
        """
        select reference, received_at, subject_id, subject_label, subject_reference, category_id, category_name, urgent, caller_name, caller_phone, caller_email, body, fingerprint, plan, status, step, with_id, with_name,
            next_at, next_kind, closed_at, version, round, answer_by, held_since, is_test
        from dispatch where tenant_id = $1 and id = $2
        """;

    private const string SelectEvents = "select at, kind, who, vendor_id, text, message_id from dispatch_event where tenant_id = $1 and dispatch_id = $2 order by seq";

    private const string SelectPhotos = "select id, position, media_type, width, height, bytes, chunks, attached from photo where tenant_id = $1 and dispatch_id = $2 order by position";

    private const string Move =
        $"""
        with moved as (
            update dispatch set status = @status, step = @step, plan = @plan, with_id = @with_id, with_name = @with_name, next_at = @next_at, next_kind = @next_kind, closed_at = @closed_at,
                round = @round, answer_by = @answer_by, held_since = @held_since, version = version + 1
            where tenant_id = @tenant and id = @id and version = @version
            returning id
        ), event as (
            insert into dispatch_event (tenant_id, dispatch_id, seq, at, kind, who, vendor_id, text, message_id)
            select @tenant, @id, e.* from unnest(@seq, @at, @kind, @who, @vendor, @text, @message) as e where exists (select from moved)
        ), shown as (
            update photo set attached = true where tenant_id = @tenant and dispatch_id = @id and id = any (@photos) and exists (select from moved)
        ), mail as (
            insert into outbox ({Outbox.Columns}) select m.* from {Outbox.Unnest} as m where exists (select from moved)
        ), unread as (
            insert into dispatch_unread (tenant_id, dispatch_id) select @tenant, id from moved
        ), withdrawn as (
            update outbox set status = 5, body = null, rendered = null
            where tenant_id = @tenant and dispatch_id = @id and status = 0 and batch is null and kind in ('vendor-request', 'vendor-reminder') and vendor_id <> all(@asked) and exists (select from moved)
            returning id
        ), noted as (
            insert into mail_attempt (mail_id, at, outcome) select id, @now, 'withdrawn' from withdrawn
        )
        select count(*) from moved
        """;

    /// <summary>Null when there is no such request.</summary>
    public async Task<Request?> Read(TenantId tenant, Guid id)
    {
        try
        {
            await using var batch = database.CreateBatch();
            batch.BatchCommands.Add(new(SelectRequest) { Parameters = { new() { Value = tenant.Value }, new() { Value = id } } });
            batch.BatchCommands.Add(new(SelectEvents) { Parameters = { new() { Value = tenant.Value }, new() { Value = id } } });
            batch.BatchCommands.Add(new(SelectPhotos) { Parameters = { new() { Value = tenant.Value }, new() { Value = id } } });
            await using var row = await batch.ExecuteReaderAsync();
            var request = await row.ReadAsync() ? Of(tenant, id, row) : null;
            await row.NextResultAsync();
            var events = await Events(row);
            await row.NextResultAsync();
            var photos = await Photos(row);
            return request is null ? null : request with { Events = events, Photos = [.. photos[true]], Unattached = [.. photos[false]] };
        }
        catch (NpgsqlException failure)
        {
            throw Ledger.Failed(failure);
        }
    }

    /// <summary>Commits what a chain decided. False when the rows are not those it decided on.</summary>
    public async Task<bool> Write(Chain chain, IReadOnlyList<OutgoingMail> mails)
    {
        var (request, events) = (chain.Request, chain.News.ToArray());
        try
        {
            await using var command = database.CreateCommand(Move);
            command.Parameters.AddRange((NpgsqlParameter[])
            [
                new("tenant", request.Tenant.Value), new("id", request.Id), new("version", request.Version),
                new("status", (short)request.Status), new("step", request.Step), new("plan", NpgsqlDbType.Json) { Value = PlanJson.Write(request.Plan, request.Repeat) },
                new("with_id", NpgsqlDbType.Uuid) { Value = Or(request.With) }, new("with_name", NpgsqlDbType.Text) { Value = Or(request.WithName) },
                new("next_at", NpgsqlDbType.TimestampTz) { Value = Or(request.NextAt) }, new("next_kind", NpgsqlDbType.Smallint) { Value = Or((short?)request.Next?.Kind) },
                new("closed_at", NpgsqlDbType.TimestampTz) { Value = Or(request.ClosedAt) }, new("round", (short)request.Round),
                new("answer_by", NpgsqlDbType.TimestampTz) { Value = Or(request.AnswerBy) }, new("held_since", NpgsqlDbType.TimestampTz) { Value = Or(request.HeldSince) },
                new("asked", request.Standing(VendorStanding.Asked).Select(vendor => vendor.Id).ToArray()), new("now", clock.GetUtcNow()),
                new("seq", Enumerable.Range(request.Events.Length - events.Length, events.Length).ToArray()),
                new("at", Array.ConvertAll(events, e => e.At)), new("kind", Array.ConvertAll(events, e => (short)e.Kind)),
                new("who", Array.ConvertAll(events, e => e.Who)), new("vendor", Array.ConvertAll(events, e => e.Vendor)), new("text", Array.ConvertAll(events, e => e.Text)),
                new("message", Array.ConvertAll(events, e => e.Message)), new("photos", request.Photos.Skip(chain.PhotosBefore).Select(photo => photo.Id).ToArray()),
            ]);
            outbox.AddTo(command.Parameters, mails);
            return (long)(await command.ExecuteScalarAsync())! == 1;
        }
        catch (NpgsqlException failure)
        {
            throw Ledger.Failed(failure);
        }
    }

    private static Request Of(TenantId tenant, Guid id, NpgsqlDataReader row)
    {
        var (plan, repeat) = PlanJson.Read(row.GetString(13));
        return new()
        {
            Tenant = tenant,
            Id = id,
            Reference = row.GetString(0),
            ReceivedAt = row.GetFieldValue<DateTimeOffset>(1),
            Subject = Value<Guid>(row, 2),
            SubjectLabel = Text(row, 3),
            SubjectReference = Text(row, 4),
            Category = row.GetGuid(5),
            CategoryName = row.GetString(6),
            Urgent = row.GetBoolean(7),
            CallerName = row.GetString(8),
            CallerPhone = row.GetString(9),
            CallerEmail = Text(row, 10) is { } email ? EmailAddress.Parse(email) : null,
            Text = row.GetString(11),
            Fingerprint = row.GetFieldValue<byte[]>(12),
            Plan = plan,
            Repeat = repeat,
            Status = (DispatchStatus)row.GetInt16(14),
            Step = row.GetInt32(15),
            With = Value<Guid>(row, 16),
            WithName = Text(row, 17),
            NextAt = Value<DateTimeOffset>(row, 18),
            NextReminds = Value<short>(row, 19) == (short)NextStepKind.Remind,
            ClosedAt = Value<DateTimeOffset>(row, 20),
            Version = row.GetInt32(21),
            Round = row.GetInt16(22),
            AnswerBy = Value<DateTimeOffset>(row, 23),
            HeldSince = Value<DateTimeOffset>(row, 24),
            IsTest = row.GetBoolean(25),
        };
    }

    private static async Task<ImmutableArray<DispatchEvent>> Events(NpgsqlDataReader row)
    {
        var events = ImmutableArray.CreateBuilder<DispatchEvent>();
        while (await row.ReadAsync())
            events.Add(new(row.GetFieldValue<DateTimeOffset>(0), (DispatchEventKind)row.GetInt16(1), Text(row, 2), Value<Guid>(row, 3), Text(row, 4), Value<Guid>(row, 5)));
        return events.ToImmutable();
    }

    private static async Task<ILookup<bool, Photo>> Photos(NpgsqlDataReader row)
    {
        var photos = new List<(bool Attached, Photo Photo)>();
        while (await row.ReadAsync())
            photos.Add((row.GetBoolean(7), new Photo(row.GetGuid(0), row.GetInt16(1), row.GetString(2), row.GetInt32(3), row.GetInt32(4), row.GetInt32(5), row.GetInt32(6))));
        return photos.ToLookup(photo => photo.Attached, photo => photo.Photo);
    }

    private static T? Value<T>(NpgsqlDataReader row, int column) where T : struct => row.IsDBNull(column) ? null : row.GetFieldValue<T>(column);

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static object Or<T>(T? value) => (object?)value ?? DBNull.Value;
}
