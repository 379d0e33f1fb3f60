using System.Collections.Immutable;
using Backsoon.Operators;
using Backsoon.Promises;
using Backsoon.Storage;

namespace Backsoon.Accounts;

[GrainType("sweeper")]
public sealed class SweeperGrain(Ledger ledger, Policies policies, LogFolder logs, TimeProvider clock) : Grain, ISweeperGrain, IRemindable
{
    /// <summary>Of a photo whose upload was cut off before it was on its request.</summary>
    public static readonly TimeSpan PhotoLife = TimeSpan.FromHours(1);

    public static readonly TimeSpan ImportLife = TimeSpan.FromDays(1);

    private const string Hourly = "hourly";
    private const int Batch = 2_000;
    private const int Accounts = 50;
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_slice = TimeSpan.FromSeconds(5);

    // A mail to a person rather than from a business: nobody looks for it again, and its words are for nobody else.
    private static readonly TimeSpan s_unsentWords = TimeSpan.FromDays(1);
    private static readonly TimeSpan s_mailsToPeople = TimeSpan.FromDays(30);

    // Whether an address still bounces is not known after so long, and a letter that was answered is in the log of promises.
    private static readonly TimeSpan s_year = TimeSpan.FromDays(365);

    // From the answer to what somebody asked about their data until who that was is forgotten.
    private static readonly TimeSpan s_askers = TimeSpan.FromDays(90);

    // Each takes no more than a batch at a time, oldest first by index, and finds what is left when it was cut off.
    private static readonly ImmutableArray<Forgetting> s_forgetting =
    [
        new($"delete from attempt where ctid = any (array(select ctid from attempt where at < $1 order by at limit {Batch}))", policy => Policy.Early(policy.Sources)),
        new($"update dispatch set source = null where ctid = any (array(select ctid from dispatch where source is not null and received_at < $1 order by received_at limit {Batch} for update skip locked))", policy => Policy.Early(policy.Sources)),
        new($"delete from photo where ctid = any (array(select ctid from photo where not attached and at < $1 order by at limit {Batch}))", _ => PhotoLife),
        new($"delete from import where ctid = any (array(select ctid from import where at < $1 order by at limit {Batch}))", _ => ImportLife),
        // Each is many pieces.
        new("delete from archive where ctid = any (array(select ctid from archive where at < $1 order by at limit 20))", policy => policy.ExportLink, 20),
        new($"delete from deletion where ctid = any (array(select ctid from deletion where done_at < $1 limit {Batch}))", _ => TokenKeys.LongestLife),
        new($"update data_request set person = null, email = null, dispatch_id = null, decided_by = null, reason = null where ctid = any (array(select ctid from data_request where answered_at < $1 and person is not null limit {Batch}))", _ => s_askers),
        new($"update outbox set body = null, rendered = null where ctid = any (array(select ctid from outbox where kind in ('data-link', 'data-asked', 'data-answered') and body is not null and created_at < $1 and status not in (0, 1) order by created_at limit {Batch} for update skip locked))", _ => s_unsentWords),
        new($"delete from slug_hold where ctid = any (array(select ctid from slug_hold where until < $1 limit {Batch}))", _ => TimeSpan.Zero),
        new($"delete from webhook where ctid = any (array(select ctid from webhook where received_at < $1 order by received_at limit {Batch}))", policy => Policy.Early(policy.Logs)),
        new($"delete from billing_event where ctid = any (array(select ctid from billing_event where received_at < $1 order by received_at limit {Batch}))", policy => Policy.Early(policy.Logs)),
        new($"delete from billing_record where ctid = any (array(select ctid from billing_record where paid_at < $1 order by paid_at limit {Batch}))", policy => Policy.Early(policy.BillingRecords)),
        new($"delete from mail_day where ctid = any (array(select ctid from mail_day where day < $1 order by day limit {Batch}))", policy => Policy.Early(policy.Logs)),
        new($"delete from suppression where ctid = any (array(select ctid from suppression where reason = 1 and tenant_id is null and at < $1 order by at limit {Batch}))", _ => s_year),
        new($"delete from letter where ctid = any (array(select ctid from letter where answered_at < $1 order by answered_at limit {Batch}))", _ => s_year),
        new($"delete from operator_link where ctid = any (array(select ctid from operator_link where expires_at < $1 order by expires_at limit {Batch}))", _ => TimeSpan.Zero),
        new($"delete from operator_session where ctid = any (array(select ctid from operator_session where expires_at < $1 order by expires_at limit {Batch}))", _ => TimeSpan.Zero),
        new($"delete from look where ctid = any (array(select ctid from look where at < $1 order by at limit {Batch}))", _ => Policy.Early(IAuditGrain.Life)),
        new($"delete from audit where ctid = any (array(select ctid from audit where at < $1 order by at limit {Batch}))", _ => Policy.Early(IAuditGrain.Life)),
        new($"update outbox set body = null, rendered = null where ctid = any (array(select ctid from outbox where tenant_id is null and status in (3, 4, 9) and body is not null and created_at < $1 order by created_at limit {Batch} for update skip locked))", _ => s_unsentWords),
        new($"delete from outbox where ctid = any (array(select ctid from outbox where tenant_id is null and created_at < $1 and status not in (0, 1) order by created_at limit {Batch}))", _ => s_mailsToPeople),
    ];

    private IGrainTimer? _rest;

    public Task Start() => this.RemindUnlessSet(Hourly, s_hour, s_hour);

    public async Task<bool> Sweep()
    {
        var began = clock.GetTimestamp();
        var policy = await policies.Current();
        logs.Forget(clock.GetUtcNow() - Policy.Early(policy.Logs));
        var left = s_forgetting;
        while (true)
        {
            var touched = await ledger.Execute([.. left.Select(one => (one.Statement, (object)(clock.GetUtcNow() - one.Age(policy))))]);
            left = [.. left.Where((one, i) => touched[i] >= one.Batch)];
            if (left is [])
                return await ForgetAccounts(Policy.Early(policy.Sources), began);
            if (clock.GetElapsedTime(began) > s_slice)
                return false;
        }
    }

    // Accounts forget by reminders of their own. After a stop those come when they come: what is late is not to be seen until then.
    private async Task<bool> ForgetAccounts(TimeSpan age, long began)
    {
        while (true)
        {
            var late = await ledger.Read($"select grain_key from grain_state where source_since < $1 order by source_since limit {Accounts}", row => row.GetString(0), clock.GetUtcNow() - age);
            await Task.WhenAll(late.Select(account => GrainFactory.GetGrain<IAccountGrain>(account).ForgetOld()));
            if (late.Count < Accounts)
                return true;
            if (clock.GetElapsedTime(began) > s_slice)
                return false;
        }
    }

    public Task ReceiveReminder(string reminderName, TickStatus status) => SweepOn();

    private async Task SweepOn()
    {
        if (!await Sweep())
        {
            _rest ??= this.RegisterGrainTimer(_ => SweepOn(), new() { DueTime = TimeSpan.Zero, Period = TimeSpan.FromSeconds(1), KeepAlive = true });
        }
        else
        {
            _rest?.Dispose();
            _rest = null;
        }
    }

    /// <param name="Statement">Forgets what is older than its parameter, a batch at most.</param>
    private sealed record Forgetting(string Statement, Func<Policy, TimeSpan> Age, int Batch = Batch);
}
