using System.Text.RegularExpressions;
using Backsoon.Accounts;
using Backsoon.Mail;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

/// <summary>A business of its own with two vendors on one chain, and what a caller and a vendor do at its desk.</summary>
public sealed partial class Doorstep(FrontDesk desk, Slug slug, TenantScope scope, Subject subject, Category urgent, Category routine, Vendor first, Vendor second)
{
    public FrontDesk Desk => desk;
    public TenantScope Scope => scope;
    public Subject Subject => subject;
    public Category Urgent => urgent;
    public Category Routine => routine;
    public Vendor First => first;
    public Vendor Second => second;

    /// <summary>With as many subjects to choose from.</summary>
    public static async Task<Doorstep> Open(FrontDesk desk, int subjects = 2)
    {
        var owner = await desk.SignUp();
        var scope = desk.Grains.For((await desk.Grains.Slug(owner.Slug).Resolve())!.Value);
        var directory = scope.Directory();
        Vendor Vendor(string name) => new(Id(desk), name, EmailAddress.Parse($"{name.ToLowerInvariant()}@{owner.Slug}.example"), "+351 210 000 001", null, true);
        var (first, second) = (Vendor("Rivera"), Vendor("Cole"));
        await directory.PutVendor(first);
        await directory.PutVendor(second);
        Subject? subject = null;
        for (var number = subjects; number > 0; number--)
            await directory.PutSubject(subject = new Subject(Id(desk), $"{number} Rose Street", $"Flat {number}", true));
        await directory.PutRule(new Rule(Id(desk), null, null, [new(first.Id, TimeSpan.FromMinutes(60)), new(second.Id, TimeSpan.FromMinutes(60))]));
        var categories = await directory.Categories();
        return new Doorstep(desk, owner.Slug, scope, subject!, categories.First(c => c.Urgent), categories.First(c => !c.Urgent), first, second);
    }

    public string Address(string path = "/") => desk.Site.Desk(slug, path);

    public async Task<TenantProfile> Settings(Func<TenantSettings, TenantSettings> change)
    {
        var profile = (await scope.Tenant().Profile())!;
        return (await scope.Tenant().Change(change(profile.Settings)))!;
    }

    /// <summary>The form, after somebody has looked at it for long enough.</summary>
    public async Task<WebPage> Form(Browser caller, string path = "/")
    {
        var page = await caller.Get(Address(path));
        desk.Clock.Advance(TimeSpan.FromSeconds(5));
        return page;
    }

    public Dictionary<string, string?> Typed(string text = "Water comes through the ceiling.", Category? category = null) => new()
    {
        ["subject"] = subject.Id.ToString(),
        ["category"] = (category ?? routine).Id.ToString(),
        ["name"] = "Maria Duarte",
        ["phone"] = "+351 912 000 000",
        ["text"] = text,
    };

    /// <summary>Sends a request and comes to its status page.</summary>
    public async Task<WebPage> Send(Browser caller, string text = "Water comes through the ceiling.", Category? category = null) => await caller.Submit(await Form(caller), Typed(text, category));

    public async Task<IReadOnlyList<Slip>> Stored() => (await scope.History().Read(HistoryFilter.All, null, 200)).Slips;

    public async Task<DispatchView> Only() => (await scope.Dispatch(Assert.Single(await Stored()).Id).Look())!;

    /// <summary>The link in the newest mail to a vendor.</summary>
    public async Task<string> LinkOf(Vendor vendor, params IEnumerable<Guid> seen) => Link().Match((await desk.MailTo(vendor.Email.Value, [.. seen])).Text).Value;

    public async Task<string> Sign(string purpose, TimeSpan life, params string[] parts)
    {
        var ring = await desk.Grains.GetGrain<IKeyRingGrain>(IKeyRingGrain.Key).Read();
        return ring.Tokens.Sign(purpose, desk.Clock.GetUtcNow() + life, parts);
    }

    private static Guid Id(FrontDesk desk) => Guid.CreateVersion7(desk.Clock.GetUtcNow());

    [GeneratedRegex(@"https?://\S+/v/[A-Za-z0-9_.-]+")]
    private static partial Regex Link();
}
