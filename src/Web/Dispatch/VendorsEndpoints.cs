using System.Collections.Immutable;
using Backsoon.Accounts;
using Backsoon.Mail;
using Backsoon.Shared;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

public static class VendorsEndpoints
{
    public static void MapVendors(this RouteGroupBuilder members)
    {
        members.MapGet("/vendors", List);
        members.MapGet("/vendors/names", async (Member member, string? q) => Results.Json((await member.Scope.Directory().Vendors(DirectoryList.Names(q))).Items.Select(vendor => vendor.Name)));
        members.MapGet("/vendors/new", (HttpContext context, Member member, TimeProvider clock, string? said) =>
            context.Page<VendorEdit>(new { Member = member, Typed = VendorForm.New(clock.GetUtcNow()), IsNew = true, Said = said }));
        members.MapPost("/vendors/new", Add);

        var vendor = members.MapGroup("/vendors/{id:guid}");
        vendor.MapGet("", async (HttpContext context, Member member, Guid id, string? said, Keys keys, Site site, TimeProvider clock) => await member.Scope.Directory().Vendor(id) is { } saved
            ? context.Page<VendorEdit>(new { Member = member, Typed = VendorForm.Of(saved), saved.Name, Said = said, Saved = saved, Link = VendorLinkEndpoints.Address(await keys.Current(), site, member, saved, clock.GetUtcNow()), Refusal = (await Refusing(member, saved)).GetValueOrDefault(saved.Email) })
            : Results.NotFound());
        vendor.MapPost("", Save);
        vendor.MapPost("/off", (Member member, Guid id) => Switch(member, id, active: false));
        vendor.MapPost("/on", (Member member, Guid id) => Switch(member, id, active: true));
        vendor.MapPost("/try-again", TryAgain);
    }

    private static async Task<IResult> List(HttpContext context, Member member, string? said, Guid? id)
    {
        if (!DirectoryList.TryRead(context, out var list))
            return Results.BadRequest();
        var page = await member.Scope.Directory().Vendors(list.Request);
        return context.Page<Vendors>(new { Member = member, List = list, Page = page, Refusing = await Refusing(member, [.. page.Items]), Said = said, Switched = id });
    }

    private static async Task<IResult> TryAgain(Member member, Guid id)
    {
        if (await member.Scope.Directory().Vendor(id) is not { } saved)
            return Results.NotFound();
        // The second click of a double click finds nothing to lift, and says the same.
        await member.Scope.Deliveries().TryAgain(saved.Email);
        return new SeeOther($"/vendors/{id}?said=tried");
    }

    private static async Task<Dictionary<EmailAddress, Refusal>> Refusing(Member member, params ImmutableArray<Vendor> vendors) =>
        (await member.Scope.Deliveries().Refusing([.. vendors.Select(vendor => vendor.Email)])).ToDictionary(refusal => refusal.Address);

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
        return await Put(member, typed, saved, errors) ? new SeeOther($"/vendors/{id}?said=saved") : context.Page<VendorEdit>(new { Member = member, Typed = typed, saved.Name, Errors = errors, Saved = saved }, errors);
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
