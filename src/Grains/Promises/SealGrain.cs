using Backsoon.Accounts;
using Backsoon.Mail;
using Backsoon.Storage;
using Backsoon.Tenants;

namespace Backsoon.Promises;

[GrainType("seal")]
public sealed class SealGrain([PersistentState("seal")] IPersistentState<SealState> stored, Ledger ledger, Outbox outbox, Keys keys, Site site, TimeProvider clock) : StoredGrain<SealState>(stored), ISealGrain, IRemindable
{
    private const string Hourly = "hourly";

    // A twentieth of the owners an hour, and no fewer: in a day they all have it, and at no hour does everybody else's mail wait behind it.
    private const int Shares = 20;
    private const int LeastShare = 50;

    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    public Task Start() => this.RemindUnlessSet(Hourly, s_hour, s_hour);

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        var now = clock.GetUtcNow();
        var month = new DateOnly(now.Year, now.Month, 1);
        if (month > State.Month)
            await Begin(month);
        if (State is { Told: { } told, Head: { } head })
            await Tell(told, head);
    }

    // All get the same row. A new installation begins with the next month; of months in which nothing ran nobody is told.
    private async Task Begin(DateOnly month)
    {
        var isFirst = State.Month == default;
        State.Month = month;
        if (!isFirst)
        {
            State.Head = (await GrainFactory.GetGrain<IChecksGrain>(IChecksGrain.Key).Read()).Head;
            State.Share = (int)Math.Max(LeastShare, (await ledger.Read($"select count(*) from {Owners.Rows} where not refuses_seal", row => row.GetInt64(0))).Single() / Shares + 1);
            State.Told = "";
        }

        await Write();
    }

    // Each mail has the month and the account in its id: a share that was cut off is posted once.
    private async Task Tell(string told, LogHead head)
    {
        var owners = await ledger.Read(
            $"select account, email from {Owners.Rows} where not refuses_seal and account > $1 order by account limit {State.Share}", row => (Account: new AccountId(row.GetString(0)), Email: EmailAddress.Parse(row.GetString(1))), told);
        var (tokens, until) = ((await keys.Current()).Tokens, clock.GetUtcNow() + TokenKeys.LongestLife);
        if (owners.Count > 0)
            await outbox.Post([.. owners.Select(owner => new OutgoingMail(
                OutgoingMail.IdOf($"seal/{State.Month:yyyy-MM}/{owner.Account}"), MailPriority.Normal, owner.Email, "You",
                new SealEmail(head.Seq, head.At, head.Hash, head.Signature, site.Home("/promises#log"), site.App($"/seal/{tokens.Sign(TokenPurpose.SealStop, until, owner.Account.Value)}"))) { Account = owner.Account })]);
        State.Told = owners.Count < State.Share ? null : owners[^1].Account.Value;
        await Write();
    }
}

[GenerateSerializer, Alias("promises.seal.state")]
public sealed class SealState
{
    /// <summary>Its first day.</summary>
    [Id(0)]
    public DateOnly Month { get; set; }

    /// <summary>What is mailed in it.</summary>
    [Id(1)]
    public LogHead? Head { get; set; }

    /// <summary>The last account that has its mail; null when all have.</summary>
    [Id(2)]
    public string? Told { get; set; }

    /// <summary>How many are mailed in an hour.</summary>
    [Id(3)]
    public int Share { get; set; }
}
