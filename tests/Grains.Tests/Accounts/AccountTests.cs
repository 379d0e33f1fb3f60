
namespace Backsoon.Accounts;

[Collection(Backend.Name)]
public sealed class AccountTests(Backend backend)
{
    [Fact, Promise("P21")]
    public async Task A_new_device_is_told_of_by_mail_and_one_that_is_known_is_not()
    {
        var person = new Person(backend);
        await person.SignUp();
        await SignIn(person, person.Visitor);
        Assert.Equal(2, await person.MailsHad());

        var tablet = person.Visitor with { Device = "Safari on iPad", DeviceKey = Secret.Hash("tablet of " + person.Email) };
        await SignIn(person, tablet);

        var notice = await backend.Mails.Next(person.Email, "new-device");
        Assert.Contains("Safari on iPad", notice.Text, StringComparison.Ordinal);
        Assert.Contains(backend.Site.App("/sessions"), notice.Text, StringComparison.Ordinal);
        await SignIn(person, tablet);
        Assert.Equal(5, await person.MailsHad());
    }

    [Fact, Promise("P21")]
    public async Task A_browser_without_a_cookie_is_always_new()
    {
        var person = new Person(backend);
        await person.SignUp();
        await SignIn(person, person.Visitor with { DeviceKey = null });
        await SignIn(person, person.Visitor with { DeviceKey = null });
        await backend.Mails.Next(person.Email, "new-device", number: 2);
    }

    [Fact, Promise("R13")]
    public async Task The_addresses_on_the_network_of_sessions_are_gone_within_30_days()
    {
        var person = new Person(backend);
        var (accepted, _) = await person.SignUp();
        var account = backend.Grains.GetGrain<IAccountGrain>($"account/{accepted.Account}");
        await backend.Advance(TimeSpan.FromDays(10));
        await SignIn(person, person.Visitor with { Ip = "198.51.100.23" });
        Assert.Equal(["198.51.100.23", "203.0.113.7"], (await account.Look())!.Sessions.Select(s => s.Ip));
        Assert.Contains("203.0.113.7", await Kept(accepted.Account), StringComparison.Ordinal);

        await backend.Advance(TimeSpan.FromDays(19));

        Assert.Equal(["198.51.100.23", null], (await account.Look())!.Sessions.Select(s => s.Ip));
        Assert.DoesNotContain("203.0.113.7", await Kept(accepted.Account), StringComparison.Ordinal);
        await backend.Advance(TimeSpan.FromDays(10));
        Assert.DoesNotContain("198.51.100.23", await Kept(accepted.Account), StringComparison.Ordinal);
        Assert.Contains(person.Visitor.Device, await Kept(accepted.Account), StringComparison.Ordinal);
        // Of a session that is over nothing is kept, whether or not anybody signs in again.
        await backend.Advance(TimeSpan.FromDays(2));
        Assert.DoesNotContain(person.Visitor.Device, await Kept(accepted.Account), StringComparison.Ordinal);
        Assert.Equal(0, await backend.Database.Scalar<long>("select count(*) from reminder where grain_id = $1", $"account/account/{accepted.Account}"));
    }

    [Fact]
    public async Task A_link_of_an_account_that_is_gone_signs_nobody_in()
    {
        var person = new Person(backend);
        var (accepted, session) = await person.SignUp();
        var mail = await person.AskToSignIn();
        await backend.Grains.GetGrain<IAccountGrain>($"account/{accepted.Account}").Erase();

        Assert.IsType<Redemption.Expired>(await person.Link(mail).Spend(Person.NewSession(), person.Visitor));
        Assert.Null(await backend.Grains.GetGrain<ISessionGrain>($"session/{session}").Check());
        Assert.IsType<Asked.Accepted>(await (await person.Address()).AskToSignIn(person.Request()));
        Assert.Equal(2, await person.MailsHad());
    }

    [Fact]
    public async Task The_name_can_be_corrected()
    {
        var (accepted, _) = await new Person(backend).SignUp();
        var account = backend.Grains.GetGrain<IAccountGrain>($"account/{accepted.Account}");
        await account.Rename("Ana Duarte-Reis");
        await backend.Restart();
        Assert.Equal("Ana Duarte-Reis", (await account.Look())!.Name);
    }

    private Task<string> Kept(AccountId account) =>
        backend.Database.Scalar<string>("select convert_from(payload, 'UTF8') from grain_state where grain_key = $1", $"account/{account}");

    private static async Task SignIn(Person person, Visitor visitor) =>
        Assert.IsType<Redemption.Accepted>(await person.Link(await person.AskToSignIn()).Spend(Person.NewSession(), visitor));
}
