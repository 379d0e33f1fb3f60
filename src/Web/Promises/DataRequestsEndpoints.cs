using Backsoon.Shared;

namespace Backsoon.Promises;

/// <summary>What callers, guests and vendors ask about their data, for the owner who answers it. There also once the business has left.</summary>
public static class DataRequestsEndpoints
{
    public static void MapDataRequests(this RouteGroupBuilder members)
    {
        var requests = members.MapGroup("/data-requests");
        requests.MapGet("", async (HttpContext context, Member member) => context.Page<DataRequests>(new { Member = member, Requests = await member.Scope.DataRequests().List() }));
        requests.MapGet("/{id:guid}", (HttpContext context, Member member, Guid id, string? said) => Show(context, member, id, "", FormErrors.None, said));
        requests.MapGet("/{id:guid}/remove", Confirm);
        requests.MapPost("/{id:guid}/send", (Member member, Guid id) => Do(member, id, "sent", data => data.Send(id)));
        requests.MapPost("/{id:guid}/remove", (Member member, Guid id) => Do(member, id, "removing", data => data.Remove(id, member.Account)));
        requests.MapPost("/{id:guid}/keep", (Member member, Guid id) => Do(member, id, "kept", data => data.Keep(id)));
        requests.MapPost("/{id:guid}/decline", Decline);
    }

    private static async Task<IResult> Confirm(HttpContext context, Member member, Guid id)
    {
        if (await member.Scope.DataRequests().Open(id) is not { } view)
            return Results.NotFound();
        return view is { Request: { Wish: DataWish.Removal, IsOpen: true, RunsAt: null }, Kept: not null } ? context.Page<DataRequestRemove>(new { Member = member, View = view }) : new SeeOther($"/data-requests/{id}");
    }

    private static async Task<IResult> Decline(HttpContext context, Member member, Guid id)
    {
        var (reason, errors) = ((await context.Request.ReadFormAsync()).Text("reason"), new FormErrors());
        if (reason.Length is 0)
            errors.Add("reason", "Say why: they are mailed these words.");
        else if (reason.Length > IDataRequestsGrain.MaxReason)
            errors.Add("reason", $"Shorten it to {IDataRequestsGrain.MaxReason} characters; it has {reason.Length:N0}.");
        return errors.Any ? await Show(context, member, id, reason, errors, null) : await Do(member, id, "declined", data => data.Decline(id, reason));
    }

    private static async Task<IResult> Do(Member member, Guid id, string said, Func<IDataRequestsGrain, Task<bool>> act)
    {
        var data = member.Scope.DataRequests();
        if (await data.Open(id) is null)
            return Results.NotFound();
        // What no longer applies is shown by how it stands.
        return new SeeOther(await act(data) ? $"/data-requests/{id}?said={said}" : $"/data-requests/{id}");
    }

    private static async Task<IResult> Show(HttpContext context, Member member, Guid id, string typed, FormErrors errors, string? said) =>
        await member.Scope.DataRequests().Open(id) is { } view ? context.Page<DataRequestPage>(new { Member = member, View = view, Typed = typed, Errors = errors, Said = said }, errors) : Results.NotFound();
}
