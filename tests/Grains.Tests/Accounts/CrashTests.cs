using Backsoon.Tenants;

namespace Backsoon.Accounts;

/// <summary>Each of these fails one write after the other, forgets all memory, and looks at what the reminders make of it.</summary>
[Collection(Backend.Name)]
public sealed class CrashTests(Backend backend)
{
    [Fact]
    public async Task A_sign_up_that_is_cut_off_at_any_write_is_finished_by_its_reminder()
    {
        var number = 1;
        while (await CutOffSignUp(number))
            number++;
        Assert.InRange(number, 12, 40);
    }

    [Fact]
    public async Task A_mail_that_was_promised_is_sent_once_whichever_write_is_cut_off()
    {
        var number = 1;
        while (await CutOffAsking(number))
            number++;
        Assert.InRange(number, 6, 20);
    }

    [Fact]
    public async Task An_erasure_that_is_cut_off_at_any_write_is_finished_by_its_reminder()
    {
        var number = 1;
        while (await CutOffErasure(number))
            number++;
        // Orleans writes a row of state by other statements than the embedded host.
        Assert.InRange(number, 15, 100);
    }

    private async Task<bool> CutOffSignUp(int write)
    {
        var person = new Person(backend);
        var link = person.Link(await person.AskToSignUp());
        await person.Settled();
        var session = Person.NewSession();
        bool fired;
        Redemption? outcome = null;
        await using (var fault = await Fault.OnWrite(backend.Database, write))
        {
            try
            {
                outcome = await link.Spend(session, person.Visitor);
            }
            catch (OrleansException)
            {
                Assert.True(await fault.HasFired());
            }

            fired = await fault.HasFired();
        }

        await backend.Restart();
        await backend.Advance(TimeSpan.FromMinutes(1));
        if ((await link.Look())!.Standing == MagicLinkStanding.Spent)
            Assert.NotNull(await backend.Grains.GetGrain<ISessionGrain>($"session/{session}").Check());
        else
            Assert.Null(outcome);

        var accepted = Assert.IsType<Redemption.Accepted>(await link.Spend(session, person.Visitor));
        Assert.True(accepted.IsNewTenant);
        var tenant = await backend.Grains.Slug(person.Slug).Resolve();
        var account = (await backend.Grains.GetGrain<IAccountGrain>($"account/{accepted.Account}").Look())!;
        Assert.Equal(tenant, Assert.Single(account.Tenants));
        Assert.Equal(session, Assert.Single(account.Sessions).SessionKey);
        Assert.Equal(tenant, (await backend.Grains.GetGrain<ISessionGrain>($"session/{session}").Check())!.Tenant);
        Assert.Equal(person.Slug, (await backend.Grains.For(tenant!.Value).Tenant().Profile())!.Slug);
        Assert.Equal(Industries.Categories(Industry.PropertyManagement).Length, await backend.Database.Scalar<long>("select count(*) from category where tenant_id = $1", tenant.Value.Value));
        Assert.IsType<Redemption.Used>(await link.Spend(Person.NewSession(), person.Visitor));
        return fired;
    }

    private async Task<bool> CutOffAsking(int write)
    {
        var person = new Person(backend);
        await person.SignUp();
        await person.Settled();
        var address = await person.Address();
        var request = person.Request();
        bool fired;
        await using (var fault = await Fault.OnWrite(backend.Database, write))
        {
            try
            {
                await address.AskToSignIn(request);
            }
            catch (OrleansException)
            {
                Assert.True(await fault.HasFired());
            }

            await Backend.Eventually(async () => await fault.HasFired() || await person.IsSettled(), "the write was refused, or there was none");
            fired = await fault.HasFired();
        }

        await backend.Restart();
        await backend.Advance(TimeSpan.FromMinutes(1));
        Assert.IsType<Asked.Accepted>(await address.AskToSignIn(request));
        Assert.Equal(2, await person.MailsHad());
        Assert.IsType<Redemption.Accepted>(await person.Link(await backend.Mails.Next(person.Email, "sign-in")).Spend(Person.NewSession(), person.Visitor));
        return fired;
    }

    private async Task<bool> CutOffErasure(int write)
    {
        var person = new Person(backend);
        var (accepted, session) = await person.SignUp();
        await person.Settled();
        var tenant = (await backend.Grains.Slug(person.Slug).Resolve())!.Value;
        bool fired;
        await using (var fault = await Fault.OnWrite(backend.Database, write))
        {
            var erased = false;
            try
            {
                await backend.Grains.For(tenant).Tenant().Erase();
                erased = true;
            }
            catch (OrleansException)
            {
                Assert.True(await fault.HasFired());
            }

            fired = await fault.HasFired();
            Assert.True(erased || fired);
        }

        await backend.Restart();
        await backend.Advance(TimeSpan.FromMinutes(1));
        // Cut off before it had begun, it has not begun: whoever asked was told so, and asks again.
        await backend.Grains.For(tenant).Tenant().Erase();

        Assert.Null(await backend.Grains.For(tenant).Tenant().Profile());
        Assert.Null(await backend.Grains.Slug(person.Slug).Resolve());
        Assert.Null(await backend.Grains.GetGrain<IAccountGrain>($"account/{accepted.Account}").Look());
        Assert.Null(await backend.Grains.GetGrain<ISessionGrain>($"session/{session}").Check());
        Assert.Equal(0, await backend.Database.Scalar<long>("select count(*) from tenant where id = $1", tenant.Value));
        Assert.Equal(0, await backend.Database.Scalar<long>("select count(*) from category where tenant_id = $1", tenant.Value));
        Assert.Equal(0, await backend.Database.Scalar<long>("select count(*) from reminder where grain_id like '%' || $1", tenant.Value));
        return fired;
    }
}
