using Backsoon.Mail;
using FsCheck;
using FsCheck.Fluent;

namespace Backsoon.Dispatch;

public sealed class RoutingTests
{
    private const int Runs = 1000;

    private static readonly Gen<Guid?> s_some = Gen.Choose(0, 4).Select(i => i == 0 ? (Guid?)null : Id(i));

    private static readonly Gen<(Rule[] Rules, Vendor[] Vendors)> s_directories =
        from rules in (from subject in s_some
                       from category in s_some
                       from vendors in Gen.Choose(1, 6).ListOf()
                       select (subject, category, vendors)).ListOf()
        from active in Gen.Elements(true, true, false).ListOf(6)
        select (
            rules.DistinctBy(r => (r.subject, r.category)).Select((r, i) => new Rule(Id(100 + i), r.subject, r.category, [.. r.vendors.Select(v => new RuleStep(Id(10 + v), TimeSpan.FromMinutes(v)))])).ToArray(),
            active.Select((isActive, i) => new Vendor(Id(11 + i), $"Vendor {i}", EmailAddress.Parse($"v{i}@example.com"), null, null, isActive)).ToArray());

    [Fact, Promise("R7")]
    public void The_most_specific_rule_wins_and_subject_beats_category() =>
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(Runs), Prop.ForAll(s_directories.ToArbitrary(), directory =>
        {
            var snapshot = new DirectorySnapshot();
            snapshot.Vendors.Load(directory.Vendors);
            foreach (var rule in directory.Rules)
                snapshot.Put(rule);

            foreach (var subject in Enumerable.Range(0, 6).Select(i => i == 0 ? (Guid?)null : Id(i)))
            {
                foreach (var category in Enumerable.Range(1, 5).Select(Id))
                    Assert.Equal(Expected(directory.Rules, directory.Vendors, subject, category), snapshot.Steps(snapshot.RuleFor(subject, category)).Select(step => (Assert.Single(step.Vendors), step.Wait)));
            }
        }));

    [Fact]
    public void A_rule_taken_back_or_moved_routes_no_more()
    {
        var snapshot = new DirectorySnapshot();
        snapshot.Vendors.Load([new Vendor(Id(11), "One", EmailAddress.Parse("one@example.com"), null, null, true)]);
        var rule = new Rule(Id(100), null, Id(1), [new RuleStep(Id(11), TimeSpan.FromMinutes(5))]);
        snapshot.Put(rule);
        Assert.Single(snapshot.Steps(snapshot.RuleFor(null, Id(1))));

        snapshot.Put(rule with { Category = Id(2) });
        Assert.Empty(snapshot.Steps(snapshot.RuleFor(null, Id(1))));
        Assert.Single(snapshot.Steps(snapshot.RuleFor(null, Id(2))));

        snapshot.RemoveRule(rule.Id);
        Assert.Empty(snapshot.Steps(snapshot.RuleFor(null, Id(2))));
    }

    // The same said naively: of the rules that fit, the one with the highest rank.
    private static IEnumerable<(Vendor, TimeSpan)> Expected(Rule[] rules, Vendor[] vendors, Guid? subject, Guid category) =>
        (rules
            .Where(rule => (rule.Subject is null || rule.Subject == subject) && (rule.Category is null || rule.Category == category))
            .OrderByDescending(rule => (rule.Subject is null ? 0 : 2) + (rule.Category is null ? 0 : 1))
            .FirstOrDefault()?.Steps ?? [])
        .Select(step => (Vendor: vendors.Single(vendor => vendor.Id == step.Vendors[0]), step.Wait))
        .Where(step => step.Vendor.Active);

    private static Guid Id(int number) => new(number, 0, 0, new byte[8]);
}
