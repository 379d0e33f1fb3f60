using System.Collections.Immutable;
using Backsoon.Mail;
using Backsoon.Tenants;
using Npgsql;

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

    /// <summary>Requests of the past by the thousand, each a minute older than the last.</summary>
    public async Task CopyHistory(int count, int textLength)
    {
        await using var database = NpgsqlDataSource.Create(owner.Desk.ConnectionString);
        await using var fill = database.CreateCommand(
            """
            insert into dispatch (tenant_id, id, reference, received_at, category_id, category_name, urgent, caller_name, caller_phone, body, fingerprint, status, plan, step, shard, closed_at)
            select $1, gen_random_uuid(), 'AAA-AAA', now() - i * interval '1 minute', $2, 'Plumbing', false, 'Joana Reis', '+351 910 000 000', repeat('x', $4), '', 4, '[]', 0, 0, now() from generate_series(1, $3) i
            """);
        foreach (var value in new object[] { scope.Id.Value, (await Category("Plumbing")).Id, count, textLength })
            fill.Parameters.Add(new() { Value = value });
        await fill.ExecuteNonQueryAsync();
    }

    private Guid NewId() => Guid.CreateVersion7(owner.Desk.Clock.GetUtcNow());
}
