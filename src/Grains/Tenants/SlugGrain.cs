using System.Text.Json.Serialization;
using Backsoon.Accounts;
using Backsoon.Promises;
using Backsoon.Storage;

namespace Backsoon.Tenants;

[GrainType("slug")]
public sealed class SlugGrain([PersistentState("slug")] IPersistentState<SlugState> stored, Ledger ledger, Keys keys, Policies policies, TimeProvider clock) : StoredGrain<SlugState>(stored), ISlugGrain, IRemindable
{
    public static readonly TimeSpan Reservation = TimeSpan.FromMinutes(30);

    private const string Free = "free";

    private DateTimeOffset _heldUntil;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (!Exists)
            _heldUntil = (await ledger.Read("select until from slug_hold where slug = $1", row => row.GetFieldValue<DateTimeOffset>(0), await Pseudonym())).SingleOrDefault();
    }

    public Task<bool> Reserve(TenantId tenant) => ReserveFor(tenant, null);

    public Task<bool> ReserveFrom(TenantId tenant, string browserKey) => ReserveFor(tenant, browserKey);

    public async Task<bool> Confirm(TenantId tenant)
    {
        if (State.Tenant == tenant && State.IsConfirmed)
            return true;
        if (!IsFreeFor(tenant, null))
            return false;

        State.Tenant = tenant;
        State.ReservedUntil = null;
        State.BrowserKey = null;
        await Write();
        await this.Unremind(Free);
        return true;
    }

    public Task<TenantId?> Resolve() => LeavingNothing(State.IsConfirmed ? State.Tenant : null);

    public Task<bool> IsFree() => LeavingNothing(IsFreeFor(null, null));

    public Task<bool> IsFreeFrom(string browserKey) => LeavingNothing(IsFreeFor(null, browserKey));

    public async Task Release(TenantId tenant, DateTimeOffset? heldUntil = null)
    {
        if (State.Tenant != tenant)
            return;

        // A name that was in use stays out of it for a while, so that nobody inherits printed codes and links (R41).
        if (State.IsConfirmed && !(heldUntil <= clock.GetUtcNow()))
        {
            _heldUntil = heldUntil ?? clock.GetUtcNow() + (await policies.Current()).SlugHold;
            await ledger.Execute("insert into slug_hold (slug, until) values ($1, $2) on conflict (slug) do update set until = excluded.until", await Pseudonym(), _heldUntil);
        }

        await Clear();
        await this.Unremind(Free);
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (State.ReservedUntil is { } until && until > clock.GetUtcNow())
            return;
        if (!State.IsConfirmed && Exists)
            await Clear();
        await this.Unremind(Free);
    }

    // Whoever reserves it without a browser is signing in by then, and keeps it.
    private async Task<bool> ReserveFor(TenantId tenant, string? browserKey)
    {
        if (State.Tenant == tenant && State.IsConfirmed)
            return true;
        if (!IsFreeFor(tenant, browserKey))
            return false;

        await this.RegisterOrUpdateReminder(Free, Reservation, TimeSpan.FromHours(1));
        State.Tenant = tenant;
        State.ReservedUntil = clock.GetUtcNow() + Reservation;
        State.BrowserKey = browserKey;
        await Write();
        return true;
    }

    private bool IsFreeFor(TenantId? tenant, string? browserKey)
    {
        var now = clock.GetUtcNow();
        if (State.Tenant is null || State.ReservedUntil <= now)
            return _heldUntil <= now;
        return State.Tenant == tenant || !State.IsConfirmed && browserKey is not null && State.BrowserKey == browserKey;
    }

    // The hold outlives the tenant, so it does not spell the name of a business that may be a person's.
    private async Task<byte[]> Pseudonym() => (await keys.Current()).Bytes("slug", this.GetPrimaryKeyString());
}

[GenerateSerializer, Alias("tenants.slug.state")]
public sealed class SlugState
{
    [Id(0)]
    public TenantId? Tenant { get; set; }

    /// <summary>Null once confirmed.</summary>
    [Id(1)]
    public DateTimeOffset? ReservedUntil { get; set; }

    /// <summary>Hash of the cookie of the browser that reserved it; null once somebody signs in.</summary>
    [Id(2)]
    public string? BrowserKey { get; set; }

    [JsonIgnore]
    public bool IsConfirmed => Tenant is not null && ReservedUntil is null;
}
