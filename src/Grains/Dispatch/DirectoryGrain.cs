using System.Collections.Immutable;
using Backsoon.Storage;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

[GrainType("directory")]
public sealed class DirectoryGrain(DirectoryRows rows, TimeProvider clock) : Grain, IDirectoryGrain
{
    private const int MaxName = 200;
    private const int MaxNote = 2000;
    private const int MaxTake = 200;

    private DirectorySnapshot _directory = new();
    private TenantProfile? _profile;
    private DeskView? _desk;
    private Absence? _away;

    // Begins with the clock, so that it differs from whatever it was before a restart.
    private long _version;

    private TenantId Id => new(this.GetPrimaryKeyString()["directory/".Length..]);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _version = clock.GetUtcNow().Ticks;
        // A change from now on waits its turn to be told here; one before is in what the tenant answers.
        _profile = await GrainFactory.For(Id).Tenant().Profile();
        if (_profile is not null)
            _directory = await rows.Read(Id);
    }

    public Task<DeskView?> Desk() => Task.FromResult(Profile() is { } profile ? _desk ??= View(profile) : null);

    public Task<long?> Version() => Task.FromResult<long?>(Profile() is null ? null : _version);

    public Task<RoutePlan?> Route(Guid? subject, Guid category)
    {
        Subject? about = null;
        if (Profile() is not { Standing: Standing.Open } profile
            || !_directory.TryGetCategory(category, out var chosen) || !chosen.Active
            || subject is { } id && !(_directory.Subjects.TryGet(id, out about) && about.Active))
            return Task.FromResult<RoutePlan?>(null);
        var rule = _directory.RuleFor(subject, category);
        return Task.FromResult<RoutePlan?>(new(about, chosen, _directory.Steps(rule), profile, rule, _away, StandIn(_away)));
    }

    public Task<Roster?> Roster(ImmutableArray<Guid> vendors) =>
        Task.FromResult(Profile() is { Standing: not Standing.Closed } profile ? new Roster(profile, [.. vendors.Select(id => _directory.Vendors.TryGet(id, out var vendor) ? vendor : null).OfType<Vendor>()], _away, StandIn(_away)) : null);

    public Task<ImmutableArray<Subject>> FindSubjects(string query, int take) => Task.FromResult(_directory.Subjects.Find(query, Math.Clamp(take, 0, MaxTake)));

    public Task<Page<Vendor>> Vendors(PageRequest request) => Task.FromResult(_directory.Vendors.Page(Bounded(request)));

    public Task<Page<Subject>> Subjects(PageRequest request) => Task.FromResult(_directory.Subjects.Page(Bounded(request)));

    public Task<ImmutableArray<Category>> Categories() => Task.FromResult(_directory.Categories);

    public Task<Page<RuleView>> Rules(PageRequest request) => Task.FromResult(_directory.Rules.Page(Bounded(request)));

    public Task<Vendor?> Vendor(Guid id) => Task.FromResult(_directory.Vendors.TryGet(id, out var vendor) ? vendor : null);

    public Task<Subject?> Subject(Guid id) => Task.FromResult(_directory.Subjects.TryGet(id, out var subject) ? subject : null);

    public Task<RuleView?> Rule(Guid id) => Task.FromResult(_directory.View(id));

    public async Task<Preview?> Preview(Guid? subject, Guid category, DateTimeOffset at) => await Route(subject, category) is { } plan && plan.Profile.AwayAt(at) is var away
        ? Previews.Of(plan with { Away = away, StandIn = StandIn(away) }, at)
        : null;

    public Task<Coverage?> Coverage() => Task.FromResult(Profile() is { } profile ? Coverages.Of(_directory, profile.Settings, clock.GetUtcNow()) : null);

    public Task<RuleBounds?> Bounds(Guid rule) => Task.FromResult(Profile() is { } profile && _directory.View(rule) is { } view ? Bounds(view, profile) : null);

    public Task<DirectoryChange> PutVendor(Vendor vendor)
    {
        // The link's number is nobody's to bring along.
        var link = _directory.Vendors.TryGet(vendor.Id, out var known) ? known.Link : 1;
        var kept = vendor with { Name = Cut(vendor.Name, MaxName), Phone = Cut(vendor.Phone, MaxName), Note = Cut(vendor.Note, MaxNote), Link = link };
        return Save(rows.Put(Id, kept), () => _directory.Put(kept));
    }

    public async Task<DirectoryChange?> ChangeLink(Guid vendor, bool revoke)
    {
        if (!_directory.Vendors.TryGet(vendor, out var known))
            return null;
        var changed = known with { Link = revoke ? -Math.Abs(known.Link) : Math.Abs(known.Link) + 1 };
        return await Save(rows.PutLink(Id, changed), () => _directory.Put(changed));
    }

    public Task<DirectoryChange> PutSubject(Subject subject)
    {
        var kept = subject with { Label = Cut(subject.Label, MaxName), Reference = Cut(subject.Reference, MaxName) };
        return Save(rows.Put(Id, kept), () => _directory.Put(kept));
    }

    public Task<DirectoryChange> PutCategory(Category category)
    {
        var kept = category with { Name = Cut(category.Name, MaxName) };
        return Save(rows.Put(Id, kept), () => _directory.Put(kept));
    }

    public Task<DirectoryChange> PutRule(Rule rule)
    {
        if (rule.Steps.Length > Dispatch.Rule.MaxSteps || rule.Repeat is < 1 or > Dispatch.Rule.MaxRepeat
            || rule.Steps.Any(step => step.Wait < Dispatch.Rule.MinWait || step.Wait > Dispatch.Rule.MaxWait || step.Vendors.Length is 0 or > Dispatch.Rule.MaxTogether || step.Vendors.Distinct().Count() < step.Vendors.Length))
            throw new ArgumentException($"A rule has at most {Dispatch.Rule.MaxSteps} steps of {Dispatch.Rule.MinWait} to {Dispatch.Rule.MaxWait}, each with up to {Dispatch.Rule.MaxTogether} vendors, at most {Dispatch.Rule.MaxRepeat} times.", nameof(rule));
        return Save(rows.Put(Id, rule), () => _directory.Put(rule));
    }

    public Task<DirectoryChange> RemoveRule(Guid id) => Save(rows.RemoveRule(Id, id), () => _directory.RemoveRule(id));

    public async Task Reload()
    {
        if (_profile is null)
            return;
        // Should this fail, the rows are read on the next activation.
        DeactivateOnIdle();
        _directory = await rows.Read(Id);
        Changed();
    }

    public async Task ProfileChanged(TenantProfile profile)
    {
        if (_profile is not null && profile.Version <= _profile.Version)
            return;

        var leaves = _profile is not null && !_profile.Absences.SequenceEqual(profile.Absences);
        _profile = profile;
        Changed();
        if (leaves)
            await rows.Release(Id, clock.GetUtcNow());
    }

    public Task Close()
    {
        (_profile, _directory) = (null, new());
        Changed();
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    private async Task<DirectoryChange> Save(Task<DirectoryChange?> written, Action apply)
    {
        DirectoryChange? refused;
        try
        {
            refused = await written;
        }
        catch (OrleansException)
        {
            // Written or not: only the rows know.
            DeactivateOnIdle();
            throw;
        }

        if (refused is not null)
            return refused;
        apply();
        Changed();
        return new DirectoryChange.Saved(_version);
    }

    private Vendor? StandIn(Absence? away) => away?.StandIn is { } id && _directory.Vendors.TryGet(id, out var vendor) ? vendor : null;

    private RuleBounds Bounds(RuleView view, TenantProfile profile)
    {
        var (duties, now, steps) = (new Duties(profile.Settings, view.Vendors), clock.GetUtcNow(), _directory.Steps(view.Rule));
        return new RuleBounds(PolicyBound.Of(steps, view.Rule.Repeat, urgent: false, duties, now), PolicyBound.Of(steps, view.Rule.Repeat, urgent: true, duties, now));
    }

    private void Changed()
    {
        _version++;
        _desk = null;
    }

    // A tenant that is not there yet may be founded any moment: then the next call finds it.
    private TenantProfile? Profile()
    {
        if (_profile is null)
            DeactivateOnIdle();
        // Nobody tells when an absence begins or ends: whoever asks next finds it so.
        if (_profile?.AwayAt(clock.GetUtcNow()) is var away && away != _away)
        {
            _away = away;
            Changed();
        }

        return _profile;
    }

    private DeskView View(TenantProfile profile) => new(
        _version, profile, [.. _directory.Categories.Where(category => category.Active)], _directory.Subjects.ActiveCount <= DeskView.MaxListed ? [.. _directory.Subjects.Active] : [], _directory.Subjects.ActiveCount, _away);

    private static PageRequest Bounded(PageRequest request) => request with { Take = Math.Clamp(request.Take, 1, MaxTake) };

    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(text))]
    private static string? Cut(string? text, int most) => text is null ? null : StorableText.From(text, most);
}
