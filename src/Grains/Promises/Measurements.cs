using System.Collections.Immutable;

namespace Backsoon.Promises;

/// <summary>What of the catalogue the database can tell, by its keys.</summary>
public static class Measurements
{
    public static readonly ImmutableArray<Measurement> All =
    [
        // Each finds what it asks for at one end of an index, however many there are (decision 0035).
        Measurement.Of("sources",
            """
            select extract(epoch from $1 - least(
                (select min(at) from attempt),
                (select min(received_at) from dispatch where source is not null),
                (select min(source_since) from grain_state)))::float8
            """),
        Measurement.Of("reports", "select extract(epoch from $1 - least((select min(received_at) from webhook), (select min(received_at) from billing_event), (select min(day) from mail_day)))::float8"),
        Measurement.Of("magic-link",
            """
            select extract(epoch from (
                select useless_after - created_at from outbox
                where tenant_id is null and kind in ('sign-in', 'sign-up', 'already-account') and useless_after is not null and created_at <= $1 order by useless_after - created_at desc limit 1))::float8
            """),
        Measurement.Of("session", "select (select session_life from grain_state where session_life is not null and signed_in_until > $1 order by session_life desc, signed_in_until desc limit 1)"),
        Measurement.Of("slug-hold", "select extract(epoch from max(until) - $1)::float8 from slug_hold where until > $1"),
        Measurement.Of("deletion",
            """
            select extract(epoch from greatest(
                (select $1 - min(asked_at) from deletion where done_at is null),
                (select done_at - asked_at from deletion where done_at is not null and done_at > $1 - interval '90 days' order by done_at - asked_at desc limit 1),
                (select $1 - min(erasing_at) from tenant where erasing_at is not null)))::float8
            """),
        Measurement.Of("canary",
            """
            select extract(epoch from max(coalesce((one ->> 'GoneAt')::timestamptz, $1) - (one ->> 'DeletedAt')::timestamptz))::float8
            from grain_state cross join lateral jsonb_array_elements(convert_from(payload, 'UTF8')::jsonb -> 'Canaries') one
            where grain_type = 'canary' and payload is not null and coalesce((one ->> 'GoneAt')::timestamptz > $1 - interval '90 days', true)
            """),
        // By the policy in force: what was promised before it was kept by another number.
        Measurement.Of("undo",
            """
            select extract(epoch from (
                select deletion_begun(steps) - asked_at from deletion
                where undo_until - asked_at > interval '1 hour' and deletion_begun(steps) - asked_at is not null and asked_at > $1 - interval '90 days'
                and asked_at >= (select (convert_from(payload, 'UTF8')::jsonb ->> 'Since')::timestamptz from grain_state where grain_type = 'policy' and payload is not null)
                order by deletion_begun(steps) - asked_at limit 1))::float8
            """),
        Measurement.Of("after-cancellation",
            """
            select extract(epoch from $1 - min((leaving ->> 'ClosesAt')::timestamptz))::float8
            from (select convert_from(payload, 'UTF8')::jsonb leaving from grain_state where grain_type = 'leaving' and payload is not null) left_behind
            where not coalesce((leaving ->> 'IsReturning')::boolean, false) and (leaving ->> 'ClosesAt')::timestamptz <= $1
            """),
        Measurement.Of("export-link", "select extract(epoch from $1 - min(at))::float8 from archive"),
        // Of those who did not choose: who was never reminded had no notice at all.
        Measurement.Of("trial-reminder",
            """
            select extract(epoch from min(ended - least(ended, coalesce((select min(created_at) from outbox where tenant_id = tenant and dispatch_id is null and kind = 'trial'), ended))))::float8 from (
                select substr(grain_key, length('subscription/') + 1) tenant, trial_end(payload) ended from grain_state
                where grain_type = 'subscription' and trial_end(payload) between $1 - interval '90 days' and $1 - interval '1 hour') trial
            """),
        // It is given up after six days, and its end says when it began.
        Measurement.Of("revocation", "select extract(epoch from $1 - (min((convert_from(payload, 'UTF8')::jsonb ->> 'Until')::timestamptz) - interval '6 days'))::float8 from grain_state where grain_type = 'revocation' and payload is not null"),
        Measurement.Of("billing-records", "select extract(epoch from $1 - min(paid_at))::float8 from billing_record"),
        Answers("privacy-answer", LetterKind.Privacy),
        Measurement.Of("vulnerability-answer",
            $"""
            select max(worked)::float8 from (
                select (select coalesce(sum(extract(epoch from least(day + interval '1 day', coalesce(answered_at, $1)) - greatest(day, received_at))), 0)
                        from generate_series(date_trunc('day', received_at, 'UTC'), coalesce(answered_at, $1), interval '1 day') day where extract(isodow from day at time zone 'UTC') < 6) worked
                {Of(LetterKind.Vulnerability)}) answers
            """),
        Measurement.Of("breach-notice", "select extract(epoch from max(coalesce(notified_at, $1) - discovered_at))::float8 from breach where notified_at is null or notified_at > $1 - interval '90 days'"),
        // By mail to whoever runs this, and by the page of a business, which then answers.
        Measurement.Of("rights-answer",
            $"""
            select extract(epoch from greatest(
                (select max(coalesce(answered_at, $1) - received_at) {Of(LetterKind.Rights)}),
                (select $1 - min(asked_at) from data_request where answered_at is null),
                (select answered_at - asked_at from data_request where answered_at is not null and answered_at > $1 - interval '90 days' order by answered_at - asked_at desc limit 1)))::float8
            """),
    ];

    private static Measurement Answers(string key, LetterKind kind) => Measurement.Of(key, $"select extract(epoch from max(coalesce(answered_at, $1) - received_at))::float8 {Of(kind)}");

    // Ninety days back, or since it came while it is not answered.
    private static string Of(LetterKind kind) => $"from letter where kind = {(int)kind} and (answered_at is null or answered_at > $1 - interval '90 days')";
}
