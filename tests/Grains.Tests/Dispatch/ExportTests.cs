using System.Text;
using Backsoon.Mail;

namespace Backsoon.Dispatch;

[Collection(Backend.Name)]
public sealed class ExportTests(Backend backend)
{
    private static readonly TimeSpan s_ten = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task A_request_is_one_row_with_its_times_in_the_zone_of_the_business()
    {
        var office = await Office.Open(backend, s_ten);
        var subject = new Subject(Office.Id(backend), "14 Elm Street", "Flat 2", Active: true);
        await office.Scope.Directory().PutSubject(subject);
        var dispatch = await office.Submit(office.Form("=HYPERLINK(\"http://x\")\r\nand \"more\"", EmailAddress.Parse("tom@example.com"), office.Urgent, subject.Id));
        backend.Clock.Advance(TimeSpan.FromMinutes(7));
        await dispatch.Answer(office.Vendors[0].Id, VendorAnswer.Accept, "");
        var view = await office.Look(dispatch);

        var file = await Requests(office, HistoryFilter.All);

        Assert.StartsWith("\ufeffReference,Received,Status,Urgent,Category,Subject,Subject reference,Caller,Telephone,Email,Text,With,Accepted,Closed,Test,Id\r\n", file);
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Lisbon");
        string Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, zone).ToString("yyyy-MM-dd'T'HH:mm:sszzz");
        Assert.EndsWith(
            $"\r\n{view.Reference},{Local(view.ReceivedAt)},Accepted,yes,{view.CategoryName},14 Elm Street,Flat 2,Tom Baker,\"'+351 910 000 001\",tom@example.com,\"'=HYPERLINK(\"\"http://x\"\")\r\nand \"\"more\"\"\","
            + $"{office.Vendors[0].Name},{Local(view.Events.Single(e => e.Kind == DispatchEventKind.Accepted).At)},,no,{view.Id}\r\n",
            file);
    }

    [Fact]
    public async Task A_filter_of_the_history_is_one_of_the_export()
    {
        var office = await Office.Open(backend);
        await office.Submit(office.Form("Water in the cellar", category: office.Urgent));
        await office.Submit(office.Form("A tap drips"));

        Assert.Equal(3, Lines(await Requests(office, HistoryFilter.All)));
        var urgent = await Requests(office, HistoryFilter.All with { Urgent = true });
        Assert.Equal(2, Lines(urgent));
        Assert.Contains("cellar", urgent);
        Assert.Equal(1, Lines(await Requests(office, HistoryFilter.All with { Query = "elsewhere" })));
    }

    [Fact]
    public async Task Tens_of_thousands_come_in_pieces_that_have_each_once()
    {
        var office = await Office.Open(backend);
        await office.Submit();
        await backend.Database.Execute(
            """
            insert into dispatch (tenant_id, id, reference, received_at, category_id, category_name, urgent, caller_name, caller_phone, body, fingerprint, status, plan, step, shard, closed_at)
            select tenant_id, gen_random_uuid(), 'AAA-AAA', received_at + (i / 3) * interval '1 second', category_id, category_name, urgent, caller_name, caller_phone, case when i % 100 < 4 then repeat('long ', 700) else 'short' end, fingerprint, 4, plan, step, shard, received_at
            from (select * from dispatch where tenant_id = $1 limit 1) d, generate_series(1, 20000) i
            """,
            office.Tenant.Value);

        var (ids, pieces, largest) = (new HashSet<string>(), 0, 0);
        HistoryCursor? after = null;
        do
        {
            var piece = await office.Scope.Export().Requests(HistoryFilter.All, after);
            foreach (var line in Encoding.UTF8.GetString(piece.Text).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Where(line => !line.EndsWith(",Id", StringComparison.Ordinal)))
                Assert.True(ids.Add(line[^36..]), line);
            (after, pieces, largest) = (piece.Next, pieces + 1, Math.Max(largest, piece.Text.Length));
        }
        while (after is not null);

        Assert.Equal(20_001, ids.Count);
        Assert.InRange(pieces, 41, 1_000);
        Assert.InRange(largest, 1, 256 * 1024);
        await office.Vanish();
    }

    [Fact]
    public async Task Every_list_has_its_columns()
    {
        var office = await Office.Open(backend, s_ten, TimeSpan.FromHours(2));
        var directory = office.Scope.Directory();
        for (var i = 0; i < 250; i++)
            await directory.PutSubject(new Subject(Office.Id(backend), $"Elm Street {i}", i % 2 == 0 ? "" : "+2", Active: i > 0));
        var rule = (await directory.Rules(new PageRequest("", null, 1, true))).Items[0].Rule.Id;

        var (vendors, subjects, categories, rules) = (await List(office, ListKind.Vendors), await List(office, ListKind.Subjects), await List(office, ListKind.Categories), await List(office, ListKind.Rules));

        Assert.Equal($"\ufeffName,Email,Telephone,Note,On duty,Active,Id\r\n{string.Concat(office.Vendors.Select(v => $"{v.Name},{v.Email},\"'+351 200 000 000\",A note of the owner,always,yes,{v.Id}\r\n"))}", vendors);
        Assert.StartsWith("\ufeffName,Reference,Active,Id\r\nElm Street 0,,no,", subjects);
        Assert.Contains("\r\nElm Street 249,\"'+2\",yes,", subjects);
        Assert.Equal(251, Lines(subjects));
        Assert.Equal(1 + (await directory.Categories()).Length, Lines(categories));
        Assert.Equal($"\ufeffSubject,Subject reference,Category,Asks,Id\r\n,,,{office.Vendors[0].Name} (10 minutes) > {office.Vendors[1].Name} (2 hours),{rule}\r\n", rules);
        Assert.Equal(2, Lines(await List(office, ListKind.Subjects, "street 249")));
    }

    internal static async Task<string> Requests(Office office, HistoryFilter filter)
    {
        var (file, after) = (new StringBuilder(), (HistoryCursor?)null);
        do
        {
            var piece = await office.Scope.Export().Requests(filter, after);
            file.Append(Encoding.UTF8.GetString(piece.Text));
            after = piece.Next;
        }
        while (after is not null);
        return file.ToString();
    }

    internal static async Task<string> List(Office office, ListKind kind, string query = "")
    {
        var (file, after) = (new StringBuilder(), (Guid?)null);
        do
        {
            var piece = await office.Scope.Export().List(kind, new PageRequest(query, after, 1, IncludeInactive: true));
            file.Append(Encoding.UTF8.GetString(piece.Text));
            after = piece.Next;
        }
        while (after is not null);
        return file.ToString();
    }

    private static int Lines(string file) => file.Split("\r\n").Length - 1;
}
