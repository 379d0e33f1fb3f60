using System.Collections.Immutable;
using Backsoon.Mail;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

/// <summary>An owner's business with what a test needs in it.</summary>
public sealed class Business(Owner owner, TenantScope scope)
{
    public Owner Owner => owner;

    public Browser Browser => owner.Browser;

    public TenantScope Scope => scope;

    public static async Task<Business> Open(FrontDesk desk, Industry industry = Industry.PropertyManagement)
    {
        var owner = await desk.SignUp(industry);
        return new Business(owner, desk.Grains.For((await desk.Grains.Slug(owner.Slug).Resolve())!.Value));
    }

    public async Task<Category> Category(string name) => (await scope.Directory().Categories()).Single(category => category.Name == name);

    public async Task<Vendor> AddVendor(string name, string? email = null)
    {
        var vendor = new Vendor(NewId(), name, EmailAddress.Parse(email ?? "office@vendor.example"), "+351 21 000 00 00", null, Active: true);
        Assert.IsType<DirectoryChange.Saved>(await scope.Directory().PutVendor(vendor));
        return vendor;
    }

    public async Task<Subject> AddSubject(string label, string reference = "")
    {
        var subject = new Subject(NewId(), label, reference, Active: true);
        Assert.IsType<DirectoryChange.Saved>(await scope.Directory().PutSubject(subject));
        return subject;
    }

    public async Task<Rule> AddRule(Guid? subject, Guid? category, params (Vendor Vendor, int Minutes)[] steps)
    {
        var rule = new Rule(NewId(), subject, category, [.. steps.Select(step => new RuleStep(step.Vendor.Id, TimeSpan.FromMinutes(step.Minutes)))]);
        Assert.IsType<DirectoryChange.Saved>(await scope.Directory().PutRule(rule));
        return rule;
    }

    /// <summary>A request as the desk's form would send it.</summary>
    public async Task<Guid> Send(string category, string text = "The tap drips.", string caller = "Joana Reis", Guid? subject = null)
    {
        var id = NewId();
        var outcome = await scope.Dispatch(id).Submit(new Submission(subject, (await Category(category)).Id, caller, "+351 910 000 000", null, text, new byte[32]));
        Assert.IsType<SubmitOutcome.Accepted>(outcome);
        return id;
    }

    public async Task<ImmutableArray<Guid>> SendMany(int count, string category)
    {
        var ids = new List<Guid>();
        for (var i = 0; i < count; i++)
            ids.Add(await Send(category, $"Trouble number {i + 1}."));
        return [.. ids];
    }

    private Guid NewId() => Guid.CreateVersion7(owner.Desk.Clock.GetUtcNow());
}
