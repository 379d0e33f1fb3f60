using System.Diagnostics;
using Backsoon.Dispatch;
using Backsoon.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Backsoon.Mail;

/// <summary>Writes down what providers say became of mails. Repeated or out of order it comes to the same: a fate only gives way to a worse one.</summary>
public sealed class DeliveryReports(NpgsqlDataSource database, Suppressions suppressions, IGrainFactory grains, TimeProvider clock)
{
    private const string Mail = "id = coalesce(@mail, (select id from outbox where provider_id = @provider_id limit 1))";

    private static readonly TimeSpan s_longestAgo = TimeSpan.FromDays(30);

    private static readonly string s_settle =
        $"""
        with known as (
            select id, status, reported, sent_at from outbox where {Mail} for update
        ), moved as (
            -- The pump has forgotten a mail whose outcome is unknown; now it is known.
            update outbox o set reported = @status, reported_at = @at, last_error = @detail, untold = o.untold or @undelivered and o.dispatch_id is not null and o.vendor_id is not null,
                status = case known.status when 3 then 2 else o.status end, sent_at = case known.status when 3 then @at else o.sent_at end, batch = case known.status when 3 then null else o.batch end,
                body = case known.status when 3 then null else o.body end, rendered = case known.status when 3 then null else o.rendered end
            from known where o.id = known.id and {Rank("@status")} > {Rank("known.reported")}
            returning o.id, o.tenant_id, o.sent_at, o.untold
        ), refused as (
            insert into suppression (address, tenant_id, reason, at)
            select @address, case @reason when 2 then tenant_id end, @reason, @now from moved where @reason is not null and @address is not null
            on conflict (address, tenant_id) do update set reason = least(suppression.reason, excluded.reason), at = excluded.at, tried_at = null
        ), accepted as (
            -- What arrives there after it was refused proves that the mailbox is back.
            delete from suppression where @status = 6 and address = @address and tenant_id is null and reason = 1 and at < (select sent_at from moved)
        ), counted as (
            insert into mail_day (tenant_id, day, bounced, complained)
            select tenant_id, @day, (@status = 7)::integer, (@status = 8)::integer from moved where tenant_id is not null and @status in (7, 8)
            on conflict (tenant_id, day) do update set bounced = mail_day.bounced + excluded.bounced, complained = mail_day.complained + excluded.complained
        ), noted as (
            insert into mail_attempt (mail_id, at, outcome, detail) select id, @at, @outcome, @detail from moved
        )
        select untold from moved
        """;

    private static readonly string s_note =
        $"""
        insert into mail_attempt (mail_id, at, outcome, detail)
        select id, @at, @outcome, @detail from outbox where {Mail} and not exists (select from mail_attempt a where a.mail_id = outbox.id and a.outcome = @outcome)
        """;

    /// <summary>Of mails that are not ours, or no more, nothing is written.</summary>
    public async Task Apply(DeliveryReport report)
    {
        if (await Ledger.Ask(() => Write(report)) is true)
            _ = grains.GetGrain<IUndeliveredGrain>(IUndeliveredGrain.Key).Poke();
    }

    private async Task<object?> Write(DeliveryReport report)
    {
        await using var command = database.CreateCommand(report.Fate is DeliveryFate.Delayed or DeliveryFate.Returned ? s_note : s_settle);
        await Fill(command.Parameters, report);
        return await command.ExecuteScalarAsync();
    }

    // Delivered, then failed, then bounced (some servers take a mail first), then complained.
    private static string Rank(string status) => $"case {status} when 6 then 1 when 4 then 2 when 7 then 3 when 8 then 4 else 0 end";

    private async Task Fill(NpgsqlParameterCollection parameters, DeliveryReport report)
    {
        var now = clock.GetUtcNow();
        DeliveryStatus? status = report.Fate switch
        {
            DeliveryFate.Delayed or DeliveryFate.Returned => null,
            DeliveryFate.Delivered => DeliveryStatus.Delivered,
            DeliveryFate.Failed => DeliveryStatus.Parked,
            DeliveryFate.Bounced => DeliveryStatus.Bounced,
            DeliveryFate.Complained => DeliveryStatus.Complained,
            _ => throw new UnreachableException(),
        };
        RefusalReason? reason = report.Fate switch
        {
            DeliveryFate.Bounced => RefusalReason.Bounced,
            DeliveryFate.Complained => RefusalReason.Complained,
            _ => null,
        };
        Add("mail", NpgsqlDbType.Uuid, report.Mail);
        Add("provider_id", NpgsqlDbType.Text, report.ProviderId);
        // Their clock may be ahead of ours, or they may not say when.
        Add("at", NpgsqlDbType.TimestampTz, report.At < now && now - report.At < s_longestAgo ? report.At : now);
        Add("outcome", NpgsqlDbType.Text, report.Fate.ToString().ToLowerInvariant());
        Add("detail", NpgsqlDbType.Text, report.Detail);
        if (status is null)
            return;
        Add("status", NpgsqlDbType.Smallint, (short)status);
        Add("reason", NpgsqlDbType.Smallint, (short?)reason);
        Add("address", NpgsqlDbType.Bytea, report.To is null ? null : await suppressions.HashOf(report.To));
        Add("now", NpgsqlDbType.TimestampTz, now);
        Add("day", NpgsqlDbType.TimestampTz, MailReputation.DayOf(now));
        Add("undelivered", NpgsqlDbType.Boolean, report.Fate is DeliveryFate.Failed or DeliveryFate.Bounced);

        void Add<T>(string name, NpgsqlDbType type, T? value) => parameters.Add(new(name, type) { Value = (object?)value ?? DBNull.Value });
    }
}
