using Backsoon.Accounts;
using Backsoon.Mail;

namespace Backsoon.Tenants;

[Collection(Backend.Name)]
public sealed class ErasureTests(Backend backend)
{
    [Fact, Promise("R32", "R34")]
    public async Task Of_a_person_planted_everywhere_nothing_is_left()
    {
        const string word = "zquistorp";
        var person = new Person(backend)
        {
            Email = EmailAddress.Parse($"ana.{word}@example.com"),
            Slug = Slug.Parse($"{word}-lettings"),
            Name = $"Ana {word}",
            Visitor = new Visitor("203.0.113.199", $"Browser of {word}", Secret.Hash(word)),
        };
        var (accepted, session) = await person.SignUp();
        var waiting = await person.AskToSignIn();
        await person.Settled();
        var tenant = (await backend.Grains.Slug(person.Slug).Resolve())!.Value;
        var profile = (await backend.Grains.For(tenant).Tenant().Profile())!;
        await backend.Grains.For(tenant).Tenant().Change(profile.Settings with
        {
            Nouns = new(word, word, word),
            Owner = new($"Ana {word}", person.Email, $"+351 {word}"),
            About = word,
            AwayText = word,
            EmergencyText = word,
            EmergencyPhone = word,
        });
        var now = backend.Clock.GetUtcNow();
        await backend.Grains.For(tenant).Tenant().Leave(new Absence(Guid.CreateVersion7(now), now, now.AddDays(1), word, null, HoldsRoutine: false));
        var columns = await Plant.Everywhere(backend.Database, tenant, word, backend.Clock.GetUtcNow());
        string[] secrets = [word, "203.0.113.199", Secret.Hash(word), waiting.Links[0].Split('/')[^1], tenant.Value, accepted.Account.Value];

        var before = await Dump.Find(backend.Database, [word]);
        Assert.All(columns, column => Assert.Contains($"{column.Table}.{column.Name}", before));
        // The address, two links, the account, the tenant and, by its key, the slug.
        Assert.True(before.Count(found => found == "grain_state.payload") >= 5);
        Assert.Contains("grain_state.grain_key", before);

        await backend.Grains.For(tenant).Tenant().Erase();

        await Backend.Eventually(async () => (await Dump.Find(backend.Database, secrets)).Count == 0, $"nothing is left but what is in {string.Join(", ", await Dump.Find(backend.Database, secrets))}");
        Assert.Null(await backend.Grains.GetGrain<ISessionGrain>($"session/{session}").Check());
        Assert.IsType<Redemption.Expired>(await person.Link(waiting).Spend(Person.NewSession(), person.Visitor));
        Assert.Null(await backend.Grains.For(tenant).Directory().Desk());

        // Nothing that is woken later brings any of it back.
        await backend.Advance(TimeSpan.FromDays(2));
        Assert.Empty(await Dump.Find(backend.Database, secrets));
    }

    [Fact, Promise("R34")]
    public async Task Of_another_tenant_nothing_is_lost()
    {
        var (goes, stays) = (new Person(backend), new Person(backend));
        await goes.SignUp();
        var (accepted, session) = await stays.SignUp();
        var (gone, kept) = ((await backend.Grains.Slug(goes.Slug).Resolve())!.Value, (await backend.Grains.Slug(stays.Slug).Resolve())!.Value);
        await Plant.Everywhere(backend.Database, gone, "qweather", backend.Clock.GetUtcNow());
        await Plant.Everywhere(backend.Database, kept, "xylander", backend.Clock.GetUtcNow());
        var before = await Dump.Find(backend.Database, ["xylander", kept.Value, accepted.Account.Value]);

        await backend.Grains.For(gone).Tenant().Erase();

        Assert.Empty(await Dump.Find(backend.Database, ["qweather"]));
        Assert.Equal(before, await Dump.Find(backend.Database, ["xylander", kept.Value, accepted.Account.Value]));
        Assert.NotNull(await backend.Grains.GetGrain<ISessionGrain>($"session/{session}").Check());
        await backend.Grains.For(kept).Tenant().Erase();
    }

    [Fact]
    public async Task Who_is_in_another_business_too_keeps_the_account_and_signs_in_there_again()
    {
        var (person, other) = (new Person(backend), new Person(backend));
        var (accepted, session) = await person.SignUp();
        await other.SignUp();
        var (first, second) = ((await backend.Grains.Slug(person.Slug).Resolve())!.Value, (await backend.Grains.Slug(other.Slug).Resolve())!.Value);
        var account = backend.Grains.GetGrain<IAccountGrain>($"account/{accepted.Account}");
        await account.Join(second);

        await backend.Grains.For(first).Tenant().Erase();

        Assert.Equal(second, Assert.Single((await account.Look())!.Tenants));
        Assert.Null(await backend.Grains.GetGrain<ISessionGrain>($"session/{session}").Check());
        var again = Person.NewSession();
        Assert.IsType<Redemption.Accepted>(await person.Link(await person.AskToSignIn()).Spend(again, person.Visitor));
        Assert.Equal(second, (await backend.Grains.GetGrain<ISessionGrain>($"session/{again}").Check())!.Tenant);
    }

    [Fact, Promise("R34")]
    public async Task A_tenant_with_much_history_goes_in_batches()
    {
        var person = new Person(backend);
        await person.SignUp();
        var tenant = (await backend.Grains.Slug(person.Slug).Resolve())!.Value;
        await backend.Database.Execute(
            """
            insert into dispatch (tenant_id, id, reference, received_at, category_id, category_name, urgent, caller_name, caller_phone, body, fingerprint, status, plan, step, shard)
            select $1, gen_random_uuid(), 'X', $2, gen_random_uuid(), 'Water leak', false, 'Rui', '1', 'It drips', '\x00', 4, '[]', 0, 0 from generate_series(1, 12000)
            """,
            tenant.Value, backend.Clock.GetUtcNow());
        await backend.Grains.For(tenant).Tenant().Erase();
        Assert.Equal(0, await backend.Database.Scalar<long>("select count(*) from dispatch where tenant_id = $1", tenant.Value));
        Assert.Equal(0, await backend.Database.Scalar<long>("select count(*) from tenant where id = $1", tenant.Value));
    }

    [Fact, Promise("R34")]
    public async Task Every_reference_to_a_tenant_is_one_that_erasure_follows() => Assert.Equal(
        0, await backend.Database.Scalar<long>("select count(*) from pg_constraint where contype = 'f' and confrelid = 'tenant'::regclass and confdeltype <> 'c'"));

    [Fact, Promise("R34")]
    public async Task Every_row_of_a_tenant_refers_to_it()
    {
        var columns = await Dump.Columns(backend.Database);
        foreach (var table in columns.Where(c => c.Name == "tenant_id").Select(c => c.Table))
            Assert.True(await backend.Database.Scalar<bool>(
                """
                with recursive reached as (
                    select 'tenant'::regclass::oid as id
                    union select c.conrelid from pg_constraint c join reached on c.confrelid = reached.id where c.contype = 'f')
                select $1::regclass::oid in (select id from reached)
                """, table), table);
    }
}
