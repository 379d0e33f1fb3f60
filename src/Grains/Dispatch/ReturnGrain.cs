using Backsoon.Mail;
using Backsoon.Storage;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

[GrainType("return")]
public sealed class ReturnGrain(Ledger ledger, Outbox outbox, Site site) : Grain, IReturnGrain
{
    private const int MostListed = 15;

    private TenantId Id => new(this.GetPrimaryKeyString()["return/".Length..]);

    public async Task Tell(Absence absence)
    {
        if (absence.Until is not { } until || await GrainFactory.For(Id).Tenant().Profile() is not { Standing: not Standing.Closed } profile)
            return;

        var came = await ledger.Read(
            "select status, urgent, with_name, count(*) from dispatch where tenant_id = $1 and received_at >= $2 and received_at < $3 and not is_test group by status, urgent, with_name",
            row => new Came((DispatchStatus)row.GetInt16(0), row.GetBoolean(1), row.IsDBNull(2) ? null : row.GetString(2), (int)row.GetInt64(3)),
            Id.Value, absence.From.ToUniversalTime(), until.ToUniversalTime());
        var needs = await ledger.Read(
            $"select id, reference, category_name, subject_label, urgent, count(*) over () from dispatch where tenant_id = $1 and closed_at is null and not is_test and status = {(int)DispatchStatus.OwnerAsked} order by urgent desc, received_at limit {MostListed}",
            row => (Entry: new ReturnEntry(row.GetString(1), row.IsDBNull(3) ? row.GetString(2) : $"{row.GetString(2)}, {row.GetString(3)}", row.GetBoolean(4), site.App($"/requests/{row.GetGuid(0):n}")), All: (int)row.GetInt64(5)),
            Id.Value);
        var email = new ReturnEmail(
            profile.Settings.BusinessName, absence.From, until, profile.Settings.ZoneId, came.Sum(c => c.Count), came.Where(c => c.Urgent).Sum(c => c.Count),
            [
                .. came.Where(c => c.With is not null && c.Status is DispatchStatus.Accepted or DispatchStatus.OnTheWay or DispatchStatus.Done).GroupBy(c => c.With!).OrderByDescending(of => of.Sum(c => c.Count)).ThenBy(of => of.Key).Take(MostListed)
                    .Select(of => new ReturnDeed(of.Key, of.Where(c => c.Status == DispatchStatus.Done).Sum(c => c.Count), of.Where(c => c.Status != DispatchStatus.Done).Sum(c => c.Count))),
            ],
            came.Where(c => c.Status is DispatchStatus.Asking or DispatchStatus.Waiting).Sum(c => c.Count), [.. needs.Select(need => need.Entry)], needs is [var first, ..] ? first.All - needs.Count : 0, site.App("/"));
        // The absence's own id is the mail's: posting it again posts nothing.
        await outbox.Post(new OutgoingMail(absence.Id, MailPriority.Normal, profile.Settings.Owner.Email, "Owner", email) { Tenant = Id });
        DeactivateOnIdle();
    }

    private sealed record Came(DispatchStatus Status, bool Urgent, string? With, int Count);
}
