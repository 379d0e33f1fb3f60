namespace Backsoon.Accounts;

[Collection(Backend.Name)]
public sealed class SignInCodeTests(Backend backend)
{
    [Fact]
    public async Task The_code_opens_the_link_of_its_mail_in_the_browser_that_asked()
    {
        var (person, request, mail) = await Asked();
        var redeemed = await (await person.Address()).RedeemCode(request, person.Browser, mail.Code);
        var link = Assert.IsType<CodeRedemption.Accepted>(redeemed).MagicLinkKey;
        Assert.Equal(Person.LinkKey(mail), $"magic-link/{link}");
        Assert.IsType<Redemption.Accepted>(await person.Link(mail).Spend(Person.NewSession(), person.Visitor));
    }

    [Fact]
    public async Task In_another_browser_only_the_link_works()
    {
        var (person, request, mail) = await Asked();
        Assert.IsType<CodeRedemption.LinkOnly>(await (await person.Address()).RedeemCode(request, new Person(backend).Browser, mail.Code));
        Assert.IsType<Redemption.Accepted>(await person.Link(mail).Spend(Person.NewSession(), person.Visitor));
    }

    [Fact]
    public async Task After_five_wrong_guesses_the_right_code_is_of_no_use_and_the_link_is()
    {
        var (person, request, mail) = await Asked();
        var address = await person.Address();
        for (var left = 4; left > 0; left--)
            Assert.Equal(new CodeRedemption.Wrong(left), await address.RedeemCode(request, person.Browser, Not(mail.Code)));
        Assert.IsType<CodeRedemption.LinkOnly>(await address.RedeemCode(request, person.Browser, Not(mail.Code)));

        Assert.IsType<CodeRedemption.LinkOnly>(await address.RedeemCode(request, person.Browser, mail.Code));
        Assert.IsType<Redemption.Accepted>(await person.Link(mail).Spend(Person.NewSession(), person.Visitor));
    }

    [Fact]
    public async Task Guesses_made_at_once_are_counted_each()
    {
        var (person, request, mail) = await Asked();
        var address = await person.Address();
        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => address.RedeemCode(request, person.Browser, Not(mail.Code))));
        Assert.Equal(4, answers.OfType<CodeRedemption.Wrong>().Count());
        Assert.Equal(60, answers.OfType<CodeRedemption.LinkOnly>().Count());
    }

    [Fact]
    public async Task After_twenty_wrong_guesses_in_a_day_only_links_work_until_the_day_is_over()
    {
        var person = new Person(backend);
        await person.SignUp();
        var address = await person.Address();
        for (var round = 0; round < 4; round++)
        {
            await backend.Advance(TimeSpan.FromMinutes(30));
            var (request, mail) = await Ask(person, round + 2);
            for (var guess = 0; guess < 5; guess++)
                await address.RedeemCode(request, person.Browser, Not(mail.Code));
        }

        await backend.Advance(TimeSpan.FromHours(1));
        var (fresh, last) = await Ask(person, 6);
        Assert.IsType<CodeRedemption.LinkOnly>(await address.RedeemCode(fresh, person.Browser, last.Code));
        Assert.IsType<Redemption.Accepted>(await person.Link(last).Spend(Person.NewSession(), person.Visitor));

        await backend.Advance(TimeSpan.FromDays(1));
        (fresh, last) = await Ask(person, 7);
        Assert.IsType<CodeRedemption.Accepted>(await address.RedeemCode(fresh, person.Browser, last.Code));
    }

    [Fact]
    public async Task A_newer_request_kills_the_older_code()
    {
        var (person, older, mail) = await Asked();
        var (newer, second) = await Ask(person, 3);
        var address = await person.Address();
        Assert.IsType<CodeRedemption.LinkOnly>(await address.RedeemCode(older, person.Browser, mail.Code));
        Assert.IsType<CodeRedemption.Accepted>(await address.RedeemCode(newer, person.Browser, second.Code));
    }

    [Fact]
    public async Task A_code_is_over_with_its_link()
    {
        var (person, request, mail) = await Asked();
        await backend.Advance(TimeSpan.FromMinutes(15));
        Assert.IsType<CodeRedemption.LinkOnly>(await (await person.Address()).RedeemCode(request, person.Browser, mail.Code));
    }

    [Fact]
    public async Task Guesses_for_an_address_without_an_account_are_answered_alike()
    {
        var stranger = new Person(backend);
        var request = stranger.Request();
        var address = await stranger.Address();
        await address.AskToSignIn(request);
        for (var left = 4; left > 0; left--)
            Assert.Equal(new CodeRedemption.Wrong(left), await address.RedeemCode(request.Id, stranger.Browser, "000000"));
        Assert.IsType<CodeRedemption.LinkOnly>(await address.RedeemCode(request.Id, stranger.Browser, "000000"));
    }

    [Fact, Promise("R46")]
    public async Task Neither_code_nor_token_is_in_the_database()
    {
        var (person, _, mail) = await Asked();
        await person.Settled();
        var token = mail.Links[0].Split('/')[^1];
        var states = await backend.Database.Scalar<string>("select string_agg(convert_from(payload, 'UTF8'), ' ') from grain_state");
        Assert.DoesNotContain(token, states, StringComparison.Ordinal);
        Assert.DoesNotContain($"\"{mail.Code}", states, StringComparison.Ordinal);
        Assert.Contains(Secret.Hash(token), states, StringComparison.Ordinal);
    }

    private static string Not(string code) => code == "123456" ? "654321" : "123456";

    private async Task<(Person Person, Guid Request, RecordedMail Mail)> Asked()
    {
        var person = new Person(backend);
        await person.SignUp();
        var (request, mail) = await Ask(person, 2);
        return (person, request, mail);
    }

    private async Task<(Guid Request, RecordedMail Mail)> Ask(Person person, int mail)
    {
        var request = person.Request();
        Assert.IsType<Asked.Accepted>(await (await person.Address()).AskToSignIn(request));
        return (request.Id, await backend.Mails.Next(person.Email, number: mail));
    }
}
