using Backsoon.Accounts;
using Backsoon.Mail;
using Backsoon.Tenants;

namespace Backsoon.Promises;

/// <summary>What people ask about their data, from asking to the answer.</summary>
[Collection(Backend.Name)]
public sealed class DataRequestTests(Backend backend)
{
    [Fact, Promise("R30", "W2")]
    public async Task A_link_goes_to_whatever_address_was_typed_and_reads_the_same_for_all()
    {
        var known = await Acquaintance.Make(backend, "okapi");
        await known.Write(known.Email);
        var nobody = EmailAddress.Parse("nobody.at.all@caller.example");
        await known.Data.Link(known.Email);
        await known.Data.Link(nobody);
        var (one, other) = (await backend.Mails.Next(known.Email, "data-link"), await backend.Mails.Next(nobody, "data-link"));
        Assert.Equal(Without(one), Without(other));
        Assert.Equal(one.Subject, other.Subject);
        Assert.Empty((await known.Data.Look(DataSubject.Of(nobody)))!.Asked);
        Assert.True((await known.Data.Look(DataSubject.Of(nobody)))!.Kept.IsEmpty);
        // Nothing is kept of who only asked for a link, once it went out.
        await Backend.Eventually(async () => (await Dump.Find(backend.Database, [nobody.Value])).Count == 0, "it is forgotten");

        static string Without(RecordedMail mail) => mail.Links.Aggregate(mail.Text, (text, link) => text.Replace(link, "", StringComparison.Ordinal));
    }

