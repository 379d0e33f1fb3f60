using Backsoon.Shared;

namespace Backsoon.Dispatch;

public static class VendorsEndpoints
{
    public static void MapVendors(this RouteGroupBuilder members)
    {
        members.MapGet("/vendors", async (HttpContext context, Member member, string? said, Guid? id) => DirectoryList.TryRead(context, out var list)
            ? context.Page<Vendors>(new { Member = member, List = list, Page = await member.Scope.Directory().Vendors(list.Request), Said = said, Switched = id })
            : Results.BadRequest());
        members.MapGet("/vendors/names", async (Member member, string? q) => Results.Json((await member.Scope.Directory().Vendors(DirectoryList.Names(q))).Items.Select(vendor => vendor.Name)));
        members.MapGet("/vendors/new", (HttpContext context, Member member, TimeProvider clock, string? said) =>
            context.Page<VendorEdit>(new { Member = member, Typed = VendorForm.New(clock.GetUtcNow()), IsNew = true, Said = said }));
        members.MapPost("/vendors/new", Add);

        var vendor = members.MapGroup("/vendors/{id:guid}");
        vendor.MapGet("", async (HttpContext context, Member member, Guid id, string? said) => await member.Scope.Directory().Vendor(id) is { } saved
            ? context.Page<VendorEdit>(new { Member = member, Typed = VendorForm.Of(saved), saved.Name, Said = said })
            : Results.NotFound());
        vendor.MapPost("", Save);
        vendor.MapPost("/off", (Member member, Guid id) => Switch(member, id, active: false));
        vendor.MapPost("/on", (Member member, Guid id) => Switch(member, id, active: true));
    }

    private static async Task<IResult> Add(HttpContext context, Member member, TimeProvider clock)
    {
        var form = await context.Request.ReadFormAsync();
        if (!form.Id("id", out var id))
            return Results.BadRequest();

        var typed = VendorForm.Of(form, id.Value, active: true);
        // The same form again is a double click; with another name it is somebody who went back to add another.
        var existing = await member.Scope.Directory().Vendor(id.Value);
        if (existing is not null && existing.Name != typed.Name)
            (typed, existing) = (typed with { Id = VendorForm.New(clock.GetUtcNow()).Id }, null);
        var errors = new FormErrors();
        return await Put(member, typed, existing, errors)
            ? new SeeOther(form.Text("then") == "another" ? "/vendors/new?said=added" : "/vendors?said=added")
            : context.Page<VendorEdit>(new { Member = member, Typed = typed, Errors = errors, IsNew = true }, errors);
    }

    private static async Task<IResult> Save(HttpContext context, Member member, Guid id)
    {
        if (await member.Scope.Directory().Vendor(id) is not { } saved)
            return Results.NotFound();

        var typed = VendorForm.Of(await context.Request.ReadFormAsync(), id, saved.Active);
        var errors = new FormErrors();
        return await Put(member, typed, saved, errors) ? new SeeOther($"/vendors/{id}?said=saved") : context.Page<VendorEdit>(new { Member = member, Typed = typed, saved.Name, Errors = errors }, errors);
    }

    private static async Task<IResult> Switch(Member member, Guid id, bool active)
    {
        var directory = member.Scope.Directory();
        if (await directory.Vendor(id) is not { } saved)
            return Results.NotFound();
        await directory.PutVendor(saved with { Active = active });
        return new SeeOther($"/vendors?said={(active ? "on" : "off")}&id={id}");
    }

    private static async Task<bool> Put(Member member, VendorForm typed, Vendor? saved, FormErrors errors)
    {
        if (typed.Read(errors, saved) is { } vendor && await member.Scope.Directory().PutVendor(vendor) is DirectoryChange.Duplicate)
            errors.Add("name", "You have a vendor of this name already. Add a word that tells the two apart.");
        return !errors.Any;
    }
}
