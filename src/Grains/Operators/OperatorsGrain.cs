using Backsoon.Accounts;
using Backsoon.Mail;
using Backsoon.Tenants;

namespace Backsoon.Operators;

[GrainType("operators")]
public sealed class OperatorsGrain(OperatorList operators, OperatorRows rows, AuditLog audit, Outbox outbox, Site site, TimeProvider clock) : Grain, IOperatorsGrain
{
    // Like the mails of the hourly check: of no business, forgotten after a month.
    private static readonly AccountId s_account = new("account_operator");
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    // Lost with the process: whoever waits in vain asks again.
    private readonly Queue<(ConfiguredOperator To, string Token)> _waiting = [];
    private IGrainTimer? _posting;

    public async Task AskToSignIn(EmailAddress email, string browserKey)
    {
        var (known, token) = (operators.Of(email), Secret.New());
        await rows.AddLink(Secret.Hash(token), known?.Name, browserKey);
        if (known is not null)
            _waiting.Enqueue((known, token));
        // Later, for everybody alike: how long a mail takes to post would tell that there is one.
        _posting ??= this.RegisterGrainTimer(Post, new() { DueTime = TimeSpan.Zero, Period = s_patience, KeepAlive = true });
    }

    public async Task<OperatorLinkStanding> Look(string linkKey, string browserKey) => await rows.OpenLink(linkKey) switch
    {
        null => OperatorLinkStanding.Over,
        var (name, browser) => !operators.Has(name) ? OperatorLinkStanding.Over : browser is null || browser == browserKey ? OperatorLinkStanding.Open : OperatorLinkStanding.Elsewhere,
    };

    public async Task<OperatorSession?> Spend(string linkKey, string browserKey, string sessionKey)
    {
        if (await Look(linkKey, browserKey) == OperatorLinkStanding.Open)
            await rows.Spend(linkKey, browserKey, sessionKey);
        return await rows.WasSpentFor(linkKey, sessionKey) ? await Session(sessionKey) : null;
    }

    public Task<OperatorSession?> Session(string sessionKey) => audit.Admit(sessionKey);

    public Task End(string sessionKey) => rows.End(sessionKey);

    private async Task Post(CancellationToken cancellation)
    {
        while (_waiting.TryPeek(out var next))
        {
            var mail = new OperatorSignInEmail(site.Console($"/link/{next.Token}"), IOperatorsGrain.LinkLife);
            await outbox.Post(new OutgoingMail(OutgoingMail.IdOf($"operator-link/{Secret.Hash(next.Token)}"), MailPriority.SignIn, next.To.Email, "Operator", mail)
            {
                Account = s_account,
                UselessAfter = clock.GetUtcNow() + IOperatorsGrain.LinkLife,
            });
            _waiting.Dequeue();
        }

        _posting?.Dispose();
        _posting = null;
    }
}
