using System.Collections.Immutable;
using System.Text.Json;
using Backsoon.Accounts;
using Backsoon.Mail;
using Backsoon.Storage;
using Backsoon.Tenants;

namespace Backsoon.Booking;

[GrainType("calendar")]
public sealed class CalendarGrain(
    [PersistentState("calendar")] IPersistentState<CalendarState> stored, CalendarKeepers keepers, CalendarRows rows, Outbox outbox, Site site, RootKey rootKey, Keys keys, TimeProvider clock)
    : StoredGrain<CalendarState>(stored), ICalendarGrain, IRemindable
{
    private const string Tending = "tend";
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    private CalendarConnection? _connection;
    private OpenCalendar? _open;

    private string Key => this.GetPrimaryKeyString();

    private TenantId Tenant => new(Key.Split('/')[1]);

    private Guid Host => Guid.ParseExact(Key.Split('/')[2], "n");

    private ConsentSeal Seal => new(rootKey, Key, clock);

    private AccessReturn Return => new(State, GrainFactory, rootKey, keys);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Open(State.Connection is { } wrapped ? JsonSerializer.Deserialize<CalendarConnection>(rootKey.Unwrap(wrapped, Key)) : null);
        return Task.CompletedTask;
    }

    // It and Deliver interleave with everything, so neither writes state.
    public async Task<BusySnapshot> Busy(DateTimeOffset from, DateTimeOffset to)
    {
        if (_open is not { } open)
            return _connection is null ? BusySnapshot.None : BusySnapshot.Unknown;
        var snapshot = await open.Busy(from, to, State.Trouble == CalendarTrouble.Ended);
        Heed(open);
        return snapshot;
    }

    public Task<bool> Invites() => LeavingNothing(State.Trouble != CalendarTrouble.Ended && _open is { IsOver: false });

    public async Task Deliver()
    {
        if (State.Trouble == CalendarTrouble.Ended || _open is not { } open)
            return;
        await open.Deliver();
        Heed(open);
    }

    public async Task WriteAgain()
    {
        await rows.Again(Tenant, Host);
        await Deliver();
    }

    public async Task<CalendarView> Look()
    {
        var revoking = await Return.Until();
        if (State is { Revocation: not null, Revoking: null } && revoking is null)
        {
            Return.Forget();
            await Settle();
        }

        var (waiting, parked, error) = _connection is null ? default : await rows.Standing(Tenant, Host);
        return await LeavingNothing(new CalendarView(
            keepers.Google is not null, _connection?.Email, _connection is null ? null : State.ConnectedAt, _connection is not null && _open is null ? CalendarTrouble.Unasked : State.Trouble, State.TroubleSince, _connection?.Reads.Length ?? 0, _open?.AsOf, waiting, parked, error ?? _open?.LastError, revoking));
    }

    public Task<Uri?> Consent(string sessionKey) => LeavingNothing(keepers.Google?.Consent(verifier => Seal.Close(sessionKey, verifier)));

    public async Task<ConnectOutcome> Connect(string sessionKey, string state, string code)
    {
        var used = Secret.Hash(state);
        if (keepers.Google is not { } google || Seal.Open(sessionKey, state) is not { } consent || State.Used.Exists(known => known.Hash == used))
            return await LeavingNothing<ConnectOutcome>(new ConnectOutcome.Stale());

        // Spent before it is used.
        await Remind();
        State.Used = [.. State.Used.Where(known => known.Until > clock.GetUtcNow()), new(used, consent.Until)];
        await Write();
        switch (await google.Exchange(code, consent.Verifier))
        {
            case GoogleAnswer<Grant>.Given { Value: var grant } when grant.Has(GoogleCalendar.FreeBusyScope) && grant.Has(GoogleCalendar.EventsScope):
                await Connect(google, grant);
                return new ConnectOutcome.Connected(grant.Email);
            case GoogleAnswer<Grant>.Given { Value: var grant }:
                // Half of it is of no use, so it is given back, unless that would take a whole one along.
                if (_connection?.Email.Canonical != grant.Email.Canonical)
                    await google.Revoke(grant.Refresh);
                return new ConnectOutcome.Partial(grant.Has(GoogleCalendar.FreeBusyScope), grant.Has(GoogleCalendar.EventsScope));
            default:
                return new ConnectOutcome.Failed();
        }
    }

    public async Task<ImmutableArray<CalendarChoice>?> Calendars() => _open is { } open ? await open.Calendars() : null;

    public async Task<bool> Choose(ImmutableArray<string> reads, string writes)
    {
        if (await Calendars() is not { } listed || _connection is not { } connection || !listed.Any(choice => choice.Id == writes && choice.IsWritable))
            return false;

        await Keep(connection with { Reads = [.. listed.Select(choice => choice.Id).Intersect(reads).Take(ICalendarGrain.MostRead)], Writes = writes });
        return true;
    }

    public async Task<CalendarView> Disconnect()
    {
        if (_connection is { } connection)
        {
            await Remind();
            await Return.Prepare(connection);
            (State.Connection, State.Trouble, State.TroubleSince, State.Letter) = (null, null, null, null);
            await Write();
            Open(null);
            await Tend();
        }

        return await Look();
    }

    public async Task Erase()
    {
        await Disconnect();
        if (State.Revoking is not null)
            await Tend();
        if (Exists)
            await Clear();
        await this.Unremind(Tending);
        DeactivateOnIdle();
    }

    public async Task Note(CalendarTrouble? trouble)
    {
        if (_open is not { } open || trouble == State.Trouble || State.Trouble == CalendarTrouble.Ended || (trouble == CalendarTrouble.Ended) != open.IsOver)
            return;

        await Remind();
        var now = clock.GetUtcNow();
        (State.Trouble, State.TroubleSince) = (trouble, trouble is null ? null : now);
        State.Letter = trouble == CalendarTrouble.Ended ? Guid.CreateVersion7(now) : null;
        await Write();
        await Tend();
    }

    public Task ReceiveReminder(string reminderName, TickStatus status) => Tend();

    private void Heed(OpenCalendar open)
    {
        if (open.TroubleAfter(State.Trouble) is var trouble && trouble != State.Trouble)
            _ = this.AsReference<ICalendarGrain>().Note(trouble);
    }

    private async Task Connect(GoogleCalendar google, Grant grant)
    {
        var same = _connection?.Email.Canonical == grant.Email.Canonical ? _connection : null;
        var listed = same is null && await google.Calendars(grant.Access.Value) is GoogleAnswer<ImmutableArray<ListedCalendarName>>.Given { Value: var all } ? all : [];
        var primary = listed.FirstOrDefault(calendar => calendar.IsPrimary)?.Id ?? grant.Email.Value;
        // The row first: for a business that is gone there can be none, and so no connection.
        var now = clock.GetUtcNow();
        await rows.Connect(Tenant, Host, now);
        if (_connection is { } other && same is null)
            await Return.Prepare(other);
        else
            await Return.Withdraw(grant.Email);

        State.ConnectedAt = now;
        (State.Trouble, State.TroubleSince, State.Letter) = (null, null, null);
        await Keep(same is null ? new CalendarConnection(grant.Refresh, grant.Email, [primary], primary) : same with { RefreshToken = grant.Refresh });
        await Tend();
        await rows.Again(Tenant, Host);
        _ = GrainFactory.GetGrain<ICalendarWritesGrain>(ICalendarWritesGrain.Key).Poke();
    }

    private async Task Keep(CalendarConnection connection)
    {
        State.Connection = rootKey.Wrap(JsonSerializer.SerializeToUtf8Bytes(connection), Key);
        await Write();
        Open(connection);
    }

    private void Open(CalendarConnection? connection) =>
        (_connection, _open) = (connection, connection is not null && keepers.Google is { } google ? new OpenCalendar(connection, google, rows, Tenant, Host, clock) : null);

    /// <summary>Does what the state says and what may have been cut off: each part of it may be done twice.</summary>
    private async Task Tend()
    {
        await (_connection is null ? rows.Disconnect(Tenant, Host) : rows.Note(Tenant, Host, State.Trouble, State.TroubleSince));
        if (State.Letter is { } letter && _connection is { } connection && await GrainFactory.For(Tenant).Tenant().Profile() is { } profile)
            await outbox.Post(CalendarEndedEmail.To(profile, letter, connection.Email, site.App("/bookings/calendars")));
        await Return.HandOver();
        State.Letter = null;
        State.Used.RemoveAll(known => known.Until <= clock.GetUtcNow());
        await Settle();
        if (State.Used.Count == 0)
            await this.Unremind(Tending);
    }

    private Task Settle() => !Exists ? Task.CompletedTask : State is { Connection: null, Revocation: null, Used.Count: 0 } ? Clear() : Write();

    private Task<IGrainReminder> Remind() => this.RegisterOrUpdateReminder(Tending, s_minute, s_minute);
}
