using Backsoon.Accounts;
using Backsoon.Shared;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

public static class VendorLinkEndpoints
{
    public static void MapVendorLinks(this RouteGroupBuilder members)
    {
        var link = members.MapGroup("/vendors/{id:guid}/link");
        link.MapPost("/mail", Mail);
        link.MapPost("/renew", (Member member, Guid id) => Change(member, id, revoke: false));
        link.MapPost("/revoke", (Member member, Guid id) => Change(member, id, revoke: true));
    }

    /// <summary>Null while the owner has taken it back.</summary>
    public static string? Address(KeyRing ring, Site site, Member member, Vendor vendor, DateTimeOffset now) =>
        vendor.Link > 0 ? site.Desk(member.Tenant.Slug, $"/vendor/{VendorDeskLink.Sign(ring, TokenPurpose.VendorDesk, member.Tenant.Id, vendor.Id, vendor.Link, now)}") : null;

    private static async Task<IResult> Mail(HttpContext context, Member member, Guid id, TimeProvider clock)
    {
        if (await member.Scope.Directory().Vendor(id) is null)
            return Results.NotFound();
        var mail = (await context.Request.ReadFormAsync()).Id("id", out var made) ? made.Value : Guid.CreateVersion7(clock.GetUtcNow());
        return new SeeOther($"/vendors/{id}?said={(await member.Scope.VendorDesk(id).Mail(mail) ? "link-mailed" : "link-revoked")}");
    }

    private static async Task<IResult> Change(Member member, Guid id, bool revoke) =>
        await member.Scope.Directory().ChangeLink(id, revoke) is null ? Results.NotFound() : new SeeOther($"/vendors/{id}?said={(revoke ? "link-revoked" : "link-renewed")}#link");
}
