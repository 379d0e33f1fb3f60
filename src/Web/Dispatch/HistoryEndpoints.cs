using Backsoon.Shared;

namespace Backsoon.Dispatch;

public static class HistoryEndpoints
{
    private const int PageSize = 50;

    public static void MapHistory(this RouteGroupBuilder members) => members.MapGet("/history", Show);

    private static async Task<IResult> Show(HttpContext context, Member member, string? before)
    {
        if (!HistoryForm.TryRead(before, out var cursor))
            return Results.BadRequest();

        var directory = member.Scope.Directory();
        var form = await HistoryForm.Read(context.Request.Query, directory);
        var errors = new FormErrors();
        var filter = form.ToFilter(member.Tenant.Settings.ZoneId, errors);
        var page = filter is null ? Task.FromResult(new HistoryPage([], null)) : member.Scope.History().Read(filter, cursor, PageSize);
        var subjects = Picks.Subjects(directory, includeInactive: true);
        var vendors = Picks.Vendors(directory, includeInactive: true);
        return context.Page<History>(
            new { Member = member, Form = form, Errors = errors, Page = await page, IsFirst = cursor is null, Subjects = await subjects, Vendors = await vendors, Categories = await directory.Categories() }, errors);
    }
}
