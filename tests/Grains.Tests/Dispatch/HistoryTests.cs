namespace Backsoon.Dispatch;

[Collection(Backend.Name)]
public sealed class HistoryTests(Backend backend)
{
    private static readonly TimeSpan s_ten = TimeSpan.FromMinutes(10);

    [Fact, Promise("R7", "R35")]
    public async Task Pages_cover_every_request_exactly_once_newest_first()
    {
        var office = await Office.Open(backend, s_ten);
        // Seven at each instant, so that ends of pages fall among equals.
        for (var i = 0; i < 5; i++)
        {
            await Task.WhenAll(Enumerable.Range(0, 7).Select(_ => office.Submit()));
            backend.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        var seen = await All(office, HistoryFilter.All, 4);

        Assert.Equal(35, seen.Count);
        Assert.Equal(35, seen.DistinctBy(slip => slip.Id).Count());
        Assert.Equal(seen.OrderByDescending(slip => slip.ReceivedAt), seen);
    }

    [Fact]
    public async Task Filters_narrow_together()
    {
        var office = await Office.Open(backend, s_ten, s_ten);
        var subject = new Subject(Office.Id(backend), "14 Elm Street", "", Active: true);
        await office.Scope.Directory().PutSubject(subject);
        var leak = await office.Submit(office.Form("Water in the cellar 100%_sure", category: office.Urgent, subject: subject.Id));
        await leak.Answer(office.Vendors[0].Id, VendorAnswer.Decline, "");
        await leak.Answer(office.Vendors[1].Id, VendorAnswer.Accept, "");
        backend.Clock.Advance(TimeSpan.FromHours(1));
        var between = backend.Clock.GetUtcNow();
        backend.Clock.Advance(TimeSpan.FromHours(1));
        var tap = await office.Submit(office.Form("A tap drips in the kitchen"));
        await tap.Close("", office.Account);
        var (first, second) = ((await office.Look(leak)).Id, (await office.Look(tap)).Id);

        await Finds(HistoryFilter.All, second, first);
        await Finds(HistoryFilter.All with { Status = DispatchStatus.Accepted }, first);
        await Finds(HistoryFilter.All with { Urgent = false }, second);
        await Finds(HistoryFilter.All with { Subject = subject.Id }, first);
        await Finds(HistoryFilter.All with { Category = office.Routine.Id }, second);
        await Finds(HistoryFilter.All with { Vendor = office.Vendors[0].Id }, second, first);
        await Finds(HistoryFilter.All with { Vendor = office.Vendors[1].Id }, first);
        await Finds(HistoryFilter.All with { From = between }, second);
        await Finds(HistoryFilter.All with { To = between }, first);
        await Finds(HistoryFilter.All with { Query = "kitchen TAP" }, second);
        await Finds(HistoryFilter.All with { Query = "baker +351" }, second, first);
        await Finds(HistoryFilter.All with { Query = "elm" }, first);
        await Finds(HistoryFilter.All with { Query = "100%_s" }, first);
        await Finds(HistoryFilter.All with { Query = "%", Urgent = false });
        await Finds(HistoryFilter.All with { Query = "tap", Urgent = true });
        await Finds(HistoryFilter.All with { Query = RequestReference.Of(first).Replace("-", " ").ToLowerInvariant() }, first);
        await Finds(HistoryFilter.All with { Query = "nul \0 half \ud83d" });

        async Task Finds(HistoryFilter filter, params Guid[] expected) => Assert.Equal(expected, (await office.Scope.History().Read(filter, null, 50)).Slips.Select(slip => slip.Id));
    }

    [Fact]
    public async Task A_filter_far_back_looks_at_so_many_rows_a_call_and_says_where_to_go_on()
    {
        var office = await Office.Open(backend, s_ten);
        var subject = new Subject(Office.Id(backend), "14 Elm Street", "", Active: true);
        await office.Scope.Directory().PutSubject(subject);
        await office.Submit(office.Form("A needle", subject: subject.Id));
        await Plant(office, RequestHistory.Window + 500);

        var first = await office.Scope.History().Read(HistoryFilter.All with { Subject = subject.Id }, null, 50);
        Assert.Empty(first.Slips);
        Assert.NotNull(first.Next);

        var second = await office.Scope.History().Read(HistoryFilter.All with { Subject = subject.Id }, first.Next, 50);
        Assert.Equal("A needle", Assert.Single(second.Slips).Text);
        Assert.Null(second.Next);
        await office.Vanish();
    }

    [Fact]
    public async Task A_page_reads_its_index_and_no_more_rows_than_it_shows()
    {
        var office = await Office.Open(backend, s_ten);
        await office.Submit();
        await Plant(office, 30_000);
        await backend.Database.Execute("analyze dispatch");

        var plan = await Explain("(tenant_id = @t and (received_at, id) < (timestamptz '2100-01-01', '00000000-0000-0000-0000-000000000000'))".Replace("@t", $"'{office.Tenant}'"));

        Assert.Contains(plan, line => line.Contains("Index Scan using dispatch_history", StringComparison.Ordinal) && line.Contains("rows=51 ", StringComparison.Ordinal));
        Assert.DoesNotContain(plan, line => line.Contains("Sort", StringComparison.Ordinal) || line.Contains("Seq Scan", StringComparison.Ordinal));
    }

    private async Task<List<string>> Explain(string where)
    {
        await using var command = backend.Database.CreateCommand($"explain (analyze, costs off, timing off, summary off) select {Slips.Columns} from (select * from dispatch where {where} order by received_at desc, id desc limit {RequestHistory.Window}) d order by d.received_at desc, d.id desc limit 51");
        await using var reader = await command.ExecuteReaderAsync();
        var plan = new List<string>();
        while (await reader.ReadAsync())
            plan.Add(reader.GetString(0));
        return plan;
    }

    // Copies of the tenant's newest request, each a second younger than the last.
    private Task<int> Plant(Office office, int count) => backend.Database.Execute(
        """
        insert into dispatch (tenant_id, id, reference, received_at, category_id, category_name, urgent, caller_name, caller_phone, body, fingerprint, status, plan, step, shard, closed_at)
        select tenant_id, gen_random_uuid(), 'AAA-AAA', received_at + i * interval '1 second', category_id, category_name, urgent, caller_name, caller_phone, 'Hay', fingerprint, 4, plan, step, shard, received_at
        from (select * from dispatch where tenant_id = $1 limit 1) d, generate_series(1, $2) i
        """,
        office.Tenant.Value, count);

    private static async Task<List<Slip>> All(Office office, HistoryFilter filter, int take)
    {
        var (all, before) = (new List<Slip>(), (HistoryCursor?)null);
        do
        {
            var page = await office.Scope.History().Read(filter, before, take);
            all.AddRange(page.Slips);
            before = page.Next;
        }
        while (before is not null);
        return all;
    }
}
