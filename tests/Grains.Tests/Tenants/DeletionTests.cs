using Backsoon.Accounts;
using Backsoon.Mail;
using Microsoft.Extensions.DependencyInjection;

namespace Backsoon.Tenants;

[Collection(Backend.Name)]
public sealed class DeletionTests(Backend shared)
{
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    [Fact, Promise("R32")]
    public async Task A_link_confirms_it_within_the_hour_and_within_48_it_can_be_undone()
    {
        var person = new Person(shared);
        var (scope, account) = await SignedUp(shared, person);
        var first = await Asked(shared, scope, account, person, 1);
        Assert.Equal(DeletionStage.Asked, (await scope.Deletion().Look(first))!.Stage);
        await shared.Advance(IDeletionGrain.LinkLife);
        Assert.Null(await scope.Deletion().Confirm(first));

        var id = await Asked(shared, scope, account, person, 2);
        Assert.Null(await scope.Deletion().Confirm(first));
        Assert.Equal(Standing.Open, (await scope.Tenant().Profile())!.Standing);
        var begun = (await scope.Deletion().Confirm(id))!;
        Assert.Equal(DeletionStage.Waiting, begun.Stage);
        Assert.Equal(TimeSpan.FromDays(2), begun.UndoUntil - shared.Clock.GetUtcNow());
        Assert.Equal(begun.Stage, (await scope.Deletion().Confirm(id))!.Stage);
        Assert.Equal(Standing.Closed, (await scope.Tenant().Profile())!.Standing);
        Assert.False(await scope.Deletion().Ask(account));
        Assert.Equal(ComeBackOutcome.Deleting, await scope.Leaving().ComeBack(null));
        await shared.Mails.Next(person.Email, "deletion-begun");

        await shared.Advance(2 * s_day - TimeSpan.FromMinutes(1));
        Assert.True(await scope.Deletion().Undo(id));
        Assert.Equal(Standing.Open, (await scope.Tenant().Profile())!.Standing);
        Assert.Null(await scope.Deletion().Look(id));
        Assert.False(await scope.Deletion().Undo(id));
        Assert.Equal(0, await shared.Database.Scalar<long>("select count(*) from deletion where id = $1", id));
        await shared.Advance(3 * s_day);
        Assert.NotNull(await scope.Tenant().Profile());
    }

    [Fact, Promise("R32", "R34", "P13")]
    public async Task Of_a_person_planted_everywhere_nothing_is_left_and_no_mail_goes_out_after()
    {
        const string word = "zarquillon";
        var backend = await shared.Beside();
        try
        {
            var person = new Person(backend) { Email = EmailAddress.Parse($"ana.{word}@example.com"), Slug = Slug.Parse($"{word}-lettings"), Name = $"Ana {word}" };
            var (scope, account) = await SignedUp(backend, person);
            var id = await Asked(backend, scope, account, person, 1);
            // What is planted is no address: the directory has to have read its rows before.
            await scope.Directory().Desk();
            await Plant.Everywhere(backend.Database, scope.Id, word, backend.Clock.GetUtcNow());
            backend.Mails.IsDown = true;
            await scope.Leaving().Cancel();
            await backend.Database.Execute("insert into outbox (id, tenant_id, kind, recipient, priority, created_at, due_at) values (gen_random_uuid(), $1, 'sign-in', $2, 1, $3, $3)", scope.Id.Value, word, backend.Clock.GetUtcNow().AddMinutes(-1));
            await scope.Deletion().Confirm(id);
            Assert.Equal(0, await backend.Database.Scalar<long>("select count(*) from outbox where tenant_id = $1 and status = 0", scope.Id.Value));
            backend.Mails.IsDown = false;

            await backend.Advance(2 * s_day);
            await backend.Mails.Next(person.Email, "deletion-done");
            await Backend.Eventually(async () => (await Dump.Find(backend.Database, [word, scope.Id.Value, account.Value])).Count == 0, $"nothing is left but {string.Join(", ", await Dump.Find(backend.Database, [word, scope.Id.Value, account.Value]))}");
            var done = (await scope.Deletion().Look(id))!;
            Assert.Equal((DeletionStage.Done, 9, null), (done.Stage, done.Done.Length, done.ZoneId));
            Assert.InRange(done.DoneAt!.Value - done.AskedAt, TimeSpan.Zero, TimeSpan.FromDays(7));
            Assert.Equal([scope.Id], backend.Services.GetRequiredService<ErasedFile>().Among([scope.Id, TenantId.New(backend.Clock.GetUtcNow())]));

            await backend.Advance(3 * s_day);
            Assert.Empty(await Dump.Find(backend.Database, [word, scope.Id.Value, account.Value]));
        }
        finally
        {
            await backend.DisposeAsync();
        }
    }

    [Fact, Promise("R41")]
    public async Task The_name_of_one_that_is_deleted_is_held_too()
    {
        var backend = await shared.Beside();
        try
        {
            var person = new Person(backend);
            var (scope, account) = await SignedUp(backend, person);
            await scope.Deletion().Confirm(await Asked(backend, scope, account, person, 1));
            await backend.Advance(2 * s_day);
            await backend.Mails.Next(person.Email, "deletion-done");
            Assert.False(await backend.Grains.Slug(person.Slug).IsFree());
            await backend.Advance(60 * s_day);
            Assert.True(await backend.Grains.Slug(person.Slug).IsFree());
        }
        finally
        {
            await backend.DisposeAsync();
        }
    }

