using System.Collections.Immutable;
using Backsoon.Shared;

namespace Backsoon.Dispatch;

public static class CategoriesEndpoints
{
    public static void MapCategories(this RouteGroupBuilder members)
    {
        members.MapGet("/categories", Show);
        members.MapGet("/categories/new", (HttpContext context, Member member, TimeProvider clock) => context.Page<CategoryEdit>(new { Member = member, Typed = CategoryForm.New(clock.GetUtcNow()), IsNew = true }));
        members.MapPost("/categories/new", Add);

        var category = members.MapGroup("/categories/{id:guid}");
        category.MapGet("", async (HttpContext context, Member member, Guid id, string? said) => Find(await member.Scope.Directory().Categories(), id) is { } saved
            ? context.Page<CategoryEdit>(new { Member = member, Typed = CategoryForm.Of(saved), saved.Name, Said = said })
            : Results.NotFound());
        category.MapPost("", Save);
        category.MapPost("/move", Move);
        category.MapPost("/off", (Member member, Guid id) => Switch(member, id, active: false));
        category.MapPost("/on", (Member member, Guid id) => Switch(member, id, active: true));
    }

    /// <summary>Every category with whom a request about nothing in particular would go to.</summary>
    public static async Task<ImmutableArray<CategoryRow>> Rows(IDirectoryGrain directory)
    {
        var categories = await directory.Categories();
        var plans = await Task.WhenAll(categories.Select(category => category.Active ? directory.Route(null, category.Id) : Task.FromResult<RoutePlan?>(null)));
        return [.. categories.Zip(plans, (category, plan) => new CategoryRow(category, plan?.Steps ?? [], plan?.Rule?.Repeat ?? 1))];
    }

    private static async Task<IResult> Show(HttpContext context, Member member, string? said, Guid? id) =>
        context.Page<Categories>(new { Member = member, Rows = await Rows(member.Scope.Directory()), Said = said, Switched = id });

    private static async Task<IResult> Add(HttpContext context, Member member, TimeProvider clock)
    {
        var form = await context.Request.ReadFormAsync();
        if (!form.Id("id", out var id))
            return Results.BadRequest();

        var directory = member.Scope.Directory();
        var categories = await directory.Categories();
        var typed = CategoryForm.Of(form, id.Value, active: true);
        // The same form again is a double click; with another name it is somebody who went back to add another.
        if (Find(categories, id.Value) is { } existing && existing.Name != typed.Name)
            typed = typed with { Id = CategoryForm.New(clock.GetUtcNow()).Id };
        var errors = new FormErrors();
        return await Put(directory, typed, Find(categories, typed.Id)?.Position ?? (categories.IsEmpty ? 0 : categories.Max(category => category.Position) + 1), errors)
            ? new SeeOther("/categories?said=added")
            : context.Page<CategoryEdit>(new { Member = member, Typed = typed, Errors = errors, IsNew = true }, errors);
    }

    private static async Task<IResult> Save(HttpContext context, Member member, Guid id)
    {
        var directory = member.Scope.Directory();
        if (Find(await directory.Categories(), id) is not { } saved)
            return Results.NotFound();

        var typed = CategoryForm.Of(await context.Request.ReadFormAsync(), id, saved.Active);
        var errors = new FormErrors();
        return await Put(directory, typed, saved.Position, errors) ? new SeeOther($"/categories/{id}?said=saved") : context.Page<CategoryEdit>(new { Member = member, Typed = typed, saved.Name, Errors = errors }, errors);
    }

    private static async Task<IResult> Move(HttpContext context, Member member, Guid id)
    {
        var directory = member.Scope.Directory();
        var order = (await directory.Categories()).ToList();
        var from = order.FindIndex(category => category.Id == id);
        if (from < 0)
            return Results.NotFound();

        var moved = order[from];
        var to = Math.Clamp(from + ((await context.Request.ReadFormAsync()).Text("to") == "up" ? -1 : 1), 0, order.Count - 1);
        order.RemoveAt(from);
        order.Insert(to, moved);
        foreach (var (category, position) in order.Select((category, position) => (category, position)).Where(place => place.category.Position != place.position))
            await directory.PutCategory(category with { Position = position });
        return new SeeOther($"/categories?said=moved#category-{id:n}");
    }

    private static async Task<IResult> Switch(Member member, Guid id, bool active)
    {
        var directory = member.Scope.Directory();
        if (Find(await directory.Categories(), id) is not { } saved)
            return Results.NotFound();
        await directory.PutCategory(saved with { Active = active });
        return new SeeOther($"/categories?said={(active ? "on" : "off")}&id={id}");
    }

    private static async Task<bool> Put(IDirectoryGrain directory, CategoryForm typed, int position, FormErrors errors)
    {
        if (typed.Read(position, errors) is { } category && await directory.PutCategory(category) is DirectoryChange.Duplicate)
            errors.Add("name", "You have a category of this name already.");
        return !errors.Any;
    }

    private static Category? Find(ImmutableArray<Category> categories, Guid id) => categories.FirstOrDefault(category => category.Id == id);
}
