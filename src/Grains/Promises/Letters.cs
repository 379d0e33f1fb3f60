using System.Security.Cryptography;
using System.Text.Json;
using Backsoon.Storage;

namespace Backsoon.Promises;

/// <summary>Letters that want an answer in time. The rows are all there is to it, so the operator's command may write them while the product runs.</summary>
public sealed class Letters(Ledger ledger, TimeProvider clock)
{
    // None that is mistaken for another when it is read aloud.
    private const string Signs = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    private const int Length = 4;

    /// <summary>Notes a letter under a reference of its own.</summary>
    /// <param name="receivedAt">Null for now.</param>
    public async Task<Letter> Add(LetterKind kind, DateTimeOffset? receivedAt)
    {
        var received = receivedAt ?? clock.GetUtcNow();
        var due = DueAt(kind, received, await InForce());
        while (true)
        {
            var letter = new Letter($"L-{RandomNumberGenerator.GetString(Signs, Length)}", kind, received, due);
            if (await ledger.Execute("insert into letter (reference, kind, received_at, due_at) values ($1, $2, $3, $4) on conflict do nothing", letter.Reference, (short)kind, received, due) == 1)
                return letter;
        }
    }

    /// <summary>Those that wait, the most pressing first.</summary>
    public Task<List<Letter>> Open() => ledger.Read("select reference, kind, received_at, due_at from letter where answered_at is null order by due_at", row =>
        new Letter(row.GetString(0), (LetterKind)row.GetInt16(1), row.GetFieldValue<DateTimeOffset>(2), row.GetFieldValue<DateTimeOffset>(3)));

    /// <summary>False when there is none of this reference, or it was answered before.</summary>
    public async Task<bool> Answered(string reference) =>
        await ledger.Execute("update letter set answered_at = $2 where reference = $1 and answered_at is null", reference.Trim().ToUpperInvariant(), clock.GetUtcNow()) == 1;

    /// <summary>Those of whose time three quarters are over, and nobody was told yet; what businesses were asked about data is among them.</summary>
    public Task<List<Letter>> Pressing() => ledger.Read(
        """
        select reference, kind, received_at, due_at from letter where answered_at is null and alarmed_at is null and due_at - (due_at - received_at) / 4 <= $1
        union all select reference, 3::smallint, asked_at, due_at from data_request where answered_at is null and alarmed_at is null and due_at - (due_at - asked_at) / 4 <= $1
        order by due_at
        """,
        row => new Letter(row.GetString(0), (LetterKind)row.GetInt16(1), row.GetFieldValue<DateTimeOffset>(2), row.GetFieldValue<DateTimeOffset>(3)), clock.GetUtcNow());

    public Task Alarmed(Letter letter) => ledger.Execute(
        "with letters as (update letter set alarmed_at = $2 where reference = $1) update data_request set alarmed_at = $2 where reference = $1 and answered_at is null", letter.Reference, clock.GetUtcNow());

    public static DateTimeOffset DueAt(LetterKind kind, DateTimeOffset received, Policy policy) => kind switch
    {
        LetterKind.Privacy => received + policy.PrivacyAnswer,
        LetterKind.Vulnerability => BusinessDaysAfter(received, policy.VulnerabilityAnswerDays),
        LetterKind.Rights => received + policy.RightsAnswer,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such kind of letter."),
    };

    // Whole days from Monday to Friday, in UTC: what comes on a weekend comes on Monday.
    private static DateTimeOffset BusinessDaysAfter(DateTimeOffset received, int days)
    {
        var at = received.ToUniversalTime();
        if (IsWeekend(at))
            at = new DateTimeOffset(at.Date, TimeSpan.Zero);
        while (IsWeekend(at))
            at = at.AddDays(1);
        for (var day = 0; day < days; day++)
            do
                at = at.AddDays(1);
            while (IsWeekend(at));
        return at;
    }

    private static bool IsWeekend(DateTimeOffset at) => at.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;

    // As the grain keeps it: whoever asks may be a process beside it.
    private async Task<Policy> InForce()
    {
        var kept = (await ledger.Read("select payload from grain_state where grain_type = 'policy' and payload is not null", row => row.GetFieldValue<byte[]>(0))).SingleOrDefault();
        return kept is not null && JsonSerializer.Deserialize<PolicyState>(kept) is { InForce: { } policy } state
            ? new PolicyStanding(policy, state.Since, state.Next, state.NextAt, []).At(clock.GetUtcNow()).InForce
            : new Policy();
    }
}

/// <param name="Reference">What the operator calls it.</param>
public sealed record Letter(string Reference, LetterKind Kind, DateTimeOffset ReceivedAt, DateTimeOffset DueAt);
