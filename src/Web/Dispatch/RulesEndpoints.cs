using System.Collections.Immutable;
using Backsoon.Shared;

namespace Backsoon.Dispatch;

public static class RulesEndpoints
{
    public static void MapRules(this RouteGroupBuilder members)
    {
        members.MapGet("/rules", Show);
        members.MapGet("/rules/new", async (HttpContext context, Member member, TimeProvider clock) =>
        {
            var directory = member.Scope.Directory();
            var query = context.Request.Query;
            var typed = RuleForm.New(clock.GetUtcNow(), await Picks.Subject(directory, query["subject"]), Picks.Category(await directory.Categories(), query["category"]));
            return await Edit(context, member, typed, FormErrors.None, null);
        });
        members.MapPost("/rules/new", Add);

        var rule = members.MapGroup("/rules/{id:guid}");
        rule.MapGet("", async (HttpContext context, Member member, Guid id) =>
            await member.Scope.Directory().Rule(id) is { } saved ? await Edit(context, member, RuleForm.Of(saved), FormErrors.None, saved) : Results.NotFound());
        rule.MapPost("", Save);
        rule.MapGet("/remove", async (HttpContext context, Member member, Guid id) =>
            await member.Scope.Directory().Rule(id) is { } saved ? context.Page<RuleRemoval>(new { Member = member, View = saved }) : Results.NotFound());
        rule.MapPost("/remove", async (Member member, Guid id) =>
        {
            if (await member.Scope.Directory().Rule(id) is null)
                return Results.NotFound();
            await member.Scope.Directory().RemoveRule(id);
            return new SeeOther("/rules?said=removed");
        });
    }

    /// <summary>The steps of a rule with their vendors.</summary>
    public static ImmutableArray<RouteStep> Steps(RuleView view) => [.. view.Rule.Steps.Select(step => new RouteStep([.. step.Vendors.Select(id => view.Vendors.First(vendor => vendor.Id == id))], step.Wait, step.Start, step.CountsDuty))];

    private static async Task<IResult> Show(HttpContext context, Member member, string? said)
    {
        if (!DirectoryList.TryRead(context, out var list))
            return Results.BadRequest();

        var directory = member.Scope.Directory();
        var rows = await CategoriesEndpoints.Rows(directory);
        var subject = await Picks.Subject(directory, context.Request.Query["subject"]);
        var category = Picks.Category([.. rows.Select(row => row.Category)], context.Request.Query["category"]);
        var errors = new FormErrors();
        subject.Explain(errors, "subject");
        category.Explain(errors, "category");
        if (category.IsEmpty && !subject.IsEmpty)
            errors.Add("category", "Choose a category too.");
        var plan = !errors.Any && category.Id is { } asked ? await directory.Route(subject.Id, asked) : null;
        if (plan is null && category.Id is not null && !errors.Any)
            errors.Add("category", "It is switched off, so callers cannot choose it.");
        return context.Page<Rules>(new
        {
            Member = member, List = list, Page = await directory.Rules(list.Request), Rows = rows, Subjects = await Picks.Subjects(directory, includeInactive: false), Subject = subject, Category = category, Errors = errors, Plan = plan, Said = said,
        });
    }

    private static async Task<IResult> Add(HttpContext context, Member member, TimeProvider clock)
    {
        var form = await context.Request.ReadFormAsync();
        if (!form.Id("id", out var id))
            return Results.BadRequest();

        var directory = member.Scope.Directory();
        var typed = await RuleForm.Of(form, id.Value, directory);
        // The same form again is a double click; for other requests it is somebody who went back to add another.
        if (await directory.Rule(id.Value) is { } existing && (existing.Rule.Subject != typed.Subject.Id || existing.Rule.Category != typed.Category.Id))
            typed = typed with { Id = Guid.CreateVersion7(clock.GetUtcNow()) };
        return await Answer(context, member, form, typed, null);
    }

    private static async Task<IResult> Save(HttpContext context, Member member, Guid id)
    {
        var directory = member.Scope.Directory();
        if (await directory.Rule(id) is not { } saved)
            return Results.NotFound();
        var form = await context.Request.ReadFormAsync();
        return await Answer(context, member, form, await RuleForm.Of(form, id, directory), saved);
    }

    private static async Task<IResult> Answer(HttpContext context, Member member, IFormCollection form, RuleForm typed, RuleView? saved)
    {
        if (typed.After(form.Text("do")) is { } changed)
            return await Edit(context, member, changed, FormErrors.None, saved);

        var errors = new FormErrors();
        var outcome = typed.Read(errors) is { } rule ? await member.Scope.Directory().PutRule(rule) : null;
        if (outcome is DirectoryChange.Duplicate)
            errors.Add("category", "There is a rule for the same requests already.");
        else if (outcome is DirectoryChange.Missing)
            errors.Add("category", "Something it names is no longer in your directory. Choose again.");
        return errors.Any ? await Edit(context, member, typed, errors, saved, (outcome as DirectoryChange.Duplicate)?.Existing) : new SeeOther($"/rules?said={(saved is null ? "added" : "saved")}");
    }

    private static async Task<IResult> Edit(HttpContext context, Member member, RuleForm typed, FormErrors errors, RuleView? saved, Guid? existing = null)
    {
        var directory = member.Scope.Directory();
        var categories = await directory.Categories();
        return context.Page<RuleEdit>(
            new
            {
                Member = member, Typed = typed, Subjects = await Picks.Subjects(directory, includeInactive: false), Vendors = await Picks.Vendors(directory, includeInactive: false),
                Categories = categories, Errors = errors, Saved = saved, Existing = existing, Bounds = saved is null ? null : await directory.Bounds(saved.Rule.Id),
            },
            errors);
    }
}
