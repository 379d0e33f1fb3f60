using System.Collections.Immutable;
using Backsoon.Storage;
using Backsoon.Tenants;
using Npgsql;

namespace Backsoon.Mail;

[GrainType("deliveries"), StatelessWorker]
public sealed class DeliveriesGrain(NpgsqlDataSource database, Outbox outbox, Suppressions suppressions, MailReputation reputation, TimeProvider clock) : Grain, IDeliveriesGrain
{
    private const string Columns = "id, kind, recipient, coalesce(reported, status) as status, created_at, sent_at, attempts, due_at, last_error, vendor_id, reported_at";

    private string Tenant => this.GetPrimaryKeyString()["deliveries/".Length..];

    public Task<ImmutableArray<Delivery>> OfDispatch(Guid dispatch) =>
        Read($"select {Columns} from outbox where tenant_id = @tenant and dispatch_id = @dispatch order by created_at, id", new("tenant", Tenant), new("dispatch", dispatch));

    public Task<ImmutableArray<Delivery>> Stuck() =>
        Read($"select {Columns} from outbox where tenant_id = @tenant and status in (3, 4) and reported is distinct from 6 order by created_at desc, id desc limit 100", new NpgsqlParameter("tenant", Tenant));

    public async Task<bool> SendAgain(Guid mail)
    {
        if (await Ledger.Ask(() => Requeue(mail)) == 0)
            return false;
        outbox.Poke();
        return true;
    }

    public async Task<ImmutableArray<Refusal>> Refusing(ImmutableArray<EmailAddress> addresses) => [.. (await suppressions.Of(new TenantId(Tenant), addresses)).Values];

    public async Task<MailStanding> Standing(EmailAddress owner)
    {
        var tenant = new TenantId(Tenant);
        return await reputation.Of(tenant) with { Owner = (await suppressions.Of(tenant, [owner])).GetValueOrDefault(owner) };
    }

    public Task<bool> TryAgain(EmailAddress address) => suppressions.Lift(new TenantId(Tenant), address);

    private async Task<int> Requeue(Guid mail)
    {
        await using var command = database.CreateCommand(
            $"""
            with asked as (
                update outbox set {Outbox.Anew}, due_at = @now
                where id = @mail and tenant_id = @tenant and status in (3, 4, 9, 10) and body is not null returning id
            )
            insert into mail_attempt (mail_id, at, outcome) select id, @now, 'asked' from asked
            """);
        command.Parameters.AddRange(new NpgsqlParameter[] { new("mail", mail), new("tenant", Tenant), new("now", clock.GetUtcNow()) });
        return await command.ExecuteNonQueryAsync();
    }

    private Task<ImmutableArray<Delivery>> Read(string sql, params NpgsqlParameter[] parameters) => Ledger.Ask(async () =>
    {
        await using var command = database.CreateCommand(
            $"""
            with mails as ({sql})
            select m.*, a.at, a.outcome, a.detail from (select *, row_number() over () as place from mails) m left join mail_attempt a on a.mail_id = m.id order by m.place, a.id
            """);
        command.Parameters.AddRange(parameters);
        await using var row = await command.ExecuteReaderAsync();
        var deliveries = new List<(Delivery Mail, List<DeliveryAttempt> History)>();
        while (await row.ReadAsync())
        {
            if (deliveries.Count == 0 || deliveries[^1].Mail.Id != row.GetGuid(0))
                deliveries.Add((Mail(row), []));
            if (!row.IsDBNull(12))
                deliveries[^1].History.Add(new(row.GetFieldValue<DateTimeOffset>(12), row.GetString(13), row.IsDBNull(14) ? null : row.GetString(14)));
        }

        return deliveries.Select(d => d.Mail with { History = [.. d.History] }).ToImmutableArray();
    });

    private static Delivery Mail(NpgsqlDataReader row)
    {
        var (status, attempts) = ((DeliveryStatus)row.GetInt16(3), row.GetInt32(6));
        DateTimeOffset? next = status == DeliveryStatus.Queued && attempts > 0 ? row.GetFieldValue<DateTimeOffset>(7) : null;
        return new(
            row.GetGuid(0), row.GetString(1), row.GetString(2), status, row.GetFieldValue<DateTimeOffset>(4), row.IsDBNull(5) ? null : row.GetFieldValue<DateTimeOffset>(5), attempts, next,
            row.IsDBNull(8) ? null : row.GetString(8), row.IsDBNull(9) ? null : row.GetGuid(9), [],
            row.IsDBNull(10) ? null : row.GetFieldValue<DateTimeOffset>(10));
    }
}
