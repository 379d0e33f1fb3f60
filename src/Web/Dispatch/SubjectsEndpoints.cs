using Backsoon.Shared;

namespace Backsoon.Dispatch;

public static class SubjectsEndpoints
{
    public static void MapSubjects(this RouteGroupBuilder members)
    {
        members.MapGet("/subjects", async (HttpContext context, Member member, string? said, Guid? id) => DirectoryList.TryRead(context, out var list)
            ? context.Page<Subjects>(new { Member = member, List = list, Page = await member.Scope.Directory().Subjects(list.Request), Said = said, Switched = id })
            : Results.BadRequest());
        members.MapGet("/subjects/names", async (Member member, string? q) => Results.Json((await member.Scope.Directory().Subjects(DirectoryList.Names(q))).Items.Select(Picks.Name)));
        members.MapGet("/subjects/new", (HttpContext context, Member member, TimeProvider clock, string? said) =>
            context.Page<SubjectEdit>(new { Member = member, Typed = SubjectForm.New(clock.GetUtcNow()), IsNew = true, Said = said }));
        members.MapPost("/subjects/new", Add);

        var subject = members.MapGroup("/subjects/{id:guid}");
        subject.MapGet("", async (HttpContext context, Member member, Guid id, string? said) => await member.Scope.Directory().Subject(id) is { } saved
            ? context.Page<SubjectEdit>(new { Member = member, Typed = SubjectForm.Of(saved), saved.Label, Said = said })
            : Results.NotFound());
        subject.MapPost("", Save);
        subject.MapPost("/off", (Member member, Guid id) => Switch(member, id, active: false));
        subject.MapPost("/on", (Member member, Guid id) => Switch(member, id, active: true));
    }

    private static async Task<IResult> Add(HttpContext context, Member member, TimeProvider clock)
    {
        var form = await context.Request.ReadFormAsync();
        if (!form.Id("id", out var id))
            return Results.BadRequest();

        var typed = SubjectForm.Of(form, id.Value, active: true);
        // The same form again is a double click; with another name it is somebody who went back to add another.
        if (await member.Scope.Directory().Subject(id.Value) is { } existing && (existing.Label != typed.Label || existing.Reference != typed.Reference))
            typed = typed with { Id = SubjectForm.New(clock.GetUtcNow()).Id };
        var errors = new FormErrors();
        return await Put(member, typed, errors)
            ? new SeeOther(form.Text("then") == "another" ? "/subjects/new?said=added" : "/subjects?said=added")
            : context.Page<SubjectEdit>(new { Member = member, Typed = typed, Errors = errors, IsNew = true }, errors);
    }

    private static async Task<IResult> Save(HttpContext context, Member member, Guid id)
    {
        if (await member.Scope.Directory().Subject(id) is not { } saved)
            return Results.NotFound();

        var typed = SubjectForm.Of(await context.Request.ReadFormAsync(), id, saved.Active);
        var errors = new FormErrors();
        return await Put(member, typed, errors) ? new SeeOther($"/subjects/{id}?said=saved") : context.Page<SubjectEdit>(new { Member = member, Typed = typed, saved.Label, Errors = errors }, errors);
    }

    private static async Task<IResult> Switch(Member member, Guid id, bool active)
    {
        var directory = member.Scope.Directory();
        if (await directory.Subject(id) is not { } saved)
            return Results.NotFound();
        await directory.PutSubject(saved with { Active = active });
        return new SeeOther($"/subjects?said={(active ? "on" : "off")}&id={id}");
    }

    private static async Task<bool> Put(Member member, SubjectForm typed, FormErrors errors)
    {
        if (typed.Read(errors) is { } subject && await member.Scope.Directory().PutSubject(subject) is DirectoryChange.Duplicate)
            errors.Add("label", "There is one with this name and reference already. Add what tells the two apart.");
        return !errors.Any;
    }
}
