using Backsoon.Storage;

namespace Backsoon.Operators;

/// <summary>Links and sessions of operators. The rows are all there is to them, so a command on the machine may make a link while the product runs.</summary>
public sealed class OperatorRows(Ledger ledger, TimeProvider clock)
{
    /// <param name="name">Null for an address that is nobody's: the row is made all the same.</param>
    /// <param name="browser">Null for a link that works in any.</param>
    public Task AddLink(string key, string? name, string? browser) => ledger.Execute(
        "insert into operator_link (key, operator, browser, expires_at) values ($1, $2::text, $3::text, $4)", key, name ?? (object)DBNull.Value, browser ?? (object)DBNull.Value, clock.GetUtcNow() + IOperatorsGrain.LinkLife);

    /// <summary>A link that is printed, and the row of the log that says so.</summary>
    public Task PrintLink(string key, string name) => ledger.Execute(
        """
        with printed as (insert into operator_link (key, operator, expires_at) values ($1, $2, $3))
        insert into audit (id, at, operator, act, subject) values ($4, $5, $2, $6, '')
        """,
        key, name, clock.GetUtcNow() + IOperatorsGrain.LinkLife, Guid.CreateVersion7(clock.GetUtcNow()), clock.GetUtcNow(), (short)OperatorAct.LinkPrinted);

    /// <summary>Null for none that could be spent.</summary>
    public async Task<(string Operator, string? Browser)?> OpenLink(string key)
    {
        var found = await ledger.Read(
            "select operator, browser from operator_link where key = $1 and operator is not null and session_key is null and expires_at > $2",
            row => (row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1)), key, clock.GetUtcNow());
        return found is [var link] ? link : null;
    }

    /// <summary>Spends the link, begins the session and notes it, in one statement: neither without the other.</summary>
    public async Task Spend(string key, string browser, string session)
    {
        var now = clock.GetUtcNow();
        await ledger.Execute(
            """
            with spent as (
                update operator_link set session_key = $2 where key = $1 and operator is not null and session_key is null and expires_at > $4 and coalesce(browser, $3) = $3 returning operator, browser
            ), started as (
                insert into operator_session (key, operator, started_at, expires_at) select $2, operator, $4, $5 from spent
            )
            insert into audit (id, at, operator, act, subject) select $6, $4, operator, $7, case when browser is null then 'By a link that was printed on the machine' else 'By a mailed link' end from spent
            """,
            key, session, browser, now, now + IOperatorsGrain.SessionLife, Guid.CreateVersion7(now), (short)OperatorAct.SignedIn);
    }

    public async Task<OperatorSession?> Session(string key)
    {
        var found = await ledger.Read(
            "select operator, expires_at from operator_session where key = $1 and ended_at is null and expires_at > $2",
            row => new OperatorSession(row.GetString(0), row.GetFieldValue<DateTimeOffset>(1)), key, clock.GetUtcNow());
        return found is [var session] ? session : null;
    }

    /// <summary>Of the link that a session was begun with.</summary>
    public async Task<bool> WasSpentFor(string key, string session) =>
        await ledger.Read("select 1 from operator_link where key = $1 and session_key = $2", row => row.GetInt32(0), key, session) is not [];

    public Task End(string key) => ledger.Execute(
        """
        with ended as (update operator_session set ended_at = $2 where key = $1 and ended_at is null and expires_at > $2 returning operator)
        insert into audit (id, at, operator, act, subject) select $3, $2, operator, $4, '' from ended
        """,
        key, clock.GetUtcNow(), Guid.CreateVersion7(clock.GetUtcNow()), (short)OperatorAct.SignedOut);
}
