using System.Text;
using Backsoon.Tenants;
using NodaTime;

namespace Backsoon.Dispatch;

[GrainType("export"), StatelessWorker]
public sealed class ExportGrain(RequestHistory history) : Grain, IExportGrain
{
    private const int Rows = 500;
    private const int ListRows = 100;

    private TenantScope Scope => GrainFactory.For(new TenantId(this.GetPrimaryKeyString()["export/".Length..]));

    public async Task<RequestsPiece> Requests(HistoryFilter filter, HistoryCursor? after)
    {
        var zone = DateTimeZoneProviders.Tzdb[(await Scope.Tenant().Profile())?.Settings.ZoneId ?? "Etc/UTC"];
        var (rows, next, _) = await history.Read(Scope.Id, filter, after, Rows, ExportedRequest.Selected, ExportedRequest.Read);
        var text = new StringBuilder();
        if (after is null)
            Begin(text, ExportedRequest.Columns);
        for (var i = 0; i < rows.Count; i++)
        {
            Csv.Append(text, rows[i].Cells(zone));
            // Longer texts make a shorter piece.
            if (text.Length >= IExportGrain.Piece / 2 && (i < rows.Count - 1 || next is not null))
                return new RequestsPiece(Encoding.UTF8.GetBytes(text.ToString()), new HistoryCursor(rows[i].ReceivedAt, rows[i].Id));
        }

        return new RequestsPiece(Encoding.UTF8.GetBytes(text.ToString()), next);
    }

    public async Task<ListPiece> List(ListKind kind, PageRequest request)
    {
        var (directory, page) = (Scope.Directory(), request with { Take = ListRows });
        return kind switch
        {
            ListKind.Vendors => Piece(kind, request, await directory.Vendors(page), DirectoryCsv.Cells),
            ListKind.Subjects => Piece(kind, request, await directory.Subjects(page), DirectoryCsv.Cells),
            ListKind.Categories => Piece(kind, request, new Page<Category>(await directory.Categories(), 0, null), DirectoryCsv.Cells),
            ListKind.Rules => await RulesPiece(request, await directory.Rules(page)),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };
    }

    private async Task<ListPiece> RulesPiece(PageRequest request, Page<RuleView> page)
    {
        var subjects = new Dictionary<Guid, Subject?>();
        foreach (var id in page.Items.Select(rule => rule.Rule.Subject).OfType<Guid>())
            subjects[id] = await Scope.Directory().Subject(id);
        return Piece(ListKind.Rules, request, page, rule => DirectoryCsv.Cells(rule, rule.Rule.Subject is { } id ? subjects[id] : null));
    }

    private static ListPiece Piece<T>(ListKind kind, PageRequest request, Page<T> page, Func<T, string?[]> cells)
    {
        var text = new StringBuilder();
        if (request.After is null)
            Begin(text, [.. DirectoryCsv.Columns(kind)]);
        foreach (var item in page.Items)
            Csv.Append(text, cells(item));
        return new ListPiece(Encoding.UTF8.GetBytes(text.ToString()), page.Next);
    }

    private static void Begin(StringBuilder text, string[] columns)
    {
        text.Append(Csv.ByteOrderMark);
        Csv.Append(text, columns);
    }
}
