using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Backsoon.Dispatch;

/// <summary>One tenant's vendors, subjects, categories and rules in memory, indexed for routing and searching.</summary>
internal sealed class DirectorySnapshot
{
    private readonly Dictionary<Guid, Category> _categories = [];
    private readonly Dictionary<Guid, Rule> _rules = [];
    private readonly Dictionary<(Guid? Subject, Guid? Category), Rule> _ruleFor = [];

    // Rules are listed by names that other rows hold, so the list is made again after any change.
    private Listing<RuleView>? _ruleList;

    public Listing<Vendor> Vendors { get; } = new(v => v.Id, v => v.Name, v => $"{v.Email} {v.Phone} {v.Note}", v => v.Active);

    public Listing<Subject> Subjects { get; } = new(s => s.Id, s => s.Label, s => s.Reference, s => s.Active);

    public ImmutableArray<Category> Categories { get; private set; } = [];

    public Listing<RuleView> Rules => _ruleList ??= ListRules();

    public void Put(Vendor vendor)
    {
        Vendors.Put(vendor);
        _ruleList = null;
    }

    public void Put(Subject subject)
    {
        Subjects.Put(subject);
        _ruleList = null;
    }

    public void Put(params IEnumerable<Category> categories)
    {
        foreach (var category in categories)
            _categories[category.Id] = category;
        Categories = [.. _categories.Values.OrderBy(c => c.Position).ThenBy(c => c.Name, StringComparer.Ordinal).ThenBy(c => c.Id)];
        _ruleList = null;
    }

    public void Put(Rule rule)
    {
        RemoveRule(rule.Id);
        _rules[rule.Id] = rule;
        _ruleFor[(rule.Subject, rule.Category)] = rule;
    }

    public void RemoveRule(Guid id)
    {
        if (_rules.Remove(id, out var old))
            _ruleFor.Remove((old.Subject, old.Category));
        _ruleList = null;
    }

    public bool TryGetCategory(Guid id, [MaybeNullWhen(false)] out Category category) => _categories.TryGetValue(id, out category);

    public RuleView? View(Guid rule) => _rules.TryGetValue(rule, out var found) ? View(found) : null;

    /// <summary>The most specific rule. One for the subject says more than one for the category.</summary>
    public Rule? RuleFor(Guid? subject, Guid category)
    {
        Rule? rule = null;
        if (subject is not null && !_ruleFor.TryGetValue((subject, category), out rule))
            _ruleFor.TryGetValue((subject, null), out rule);
        if (rule is null && !_ruleFor.TryGetValue((null, category), out rule))
            _ruleFor.TryGetValue((null, null), out rule);
        return rule;
    }

    /// <summary>Whom a rule asks, without vendors that are switched off.</summary>
    public ImmutableArray<RouteStep> Steps(Rule? rule)
    {
        var steps = ImmutableArray.CreateBuilder<RouteStep>();
        foreach (var step in rule?.Steps ?? [])
        {
            ImmutableArray<Vendor> active = [.. step.Vendors.Select(id => Vendors.TryGet(id, out var vendor) ? vendor : null).OfType<Vendor>().Where(vendor => vendor.Active)];
            if (!active.IsEmpty)
                steps.Add(new RouteStep(active, step.Wait, step.Start, step.CountsDuty));
        }

        return steps.ToImmutable();
    }

    /// <summary>Everybody whom a rule names.</summary>
    public IEnumerable<Vendor> Named() => _rules.Values.SelectMany(rule => rule.Steps).SelectMany(step => step.Vendors).Distinct().Select(id => Vendors.TryGet(id, out var vendor) ? vendor : null).OfType<Vendor>().OrderBy(vendor => vendor.Name, StringComparer.Ordinal);

    private Listing<RuleView> ListRules()
    {
        var list = new Listing<RuleView>(r => r.Rule.Id, r => $"{r.SubjectLabel} / {r.CategoryName}", r => string.Join(' ', r.Vendors.Select(v => v.Name)), _ => true);
        list.Load(_rules.Values.Select(View));
        return list;
    }

    private RuleView View(Rule rule) => new(
        rule,
        rule.Subject is { } subject && Subjects.TryGet(subject, out var s) ? s.Label : null,
        rule.Category is { } category && _categories.TryGetValue(category, out var c) ? c.Name : null,
        [.. rule.Steps.SelectMany(step => step.Vendors).Distinct().Select(id => Vendors.TryGet(id, out var vendor) ? vendor : throw new InvalidOperationException($"Rule {rule.Id} names vendor {id}, who is not there."))]);
}
