using Backsoon.Accounts;
using Backsoon.Mail;
using Backsoon.Storage;

namespace Backsoon.Tenants;

[GrainType("tenant")]
public sealed class TenantGrain([PersistentState("tenant")] IPersistentState<TenantState> stored, TenantLedger ledger, TimeProvider clock) : StoredGrain<TenantState>(stored), ITenantGrain, IRemindable
{
    private const string Erasure = "erase";
    private const string Summary = "summary";

    // What one turn deletes before others get theirs.
    private static readonly TimeSpan s_slice = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_retry = TimeSpan.FromMinutes(1);

    // What was committed last: the profile is read in the middle of a change, too.
    private TenantProfile? _profile;
    private IGrainTimer? _erasing;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Publish();
        return Task.CompletedTask;
    }

    public async Task Found(AccountId owner, EmailAddress ownerEmail, SignUpDetails details)
    {
        if (Exists)
            return;

        // The rows first: whoever finds the profile may write for this tenant. Whoever founds asks again after a crash.
        var now = clock.GetUtcNow();
        await ledger.Found(Id, now, Industries.Categories(details.Industry));
        State.Slug = details.Slug;
        State.Industry = details.Industry;
        State.Members = [owner];
        State.FoundedAt = now;
        State.Version = 1;
        State.Settings = new TenantSettings(
            details.BusinessName, details.ZoneId, Industries.Nouns(details.Industry), new OwnerContact(details.Name, ownerEmail, Phone: null),
            About: null, AwayText: null, EmergencyText: null, EmergencyPhone: null, NotificationPreferences.Default);
        await Write();
        Publish();
    }

    public Task<TenantProfile?> Profile() => Task.FromResult(_profile);

    public async Task<TenantProfile?> Change(TenantSettings settings)
    {
        if (_profile is null)
            return null;

        State.Settings = settings;
        await Keep();
        return _profile;
    }

    public Task Pause(bool pause) => Stand(pause, State.IsClosed);

    public Task Close(bool close) => Stand(State.IsPaused, close);

    public async Task GiveUpSlug(DateTimeOffset heldUntil)
    {
        if (_profile is null)
            return;
        await GrainFactory.Slug(State.Slug!).Release(Id, heldUntil);
        // Whoever keeps a page by the name has to look again whose it is.
        await Keep();
    }

    public async Task<bool> TakeSlug(Slug slug)
    {
        if (_profile is null || !await GrainFactory.Slug(slug).Confirm(Id))
            return false;
        State.Slug = slug;
        await Keep();
        return true;
    }

    public async Task<AbsenceOutcome> Leave(Absence absence)
    {
        if (_profile is null || State.Absences.Find(known => known.Id == absence.Id)?.IsOver(clock.GetUtcNow()) == true)
            return AbsenceOutcome.Gone;

        var others = State.Absences.FindAll(known => known.Id != absence.Id);
        if (others.Exists(other => !(other.Until <= absence.From) && !(absence.Until <= other.From)))
            return AbsenceOutcome.Overlaps;
        others.RemoveAll(other => others.Count >= Absence.MostKept && State.Told.Contains(other.Id));
        if (others.Count >= Absence.MostKept)
            return AbsenceOutcome.TooMany;

        await Keep([.. others.Append(absence).OrderBy(other => other.From)]);
        return AbsenceOutcome.Saved;
    }

    public async Task<bool> Return(Guid absence)
    {
        var now = clock.GetUtcNow();
        if (_profile is null || State.Absences.Find(known => known.Id == absence) is not { } known || known.IsOver(now))
            return false;

        await Keep([.. known.From < now ? State.Absences.Select(other => other == known ? known with { Until = now } : other) : State.Absences.Where(other => other != known)]);
        return true;
    }

    public async Task Erase()
    {
        if (!Exists)
            return;

        await this.RegisterOrUpdateReminder(Erasure, s_retry, s_retry);
        if (State.ErasingSince is null)
        {
            State.ErasingSince = clock.GetUtcNow();
            await Write();
            Publish();
        }

        await EraseSlice();
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (State.ErasingSince is not null)
            await EraseSlice();
        else if (reminderName == Summary)
            await Summarise();
        else
            await this.Unremind(Erasure);
    }

    // The reminder first: whoever is back is told, whatever happens next.
    private async Task Keep(List<Absence> absences)
    {
        await RemindOf(absences);
        State.Absences = absences;
        await Keep();
    }

    private async Task Stand(bool isPaused, bool isClosed)
    {
        if (_profile is null || (State.IsPaused, State.IsClosed) == (isPaused, isClosed))
            return;
        (State.IsPaused, State.IsClosed) = (isPaused, isClosed);
        await Keep();
    }

    private async Task Keep()
    {
        State.Version++;
        await Write();
        Publish();
        await Scope.Directory().ProfileChanged(_profile!);
    }

    private async Task Summarise()
    {
        foreach (var over in State.Absences.Where(absence => absence.IsOver(clock.GetUtcNow()) && !State.Told.Contains(absence.Id)).ToArray())
        {
            await Scope.Return().Tell(over);
            State.Told = [.. State.Told.Intersect(State.Absences.Select(absence => absence.Id)), over.Id];
            await Write();
        }

        await RemindOf(State.Absences);
    }

    private async Task RemindOf(List<Absence> absences)
    {
        var now = clock.GetUtcNow();
        if (absences.Where(absence => !State.Told.Contains(absence.Id)).Min(absence => absence.Until) is { } next)
            await this.RegisterOrUpdateReminder(Summary, next > now ? next - now : TimeSpan.Zero, s_retry);
        else
            await this.Unremind(Summary);
    }

    // Every step may be done again: one that was cut off is found by the reminder.
    private async Task EraseSlice()
    {
        await ledger.Mark(Id, State.ErasingSince!.Value);
        await Scope.Directory().Close();
        await Scope.Booking().Close();
        await Scope.Calendars().Erase();
        await Scope.Subscription().End();
        await Scope.Leaving().Forget();
        await Scope.Archive().Forget();
        await Scope.DataRequests().Forget();
        foreach (var member in State.Members)
            await GrainFactory.GetGrain<IAccountGrain>($"account/{member}").Leave(Id);
        if (State.Slug is { } slug)
            await GrainFactory.Slug(slug).Release(Id);

        if (await ledger.EraseFor(Id, s_slice))
        {
            await Clear();
            await this.Unremind(Erasure);
            await this.Unremind(Summary);
            _erasing?.Dispose();
            DeactivateOnIdle();
        }
        else
        {
            _erasing ??= this.RegisterGrainTimer(_ => EraseSlice(), new() { DueTime = TimeSpan.Zero, Period = TimeSpan.FromSeconds(1), KeepAlive = true });
        }
    }

    private TenantId Id => new(this.GetPrimaryKeyString()["tenant/".Length..]);

    private TenantScope Scope => GrainFactory.For(Id);

    private void Publish() => _profile = State is { Settings: { } settings, ErasingSince: null }
        ? new TenantProfile(Id, State.Slug!, State.Industry, settings, [.. State.Members], State.FoundedAt, State.Version, [.. State.Absences], State.IsClosed ? Standing.Closed : State.IsPaused ? Standing.Paused : Standing.Open)
        : null;
}
