using System.Collections.Immutable;
using Backsoon.Accounts;
using Backsoon.Mail;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

/// <summary>A business of its own for one test: an owner, a routine and an urgent category, and vendors who are asked in turn for anything.</summary>
public sealed class Office(Backend backend, TenantId tenant, AccountId account, EmailAddress owner, ImmutableArray<Vendor> vendors, Category routine, Category urgent)
{
    private static int s_number;

    public TenantScope Scope => backend.Grains.For(tenant);

    public TenantId Tenant => tenant;

    public AccountId Account => account;

    public EmailAddress Owner => owner;

    public ImmutableArray<Vendor> Vendors => vendors;

    public Category Routine => routine;

    public Category Urgent => urgent;

    /// <param name="waits">One vendor for each; without any there is no rule, and the owner is asked at once.</param>
    public static async Task<Office> Open(Backend backend, params TimeSpan[] waits)
    {
        var (number, now) = (Interlocked.Increment(ref s_number), backend.Clock.GetUtcNow());
        var (tenant, account, owner) = (TenantId.New(now), AccountId.New(now), EmailAddress.Parse($"owner{number}@office.example"));
        var slug = Slug.Parse($"office-{number}");
        await backend.Grains.GetGrain<IAccountGrain>($"account/{account}").Open(owner, "Ana Reis");
        await backend.Grains.For(tenant).Tenant().Found(account, owner, new SignUpDetails("Ana Reis", $"Office {number}", slug, Industry.PropertyManagement, "Europe/Lisbon"));
        var directory = backend.Grains.For(tenant).Directory();
        var categories = await directory.Categories();
        var vendors = waits.Select((_, i) => new Vendor(Id(backend), $"Vendor {number}.{i}", EmailAddress.Parse($"vendor{i}@office{number}.example"), "+351 200 000 000", "A note of the owner", Active: true)).ToImmutableArray();
        foreach (var vendor in vendors)
            Assert.IsType<DirectoryChange.Saved>(await directory.PutVendor(vendor));
        if (waits.Length > 0)
            Assert.IsType<DirectoryChange.Saved>(await directory.PutRule(new Rule(Id(backend), null, null, [.. vendors.Zip(waits, (vendor, wait) => new RuleStep(vendor.Id, wait))])));
        return new Office(backend, tenant, account, owner, vendors, categories.First(c => !c.Urgent), categories.First(c => c.Urgent));
    }

    public static Guid Id(Backend backend) => Guid.CreateVersion7(backend.Clock.GetUtcNow());

    public Submission Form(string text = "The tap drips.", EmailAddress? email = null, Category? category = null, Guid? subject = null) =>
        new(subject, (category ?? Routine).Id, "Tom Baker", "+351 910 000 001", email, text, new byte[32]);

    public async Task<IDispatchGrain> Submit(Submission? form = null)
    {
        var dispatch = Scope.Dispatch(Id(backend));
        Assert.IsType<SubmitOutcome.Accepted>(await dispatch.Submit(form ?? Form()));
        return dispatch;
    }

    /// <summary>Lets time pass and has the chains do what came due, as their reminders would.</summary>
    public async Task Pass(TimeSpan time)
    {
        await backend.Advance(time);
        for (var shard = 0; shard < IChainsGrain.Shards; shard++)
            await backend.Grains.GetGrain<IChainsGrain>($"chains/{shard}").Sweep();
    }

    /// <summary>Takes the rows away behind the grains' backs, who go on believing in them.</summary>
    public async Task Vanish()
    {
        await backend.Database.Execute("delete from rule where tenant_id = $1", tenant.Value);
        await backend.Database.Execute("delete from tenant where id = $1", tenant.Value);
    }

    public async Task<DispatchView> Look(IDispatchGrain dispatch) => await dispatch.Look() ?? throw new InvalidOperationException("The request is not there.");

    public static string Story(DispatchView view) => string.Join(' ', view.Events.Select(e => e.Kind));
}