    [Fact, Promise("R34")]
    public async Task A_deletion_that_is_cut_off_at_any_write_is_finished_by_its_reminder()
    {
        var backend = await shared.Beside();
        try
        {
            var number = 1;
            // Every third: all of them take minutes.
            while (await CutOff(backend, number))
                number += 3;
            Assert.InRange(number, 25, 400);
        }
        finally
        {
            await backend.DisposeAsync();
        }
    }

    [Fact, Promise("R34")]
    public async Task A_step_that_fails_for_days_alarms_the_operator_in_time_and_keeps_no_other_waiting()
    {
        var backend = await shared.Beside();
        try
        {
            var person = new Person(backend);
            var (scope, account) = await SignedUp(backend, person);
            await scope.Directory().PutVendor(new(Guid.CreateVersion7(backend.Clock.GetUtcNow()), "Rivera", person.Email, "1", null, true));
            var id = await Asked(backend, scope, account, person, 1);
            await backend.Database.Execute("create function stuck() returns trigger language plpgsql as $$ begin raise exception 'stuck'; end $$; create trigger stuck before delete on vendor for each row execute function stuck()");
            await scope.Deletion().Confirm(id);
            for (var day = 1; day <= 4; day++)
                await backend.Advance(s_day);
            var stuck = (await scope.Deletion().Look(id))!;
            Assert.Equal((DeletionStage.Running, 8), (stuck.Stage, stuck.Done.Length));
            Assert.False(await backend.Database.Scalar<bool>("select alarmed_at is not null from deletion where id = $1", id));
            await backend.Advance(s_day);
            await Backend.Eventually(() => backend.Database.Scalar<bool>("select alarmed_at is not null from deletion where id = $1", id), "the operator was alarmed on the fifth day");

            await backend.Database.Execute("drop function stuck() cascade");
            await backend.Advance(TimeSpan.FromHours(1));
            await Backend.Eventually(async () => (await scope.Deletion().Look(id))!.Stage == DeletionStage.Done, "it was done once it could be");
            Assert.Empty(await Dump.Find(backend.Database, [scope.Id.Value, account.Value, person.Email.Value]));
        }
        finally
        {
            await backend.DisposeAsync();
        }
    }

    private static async Task<bool> CutOff(Backend backend, int write)
    {
        var person = new Person(backend);
        var (scope, account) = await SignedUp(backend, person);
        var id = await Asked(backend, scope, account, person, 1);
        await person.Settled();
        await backend.Rest();
        bool fired;
        await using (var fault = await Fault.OnWrite(backend.Database, write))
        {
            try
            {
                await scope.Deletion().Confirm(id);
                await backend.Advance(2 * s_day);
            }
            catch (OrleansException)
            {
                Assert.True(await fault.HasFired());
            }

            fired = await fault.HasFired();
            await backend.Rest();
        }

        await backend.Restart();
        if ((await scope.Deletion().Look(id))?.Stage == DeletionStage.Asked)
            await scope.Deletion().Confirm(id);
        for (var turn = 0; turn < 3; turn++)
        {
            await backend.Advance(s_day);
            await backend.Rest();
        }

        // Asked too late, the link is over: whoever still wants it asks again.
        if (await scope.Tenant().Profile() is { Standing: Standing.Open })
        {
            await scope.Deletion().Confirm(await Asked(backend, scope, account, person, 2));
            await backend.Advance(2 * s_day);
            await backend.Rest();
            await backend.Advance(TimeSpan.FromHours(1));
        }

        await Backend.Eventually(async () => (await Dump.Find(backend.Database, [scope.Id.Value, account.Value])).Count == 0, $"nothing is left after write {write} failed, but {string.Join(", ", await Dump.Find(backend.Database, [scope.Id.Value, account.Value]))}");
        return fired;
    }

    private static async Task<(TenantScope Scope, AccountId Account)> SignedUp(Backend backend, Person person)
    {
        var (accepted, _) = await person.SignUp();
        await person.Settled();
        return (backend.Grains.For((await backend.Grains.Slug(person.Slug).Resolve())!.Value), accepted.Account);
    }

    private static async Task<Guid> Asked(Backend backend, TenantScope scope, AccountId account, Person person, int number)
    {
        Assert.True(await scope.Deletion().Ask(account));
        var mail = await backend.Mails.Next(person.Email, "deletion", number);
        var ring = await backend.Services.GetRequiredService<Keys>().Current();
        var reading = ring.Tokens.Read(TokenPurpose.ConfirmDeletion, mail.Links.First(link => link.Contains("/delete/", StringComparison.Ordinal)).Split('/')[^1], backend.Clock.GetUtcNow());
        Assert.Equal(scope.Id.Value, reading.Parts[0]);
        return Guid.ParseExact(reading.Parts[1], "n");
    }
}
