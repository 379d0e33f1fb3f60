using Backsoon.Storage;
using Backsoon.Tenants;

namespace Backsoon.Operators;

/// <summary>Lets an operator act, and writes down first that they do: whatever they see or change is asked for here. Without the row nothing is shown.</summary>
public sealed class AuditLog(Ledger ledger, OperatorRows rows, OperatorList operators, TimeProvider clock)
{
    /// <summary>Null for whoever is not signed in, or not an operator any more.</summary>
    public async Task<OperatorSession?> Admit(string session) =>
        await rows.Session(session) is { } live && operators.Has(live.Operator) ? live : null;

    /// <summary>Notes what is about to be done. Null for whoever may not.</summary>
    /// <param name="subject">In words and ids of ours: of no business and nobody.</param>
    public async Task<OperatorSession?> Note(string session, OperatorAct act, string subject)
    {
        if (await Admit(session) is not { } live)
            return null;
        var now = clock.GetUtcNow();
        await ledger.Execute("insert into audit (id, at, operator, act, subject) values ($1, $2, $3, $4, $5)", Guid.CreateVersion7(now), now, live.Operator, (short)act, subject);
        return live;
    }

    /// <summary>The same for a look at one business, which its owner can see.</summary>
    public async Task<OperatorSession?> Note(string session, OperatorAct act, TenantId tenant, string reason)
    {
        if (await Admit(session) is not { } live)
            return null;
        var now = clock.GetUtcNow();
        await ledger.Execute(
            """
            with noted as (insert into audit (id, at, operator, act, subject) values ($1, $2, $3, $4, ''))
            insert into look (tenant_id, id, at, operator, act, reason) select id, $1, $2, $3, $4, $6 from tenant where id = $5
            """,
            Guid.CreateVersion7(now), now, live.Operator, (short)act, tenant.Value, reason);
        return live;
    }
}
