using Backsoon.Accounts;
using Backsoon.Dispatch;

namespace Backsoon.Tenants;

[Collection(Backend.Name)]
public sealed class LeavingTests(Backend shared)
{
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    [Fact, Promise("C18", "C19")]
    public async Task Whoever_comes_back_finds_everything_as_it_was()
    {
        var backend = await shared.Beside();
        try
        {
            var office = await Office.Open(backend, TimeSpan.FromMinutes(10));
            await Confirmed(backend, office);
            var dispatch = await office.Submit();
            var before = await office.Look(dispatch);

            var left = (await office.Scope.Leaving().Cancel())!;
            Assert.True(left.HasClosed);
            Assert.Equal(TimeSpan.FromDays(90), left.GoesAt - left.ClosesAt);
            Assert.Equal(Standing.Closed, (await office.Scope.Tenant().Profile())!.Standing);
            Assert.IsType<SubmitOutcome.Closed>(await office.Scope.Dispatch(Office.Id(backend)).Submit(office.Form()));
            await backend.Mails.Next(office.Owner, "leaving");
            // Nobody is asked in the name of a business that left.
            var asked = backend.Mails.Count;
            await office.Pass(TimeSpan.FromHours(2));
            Assert.Equal(asked, backend.Mails.Count);

            await backend.Advance(59 * s_day);
            await backend.Restart();
            Assert.Equal(ComeBackOutcome.Back, await office.Scope.Leaving().ComeBack(null));

            Assert.Equal(Standing.Open, (await office.Scope.Tenant().Profile())!.Standing);
            Assert.Null(await office.Scope.Leaving().Look());
            Assert.Equal(before.Text, (await office.Look(dispatch)).Text);
            Assert.Equal(office.Tenant, await backend.Grains.Slug((await office.Scope.Tenant().Profile())!.Slug).Resolve());
            await backend.Advance(100 * s_day);
            Assert.NotNull(await office.Scope.Tenant().Profile());
        }
        finally
        {
            await backend.DisposeAsync();
        }
    }

    [Fact, Promise("R41")]
    public async Task The_name_is_nobodys_for_60_days_and_whoever_returns_later_chooses_another()
    {
        var backend = await shared.Beside();
        try
        {
            var office = await Office.Open(backend);
            await Confirmed(backend, office);
            var slug = (await office.Scope.Tenant().Profile())!.Slug;
            var other = TenantId.New(backend.Clock.GetUtcNow());
            await office.Scope.Leaving().Cancel();

            await backend.Advance(60 * s_day - TimeSpan.FromHours(1));
            Assert.False(await backend.Grains.Slug(slug).Reserve(other));
            await backend.Advance(TimeSpan.FromHours(2));
            await Backend.Eventually(async () => (await office.Scope.Leaving().Look())!.HasSlug == false, "the name was given up");
            Assert.True(await backend.Grains.Slug(slug).Reserve(other));
            Assert.True(await backend.Grains.Slug(slug).Confirm(other));

            Assert.Equal(ComeBackOutcome.NeedsSlug, await office.Scope.Leaving().ComeBack(null));
            Assert.Equal(ComeBackOutcome.SlugTaken, await office.Scope.Leaving().ComeBack(slug));
            Assert.Equal(Standing.Closed, (await office.Scope.Tenant().Profile())!.Standing);
            var next = Slug.Parse("another-office");
            Assert.Equal(ComeBackOutcome.Back, await office.Scope.Leaving().ComeBack(next));
            Assert.Equal(office.Tenant, await backend.Grains.Slug(next).Resolve());
            Assert.Equal(next, (await office.Scope.Directory().Desk())!.Profile.Slug);
            Assert.Equal(other, await backend.Grains.Slug(slug).Resolve());
        }
        finally
        {
            await backend.DisposeAsync();
        }
    }

    [Fact, Promise("C18", "R34")]
    public async Task Whoever_does_not_come_back_is_told_twice_and_then_everything_goes_by_itself()
    {
        var backend = await shared.Beside();
        try
        {
            var office = await Office.Open(backend, TimeSpan.FromMinutes(10));
            await Confirmed(backend, office);
            await office.Submit();
            await office.Scope.Leaving().Cancel();
            await backend.Mails.Next(office.Owner, "leaving");
            await backend.Advance(83 * s_day);
            Assert.Contains("In a week", (await backend.Mails.Next(office.Owner, "leaving", 2)).Subject);
            await backend.Advance(6 * s_day);
            Assert.Contains("Tomorrow", (await backend.Mails.Next(office.Owner, "leaving", 3)).Subject);
            Assert.NotNull(await office.Scope.Tenant().Profile());

            await backend.Advance(s_day);
            await backend.Mails.Next(office.Owner, "deletion-done");
            await Backend.Eventually(async () => (await Dump.Find(backend.Database, [office.Tenant.Value, office.Account.Value])).Count == 0, "nothing is left");
            Assert.Equal(1, await backend.Database.Scalar<long>("select count(*) from deletion where done_at is not null"));
            Assert.Equal(4, backend.Mails.To(office.Owner).Count(mail => mail.Kind is "leaving" or "deletion-done"));
        }
        finally
        {
            await backend.DisposeAsync();
        }
    }

    [Fact]
    public async Task Leaving_and_coming_back_that_is_cut_off_at_any_write_is_finished_by_its_reminder()
    {
        var backend = await shared.Beside();
        try
        {
            var number = 1;
            while (await CutOff(backend, number))
                number++;
            Assert.InRange(number, 6, 40);
        }
        finally
        {
            await backend.DisposeAsync();
        }
    }

    private static async Task<bool> CutOff(Backend backend, int write)
    {
        var office = await Office.Open(backend);
        await Confirmed(backend, office);
        bool fired;
        await using (var fault = await Fault.OnWrite(backend.Database, write))
        {
            try
            {
                await office.Scope.Leaving().Cancel();
                await office.Scope.Leaving().ComeBack(null);
            }
            catch (OrleansException)
            {
                Assert.True(await fault.HasFired());
            }

            fired = await fault.HasFired();
        }

        await backend.Restart();
        await backend.Advance(TimeSpan.FromMinutes(20));
        var (standing, view) = ((await office.Scope.Tenant().Profile())!.Standing, await office.Scope.Leaving().Look());
        // Either they have left or they have not; whoever has not is open for good.
        Assert.Equal(view is { HasClosed: true } ? Standing.Closed : Standing.Open, standing);
        if (view is not null)
            Assert.Equal(ComeBackOutcome.Back, await office.Scope.Leaving().ComeBack(null));
        Assert.Equal(Standing.Open, (await office.Scope.Tenant().Profile())!.Standing);
        Assert.True(fired || view is null);
        return fired;
    }

    private static async Task Confirmed(Backend backend, Office office)
    {
        var slug = (await office.Scope.Tenant().Profile())!.Slug;
        Assert.True(await backend.Grains.Slug(slug).Reserve(office.Tenant));
        Assert.True(await backend.Grains.Slug(slug).Confirm(office.Tenant));
        await backend.Grains.GetGrain<IAccountGrain>($"account/{office.Account}").Join(office.Tenant);
    }
}
