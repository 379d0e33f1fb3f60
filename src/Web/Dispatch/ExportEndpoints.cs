using System.Runtime.CompilerServices;
using Backsoon.Shared;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

public static class ExportEndpoints
{
    public static void MapExport(this RouteGroupBuilder members)
    {
        members.MapGet("/history/export.csv", Requests);
        foreach (var kind in Enum.GetValues<ListKind>())
            members.MapGet($"/{Lists.Path(kind)}/export.csv", (HttpContext context, Member member, TimeProvider clock) => List(context, member, clock, kind));
    }

    private static async Task<IResult> Requests(HttpContext context, Member member, TimeProvider clock)
    {
        var form = await HistoryForm.Read(context.Request.Query, member.Scope.Directory());
        var errors = new FormErrors();
        // The page explains what is wrong with a filter.
        return form.ToFilter(member.Tenant.Settings.ZoneId, errors) is { } filter
            ? new CsvDownload(FileName(member, "requests", clock), member.Scope.Id, Pieces(member.Scope.Export(), filter))
            : new SeeOther(form.Address());
    }

    private static IResult List(HttpContext context, Member member, TimeProvider clock, ListKind kind) => DirectoryList.TryRead(context, out var list) && list.IsFirst
        ? new CsvDownload(FileName(member, Lists.Word(kind, member.Tenant.Settings.Nouns), clock), member.Scope.Id, Pieces(member.Scope.Export(), kind, list.Request))
        : Results.BadRequest();

    private static async IAsyncEnumerable<byte[]> Pieces(IExportGrain export, HistoryFilter filter, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        HistoryCursor? after = null;
        do
        {
            var piece = await export.Requests(filter, after);
            cancellation.ThrowIfCancellationRequested();
            yield return piece.Text;
            after = piece.Next;
        }
        while (after is not null);
    }

    private static async IAsyncEnumerable<byte[]> Pieces(IExportGrain export, ListKind kind, PageRequest request, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        Guid? after = null;
        do
        {
            var piece = await export.List(kind, request with { After = after });
            cancellation.ThrowIfCancellationRequested();
            yield return piece.Text;
            after = piece.Next;
        }
        while (after is not null);
    }

    /// <summary>"harbour-requests-2026-11-21.csv".</summary>
    public static string FileName(Member member, string what, TimeProvider clock) =>
        $"{member.Tenant.Slug}-{string.Join('-', Folded.Words(what).Select(Ascii))}-{LocalTime.Date(clock.GetUtcNow(), member.Tenant.Settings.ZoneId):yyyy-MM-dd}.csv";

    private static string Ascii(string word) => string.Concat(word.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_'));
}