    [Fact, Promise("R30", "P16", "R36", "R37")]
    public async Task Whoever_asks_is_confirmed_the_owner_is_told_once_and_again_before_it_is_due()
    {
        var known = await Acquaintance.Make(backend, "tapir");
        await known.Write(known.Email);
        var owner = (await known.Scope.Tenant().Profile())!.Settings.Owner.Email;
        Assert.False(await known.Data.Ask(DataSubject.Of(EmailAddress.Parse("nobody@caller.example")), DataWish.Removal));

        var asked = await known.Ask(DataWish.Removal);
        Assert.True(await known.Data.Ask(known.Subject, DataWish.Removal));

        Assert.Equal(backend.Clock.GetUtcNow() + TimeSpan.FromDays(30), asked.DueAt, TimeSpan.FromSeconds(1));
        Assert.Single((await known.Data.Look(known.Subject))!.Asked);
        Assert.Contains(asked.Reference, (await backend.Mails.Next(known.Email, "data-asked")).Text, StringComparison.Ordinal);
        var told = await backend.Mails.Next(owner, "data-request");
        Assert.Contains($"/data-requests/{asked.Id}", told.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("tapir", told.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(new DataStanding(1, asked.DueAt), await known.Data.Standing());

        await backend.Advance(TimeSpan.FromDays(22));
        Assert.Single(backend.Mails.To(owner), mail => mail.Kind == "data-request");
        await backend.Advance(TimeSpan.FromDays(1) + TimeSpan.FromMinutes(1));
        Assert.Contains("Answer by", (await backend.Mails.Next(owner, "data-request", 2)).Subject, StringComparison.Ordinal);
        await backend.Advance(TimeSpan.FromDays(1));
        Assert.Equal(2, backend.Mails.To(owner).Count(mail => mail.Kind == "data-request"));

        Assert.True(await known.Data.Decline(asked.Id, "The tax office wants it for ten years."));
        Assert.False(await known.Data.Decline(asked.Id, "Twice"));
        Assert.False(await known.Data.Remove(asked.Id, known.Owner));
        Assert.Contains("The tax office wants it", (await backend.Mails.Next(known.Email, "data-answered")).Text, StringComparison.Ordinal);
        Assert.Equal(new DataStanding(0, null), await known.Data.Standing());
    }

    [Fact]
    public async Task A_removal_can_be_taken_back_for_a_day_by_the_owner_and_until_it_is_answered_by_who_asked()
    {
        var known = await Acquaintance.Make(backend, "dugong");
        var dispatch = await known.Write(known.Email);
        var asked = await known.Ask(DataWish.Removal);
        Assert.True(await known.Data.Remove(asked.Id, known.Owner));
        Assert.False(await known.Data.Remove(asked.Id, known.Owner));
        await backend.Advance(TimeSpan.FromHours(23));
        Assert.True(await known.Data.Keep(asked.Id));
        await backend.Advance(TimeSpan.FromHours(3));
        Assert.Equal(known.Name, (await dispatch.Look())!.CallerName);

        // Decided on the last day it begins in time all the same.
        await backend.Advance(asked.DueAt - TimeSpan.FromHours(5) - backend.Clock.GetUtcNow());
        Assert.True(await known.Data.Remove(asked.Id, known.Owner));
        Assert.Equal(asked.DueAt - TimeSpan.FromHours(1), (await known.Data.Open(asked.Id))!.Request.RunsAt!.Value, TimeSpan.FromSeconds(1));

        // Nobody but they take it back.
        Assert.False(await known.Data.Withdraw(DataSubject.Of(EmailAddress.Parse("stranger@caller.example")), asked.Id));
        Assert.True(await known.Data.Withdraw(known.Subject, asked.Id));
        Assert.False(await known.Data.Keep(asked.Id));
        await backend.Advance(TimeSpan.FromDays(1));
        Assert.Equal((known.Name, DataOutcome.Withdrawn), ((await dispatch.Look())!.CallerName, (await known.Data.Open(asked.Id))!.Request.Outcome!.Value));
    }

    [Fact]
    public async Task Taking_back_and_asking_again_all_day_tells_the_owner_a_few_times_at_most()
    {
        var known = await Acquaintance.Make(backend, "vicuna");
        await known.Write(known.Email);
        for (var i = 0; i < DataRequestRows.MostPerDay; i++)
            Assert.True(await known.Data.Withdraw(known.Subject, (await known.Ask(DataWish.Everything)).Id));

        await known.Data.Ask(known.Subject, DataWish.Everything);

        Assert.Equal(new DataStanding(0, null), await known.Data.Standing());
        Assert.Equal(DataRequestRows.MostPerDay, await backend.Database.Scalar<long>("select count(*) from outbox where tenant_id = $1 and kind = 'data-request'", known.Scope.Id.Value));
    }

    [Fact]
    public async Task Who_asked_is_forgotten_90_days_after_the_answer_and_when_stays()
    {
        var known = await Acquaintance.Make(backend, "serval");
        await known.Write(known.Email);
        var (old, recent) = (await known.Ask(DataWish.Everything), await known.Ask(DataWish.Removal));
        await known.Data.Decline(old.Id, "Not serval");
        await known.Data.Decline(recent.Id, "Neither");
        await backend.Database.Execute("update data_request set answered_at = answered_at - interval '91 days' where id = $1", old.Id);

        await backend.Grains.GetGrain<ISweeperGrain>(ISweeperGrain.Key).Sweep();

        var kept = (await known.Data.Open(old.Id))!.Request;
        Assert.Equal((DataOutcome.Declined, (DataSubject?)null, (string?)null), (kept.Outcome!.Value, kept.Who, kept.Reason));
        Assert.Equal(known.Email, (await known.Data.Open(recent.Id))!.Request.Who!.Email);
        Assert.Equal(recent.Id, Assert.Single((await known.Data.Look(known.Subject))!.Asked).Id);
    }

    [Fact, Promise("R34")]
    public async Task It_goes_with_the_business()
    {
        var known = await Acquaintance.Make(backend, "wombat");
        await known.Write(known.Email);
        await known.Ask(DataWish.Everything);
        await known.Scope.Tenant().Erase();
        await Backend.Eventually(async () => (await Dump.Find(backend.Database, known.Secrets)).Count == 0, "nothing is left");
        Assert.Equal(0, await backend.Database.Scalar<long>("select count(*) from reminder where grain_id like $1", $"%data-requests%{known.Scope.Id}%"));
        Assert.Null(await known.Data.Look(known.Subject));
        Assert.False(await known.Data.Ask(known.Subject, DataWish.Everything));
    }
}
