using Backsoon.Mail;

namespace Backsoon.Dispatch;

[Collection(Backend.Name)]
public sealed class SearchTests(Backend backend)
{
    private static readonly TimeSpan s_ten = TimeSpan.FromMinutes(10);

    [Fact, Promise("R35")]
    public async Task A_request_is_found_by_everything_that_is_known_of_it()
    {
        var office = await Office.Open(backend, s_ten);
        var subject = new Subject(Office.Id(backend), "Rua da Alfândega 8", "Largo José 3", Active: true);
        await office.Scope.Directory().PutSubject(subject);
        var dispatch = await office.Submit(office.Form("Água no tecto, straße", EmailAddress.Parse("zoe@mail.example"), subject: subject.Id) with { Name = "Zoë Müller", Phone = "+351 912 345 678" });
        await office.Submit(office.Form("Something else entirely", category: office.Urgent) with { Name = "Rui", Phone = "1234" });
        await dispatch.Answer(office.Vendors[0].Id, VendorAnswer.Decline, "No ladder that long");
        await dispatch.Note("Called the neighbour", office.Account);
        var view = await office.Look(dispatch);

        foreach (var query in new[]
        {
            "alfandega", "ALFÂNDEGA rua", "largo jose", "agua", "tecto agua", "strasse", "muller", "zoë", "mail.example", "ladder", "neigh", office.Vendors[0].Name.Split(' ')[0] + " ladder",
            view.CategoryName, view.Reference, view.Reference.Replace("-", ""), "912 345 678", "912345678", "+351912345678", "00351 912345678", "0912345678", "9123", "345 678", "351 912 34",
        })
            Assert.Equal((query, view.Id), (query, (await Find(office, query)).FirstOrDefault()?.Id ?? Guid.Empty));
        foreach (var query in new[] { "lfandega", "agu tecto", "ladder rui", "%", "''", "' | '", "& !", "912 345 679" })
            Assert.Equal((query, 0), (query, (await Find(office, query)).Length));
    }

    [Fact]
    public async Task What_happens_to_a_request_is_found_at_once()
    {
        var office = await Office.Open(backend, s_ten);
        var dispatch = await office.Submit();
        Assert.Empty(await Find(office, "invoice"));
        await dispatch.Note("The invoice went to the landlord", office.Account);
        Assert.Single(await Find(office, "invoice landlord"));
    }

    [Fact]
    public async Task Scripts_without_spaces_are_found_by_any_part()
    {
        var office = await Office.Open(backend);
        await office.Submit(office.Form("台所の水漏れがひどい"));
        Assert.Single(await Find(office, "水漏れ"));
        Assert.Empty(await Find(office, "電気"));
    }

    [Fact, Promise("R9")]
    public async Task Of_another_business_nothing_is_found()
    {
        var (one, other) = (await Office.Open(backend), await Office.Open(backend));
        await one.Submit(one.Form("A peculiar zither"));
        Assert.Single(await Find(one, "zither"));
        Assert.Empty(await Find(other, "zither"));
    }

    [Fact]
    public async Task Nobody_has_to_search_for_requests_to_be_read()
    {
        var office = await Office.Open(backend);
        await office.Submit(office.Form("A lonely harpsichord"));

        await backend.Advance(TimeSpan.FromMinutes(2));

        await Backend.Eventually(async () => await backend.Database.Scalar<long>("select count(*) from dispatch_unread where tenant_id = $1", office.Tenant.Value) == 0, "the request is read");
        Assert.Equal(1, await backend.Database.Scalar<long>("select count(*) from dispatch_words where tenant_id = $1", office.Tenant.Value));
    }

    [Fact]
    public async Task An_older_reading_never_replaces_a_newer_one()
    {
        var office = await Office.Open(backend);
        var dispatch = await office.Submit();
        await dispatch.Note("marimba", office.Account);
        await Find(office, "marimba");
        await backend.Database.Execute("update dispatch_words set version = version + 1 where tenant_id = $1", office.Tenant.Value);
        await backend.Database.Execute("insert into dispatch_unread select tenant_id, dispatch_id from dispatch_words where tenant_id = $1", office.Tenant.Value);
        await backend.Database.Execute("update dispatch_event set text = 'glockenspiel' where tenant_id = $1 and text = 'marimba'", office.Tenant.Value);

        Assert.Empty(await Find(office, "glockenspiel"));
        Assert.Single(await Find(office, "marimba"));
    }

    [Theory]
    [InlineData("seldom")]
    [InlineData("often")]
    [InlineData("hay often")]
    public async Task Among_thousands_pages_have_each_match_once_newest_first(string query)
    {
        var office = await Office.Open(backend);
        await office.Submit();
        // "seldom" is in every hundredth, far from the newest; "often" in every third.
        await Plant(office, 6_000, "case when i < 3000 and i % 100 = 0 then 'seldom hay' when i % 3 = 0 then 'often hay' else 'hay' end");
        var expected = query == "seldom" ? 29 : 1991;

        var (seen, before) = (new List<Slip>(), (HistoryCursor?)null);
        do
        {
            var page = await office.Scope.History().Read(HistoryFilter.All with { Query = query }, before, 200);
            Assert.False(page.StillReading);
            seen.AddRange(page.Slips);
            before = page.Next;
        }
        while (before is not null);

        Assert.Equal(expected, seen.Count);
        Assert.Equal(seen.OrderByDescending(slip => slip.ReceivedAt).ThenByDescending(slip => slip.Id.ToString()).Select(slip => slip.Id), seen.Select(slip => slip.Id));
        Assert.Equal(expected, seen.DistinctBy(slip => slip.Id).Count());
        await office.Vanish();
    }

    [Fact]
    public async Task What_is_not_read_yet_is_said()
    {
        var office = await Office.Open(backend);
        await office.Submit();
        await Plant(office, 3_000, "'hay'", read: false);

        Assert.True((await office.Scope.History().Read(HistoryFilter.All with { Query = "hay" }, null, 50)).StillReading);
        Assert.False((await office.Scope.History().Read(HistoryFilter.All with { Query = "hay" }, null, 50)).StillReading);
        await office.Vanish();
    }

    private async Task Plant(Office office, int count, string body, bool read = true)
    {
        await backend.Database.Execute(
            $"""
            with planted as (
                insert into dispatch (tenant_id, id, reference, received_at, category_id, category_name, urgent, caller_name, caller_phone, body, fingerprint, status, plan, step, shard, closed_at)
                select tenant_id, gen_random_uuid(), 'AAA-AAA', received_at + i * interval '1 second', category_id, category_name, urgent, caller_name, caller_phone, {body}, fingerprint, 4, plan, step, shard, received_at
                from (select * from dispatch where tenant_id = $1 limit 1) d, generate_series(1, $2) i
                returning tenant_id, id)
            insert into dispatch_unread select tenant_id, id from planted
            """,
            office.Tenant.Value, count);
        while (read && await backend.Grains.GetGrain<ISearchGrain>(ISearchGrain.Key).Sweep() > 0)
        {
        }
    }

    private static async Task<Slip[]> Find(Office office, string query) => [.. (await office.Scope.History().Read(HistoryFilter.All with { Query = query }, null, 50)).Slips];
}
