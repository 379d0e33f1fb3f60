using NodaTime;

namespace Backsoon.Dispatch;

[Collection(Backend.Name)]
public sealed class NumbersTests(Backend backend)
{
    private static readonly TimeSpan s_ten = TimeSpan.FromMinutes(10);

    [Fact, Promise("R9")]
    public async Task Who_answers_and_how_quickly_is_counted_by_vendor_and_category()
    {
        var office = await Office.Open(backend, s_ten, TimeSpan.FromHours(1));
        var (first, second) = (office.Vendors[0], office.Vendors[1]);
        for (var minutes = 1; minutes <= 6; minutes++)
        {
            var quick = await office.Submit();
            backend.Clock.Advance(TimeSpan.FromMinutes(minutes));
            await quick.Answer(first.Id, VendorAnswer.Accept, "");
            backend.Clock.Advance(TimeSpan.FromHours(2));
            await quick.Answer(first.Id, VendorAnswer.Done, "");
        }

        var silent = await office.Submit(office.Form(category: office.Urgent));
        await office.Pass(s_ten + TimeSpan.FromSeconds(1));
        await silent.Answer(second.Id, VendorAnswer.Decline, "");

        var view = await office.Scope.Numbers().Read(30);

        Assert.Equal(7, view.Requests);
        Assert.Equal((6, TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(6)), (view.Accepted.Count, view.Accepted.Median, view.Accepted.Most));
        var (one, two) = (view.Vendors.Single(v => v.Vendor == first.Id), view.Vendors.Single(v => v.Vendor == second.Id));
        Assert.Equal((7, 6, 0, 1, first.Name), (one.Asked, one.Accepted, one.Declined, one.Silent, one.Name));
        Assert.Equal((1, 0, 1, 0), (two.Asked, two.Accepted, two.Declined, two.Silent));
        Assert.Equal((6, TimeSpan.FromHours(2)), (one.ToDone.Count, one.ToDone.Median));
        Assert.False(two.ToAccept.IsEnough);
        Assert.Equal([(office.Routine.Id, 6), (office.Urgent.Id, 1)], view.Categories.Select(category => (category.Category, category.Requests)));
        Assert.Equal((30, 7, 7), (view.Days.Length, view.Days.Sum(), view.Hours.Sum()));
        Assert.DoesNotContain("Tom Baker", System.Text.Json.JsonSerializer.Serialize(view));
    }

    [Fact]
    public void Days_and_hours_are_those_of_the_place_across_a_change_of_clocks()
    {
        var (zone, from, to) = (DateTimeZoneProviders.Tzdb["Europe/Lisbon"], new LocalDate(2026, 3, 28), new LocalDate(2026, 3, 30));
        var numbers = new Numbers(zone, from, to);
        // Half past midnight and half past two on Sunday the 29th, between which the clocks jumped; half past eleven on Monday evening.
        foreach (var utc in new[] { new DateTimeOffset(2026, 3, 29, 0, 30, 0, default), new DateTimeOffset(2026, 3, 29, 1, 30, 0, default), new DateTimeOffset(2026, 3, 30, 22, 30, 0, default) })
            numbers.Add(Guid.CreateVersion7(utc), utc, Guid.Empty, null);

        var view = numbers.View("Europe/Lisbon", new Dictionary<Guid, string>());

        Assert.Equal([0, 2, 1], view.Days.ToArray());
        Assert.Equal([(0 * 24) + 23, (6 * 24) + 0, (6 * 24) + 2], Enumerable.Range(0, 168).Where(hour => view.Hours[hour] > 0));
    }

    [Fact]
    public async Task Of_very_many_the_newest_are_looked_at_within_a_second_or_two()
    {
        var office = await Office.Open(backend, s_ten);
        await office.Submit();
        await backend.Database.Execute(
            """
            insert into dispatch (tenant_id, id, reference, received_at, category_id, category_name, urgent, caller_name, caller_phone, body, fingerprint, status, plan, step, shard, closed_at)
            select tenant_id, gen_random_uuid(), 'AAA-AAA', received_at - i * interval '10 seconds', category_id, category_name, urgent, caller_name, caller_phone, 'Hay', fingerprint, 4, plan, step, shard, received_at
            from (select * from dispatch where tenant_id = $1 limit 1) d, generate_series(1, 60000) i
            """,
            office.Tenant.Value);

        var view = await office.Scope.Numbers().Read(365);

        Assert.Equal((INumbersGrain.Most, true), (view.Requests, view.IsCut));
        await office.Vanish();
    }
}
