using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Backsoon.Mail;
using Backsoon.Promises;
using Backsoon.Storage;
using Backsoon.Tenants;

namespace Backsoon.Accounts;

[GrainType("address")]
public sealed class AddressGrain(
    [PersistentState("address")] IPersistentState<AddressState> stored, Outbox outbox, Ledger ledger, RootKey rootKey, Keys keys, Policies policies, Site site, TimeProvider clock) : StoredGrain<AddressState>(stored), IAddressGrain, IRemindable
{
    public const int GuessesPerRequest = 5;

    private const string Tidy = "tidy";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly HashSet<Guid> _decided = [];
    private IGrainTimer? _deciding;
    private IGrainTimer? _settling;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (State.HasPending)
            DecideSoon();
        return Task.CompletedTask;
    }

    public async Task<Asked> AskToSignIn(SignInRequest request) =>
        Answer(request) ?? await Accept(request, proposed: null, null, null);

    public async Task<Asked> AskToSignUp(SignInRequest request, SignUpDetails details)
    {
        if (Answer(request) is { } answer)
            return answer;

        // Whoever asks again for the name they hold already is held no second one: both mails lead to the same business.
        var now = clock.GetUtcNow();
        var before = State.Requests.FindLast(r => r.Slug == details.Slug);
        var tenant = before?.Tenant ?? AddressRequest.TenantOf(this.GetPrimaryKeyString(), request.Id, details.Slug);
        return await GrainFactory.Slug(details.Slug).ReserveFrom(tenant, request.BrowserKey)
            ? await Accept(request, before?.Proposed ?? AccountId.New(now), tenant, details)
            : new Asked.SlugTaken();
    }

    public async Task<CodeRedemption> RedeemCode(Guid request, string browserKey, string code)
    {
        var (life, now) = ((await policies.Current()).MagicLink, clock.GetUtcNow());
        State.ForgetOld(now);
        if (State.Newest is not { } asked || asked.Id != request || now >= asked.At + life || !asked.IsFrom(browserKey) || asked.Guesses >= GuessesPerRequest || State.WrongGuesses.Count >= AddressState.WrongGuessesPerDay)
            return new CodeRedemption.LinkOnly();

        // Of a request that nobody was mailed for, no code is right.
        var ring = await keys.Current();
        if (CryptographicOperations.FixedTimeEquals(asked.CodeMac, AddressRequest.MacOf(ring, request, code)) && (State.Account ?? asked.Proposed) is not null)
            return new CodeRedemption.Accepted(asked.LinkKey);

        asked.Guesses++;
        State.WrongGuesses.Add(now);
        await Write();
        var left = Math.Min(GuessesPerRequest - asked.Guesses, AddressState.WrongGuessesPerDay - State.WrongGuesses.Count);
        return left > 0 ? new CodeRedemption.Wrong(left) : new CodeRedemption.LinkOnly();
    }

    public async Task<AccountId> Claim(AccountId proposed)
    {
        if (State.Account is { } known)
            return known;
        State.Account = proposed;
        await Write();
        return proposed;
    }

    public async Task Recognise(string browserKey)
    {
        if (State.Account is not null && State.Recognise(browserKey))
            await Write();
    }

    public async Task<ImmutableArray<string>> Release()
    {
        ImmutableArray<string> links = [.. State.Requests.Select(r => MagicLinkGrain.KeyOf(r.LinkKey))];
        if (Exists)
            await Clear();
        await this.Unremind(Tidy);
        return links;
    }

    // What nobody asks about is forgotten after a day; an address without an account altogether.
    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        var now = clock.GetUtcNow();
        if (State.HasPending)
        {
            DecideSoon();
            return;
        }

        State.ForgetOld(now);
        if (State.Newest is { } newest)
        {
            await WakeToForget(newest.At + AddressState.Memory - now);
            return;
        }

        if (State.Account is not null || State.WrongGuesses.Count > 0)
            await Write();
        else if (Exists)
            await Clear();
        if (State.WrongGuesses.Count > 0)
            await WakeToForget(AddressState.Memory);
        else
            await this.Unremind(Tidy);
    }

    // Null when the request is to be accepted. Says the same whether or not the address is known.
    private Asked? Answer(SignInRequest request)
    {
        var now = clock.GetUtcNow();
        State.ForgetOld(now);
        if (State.Requests.Exists(r => r.Id == request.Id))
            return new Asked.Accepted();
        return State.Wait(now, request.BrowserKey) is { } wait ? new Asked.TooMany(wait) : null;
    }

    // Everything a mail needs is made here, for known and unknown addresses alike; whether there is a mail is decided when the caller has gone.
    private async Task<Asked> Accept(SignInRequest request, AccountId? proposed, TenantId? tenant, SignUpDetails? details)
    {
        var now = clock.GetUtcNow();
        var ring = await keys.Current();
        var token = Secret.New();
        var code = RandomNumberGenerator.GetInt32(1_000_000).ToString("d6");
        await WakeForPending();
        State.Requests.Add(new AddressRequest
        {
            Id = request.Id,
            At = now,
            BrowserKey = request.BrowserKey,
            LinkKey = Secret.Hash(token),
            CodeMac = AddressRequest.MacOf(ring, request.Id, code),
            Proposed = proposed,
            Tenant = tenant,
            Slug = details?.Slug,
            Pending = new PendingMail(Guid.CreateVersion7(now), request.Email, request.Visitor.Device, details, rootKey.Wrap(Encoding.ASCII.GetBytes($"{code}{token}"), SecretsRow(this.GetPrimaryKeyString(), request.Id))),
        });
        await Write();
        DecideSoon();
        return new Asked.Accepted();
    }

    // Interleaves, so that the next caller never waits for it: how long a mail takes to post would tell that there is one.
    private void DecideSoon() => _deciding ??= this.RegisterGrainTimer(Decide, new() { DueTime = TimeSpan.Zero, Period = s_patience, Interleave = true, KeepAlive = true });

    private async Task Decide(CancellationToken cancellation)
    {
        while (State.Requests.Find(r => r.Pending is not null && !_decided.Contains(r.Id)) is { } request)
        {
            if ((State.Account ?? request.Proposed) is { } account)
                await Mail(request, request.Pending!, account, State.Account is not null);
            _decided.Add(request.Id);
        }

        _deciding?.Dispose();
        _deciding = null;
        _settling ??= this.RegisterGrainTimer(Settle, new() { DueTime = TimeSpan.Zero, Period = s_patience });
    }

    private async Task Mail(AddressRequest request, PendingMail pending, AccountId account, bool isKnown)
    {
        var secrets = Encoding.ASCII.GetString(rootKey.Unwrap(pending.Secrets, SecretsRow(this.GetPrimaryKeyString(), request.Id)));
        var (code, url) = (secrets[..6], site.App($"/link/{secrets[6..]}"));
        var life = (await policies.Current()).MagicLink;
        var link = new MagicLink(this.GetPrimaryKeyString(), pending.Email, account, isKnown ? null : pending.Details, isKnown ? null : request.Tenant, clock.GetUtcNow() + life);
        await GrainFactory.GetGrain<IMagicLinkGrain>(MagicLinkGrain.KeyOf(request.LinkKey)).Create(link);

        Email mail = pending.Details is not { } details ? new SignInEmail(url, code, pending.Device, life)
            : isKnown ? new AlreadyAccountEmail(url, code, pending.Device, life)
            : new SignUpEmail(url, code, details.BusinessName, site.Desk(details.Slug), life);
        await outbox.Post(new OutgoingMail(pending.Mail, MailPriority.SignIn, pending.Email, "You", mail) { Account = account, UselessAfter = link.ExpiresAt });

        // Erased while this was posted: what was just made is no longer anybody's.
        if (!State.Requests.Contains(request))
        {
            await GrainFactory.GetGrain<IMagicLinkGrain>(MagicLinkGrain.KeyOf(request.LinkKey)).Forget();
            await ledger.Execute("with gone as (delete from outbox where id = $1) delete from development_mail where id = $1", pending.Mail);
        }
    }

    private async Task Settle(CancellationToken cancellation)
    {
        // More may be decided while this is written.
        while (_decided.Count > 0)
        {
            foreach (var request in State.Requests.Where(r => _decided.Contains(r.Id)))
                request.Pending = null;
            _decided.Clear();
            if (!Exists)
                continue;
            await Write();
            await (State.HasPending ? WakeForPending() : WakeToForget(AddressState.Memory));
        }

        _settling?.Dispose();
        _settling = null;
    }

    private Task<IGrainReminder> WakeForPending() => this.RegisterOrUpdateReminder(Tidy, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));

    private Task<IGrainReminder> WakeToForget(TimeSpan due) => this.RegisterOrUpdateReminder(Tidy, due, TimeSpan.FromHours(1));

    internal static string SecretsRow(string address, Guid request) => $"{address}/{request:n}";
}
