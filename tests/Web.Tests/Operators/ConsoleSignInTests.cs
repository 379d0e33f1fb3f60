using System.Net;

namespace Backsoon.Operators;

[Collection(Consoles.Name)]
public sealed class ConsoleSignInTests(ConsoleDesk desk)
{
    [Fact]
    public async Task A_mailed_link_signs_in_once_in_the_browser_that_asked()
    {
        var (name, email) = desk.NextOperator();
        var (asking, other) = (desk.Browser(), desk.Browser());
        Assert.Equal("Look in your mail", (await desk.Ask(asking, email)).Heading);
        var link = Owner.LinkIn(await desk.MailTo(email));
        Assert.StartsWith(desk.Site.Console("/link/"), link, StringComparison.Ordinal);

        var elsewhere = await other.Get(link);
        Assert.Equal((HttpStatusCode.Gone, "Open it where you asked"), (elsewhere.Status, elsewhere.Heading));

        // Scanners look as often as they like.
        for (var look = 0; look < 3; look++)
            Assert.Equal(HttpStatusCode.OK, (await asking.Get(link)).Status);
        var page = await asking.Get(link);
        var stale = await asking.Get(link);
        var home = await asking.Submit(page);
        Assert.Equal("Overview", home.Heading);
        Assert.Contains(name, home.Document.QuerySelector("nav.rail")!.TextContent, StringComparison.Ordinal);

        // The same button twice is one sign-in; another rendering of the page, and the page itself, are over.
        Assert.Equal("Overview", (await asking.Submit(page)).Heading);
        Assert.Equal(HttpStatusCode.Gone, (await asking.Submit(stale)).Status);
        Assert.Equal(HttpStatusCode.Gone, (await asking.Get(link)).Status);
        Assert.Equal(1, await desk.Scalar<long>("select count(*) from audit where operator = $1 and act = 1", name));
        Assert.Equal(1, await desk.Scalar<long>("select count(*) from operator_session where operator = $1", name));
    }

    [Fact]
    public async Task A_form_that_was_rendered_for_another_browser_signs_nobody_in()
    {
        var (_, email) = desk.NextOperator();
        var (asking, other) = (desk.Browser(), desk.Browser());
        await desk.Ask(asking, email);
        var page = await asking.Get(Owner.LinkIn(await desk.MailTo(email)));

        var answer = await other.Submit(page, follow: false);

        Assert.Null(other.Cookie("console", ConsoleDesk.Host));
        Assert.NotEqual("/", answer.Header("Location"));
    }

    [Fact]
    public async Task Whose_address_it_is_tells_nobody()
    {
        var (_, email) = desk.NextOperator();
        var owner = await desk.SignUp();
        var mails = (await desk.MailsTo(owner.Email)).Count;
        var (known, unknown, owners) = (desk.Browser(), desk.Browser(), desk.Browser());
        var rows = await desk.Scalar<long>("select count(*) from operator_link");

        var pages = new[] { await desk.Ask(known, email), await desk.Ask(unknown, "nobody@ops.example"), await desk.Ask(owners, owner.Email) };

        Assert.Single(pages.Select(page => (page.Status, page.Body)).Distinct());
        Assert.Equal(rows + 3, await desk.Scalar<long>("select count(*) from operator_link"));
        await desk.MailTo(email);
        Assert.Empty(await desk.AllMailsTo("nobody@ops.example"));
        Assert.Equal(mails, (await desk.MailsTo(owner.Email)).Count);
        // And no address of anybody's is kept.
        Assert.Equal(0, await desk.Scalar<long>("select count(*) from operator_link where operator like '%@%' or browser like '%@%'"));
    }

    [Fact, Trait("Abuse", "6")]
    public async Task Nobody_is_mailed_without_end()
    {
        var (_, email) = desk.NextOperator();
        var answers = new List<HttpStatusCode>();
        for (var times = 0; times < 7; times++)
            answers.Add((await desk.Ask(desk.Browser(), email)).Status);

        Assert.Equal(5, answers.Count(status => status == HttpStatusCode.OK));
        Assert.Equal(2, answers.Count(status => status == HttpStatusCode.TooManyRequests));
    }

    [Fact]
    public async Task A_link_ends_with_its_time_and_a_session_with_its_day()
    {
        var (_, email) = desk.NextOperator();
        using var late = desk.Browser();
        await desk.Ask(late, email);
        var link = Owner.LinkIn(await desk.MailTo(email));
        var page = await late.Get(link);
        desk.Clock.Advance(IOperatorsGrain.LinkLife);
        Assert.Equal(HttpStatusCode.Gone, (await late.Submit(page)).Status);

        var signedIn = await desk.SignIn();
        desk.Clock.Advance(IOperatorsGrain.SessionLife - TimeSpan.FromMinutes(5));
        Assert.Equal("Overview", (await signedIn.Browser.Get(desk.Site.Console())).Heading);
        desk.Clock.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal("Sign in", (await signedIn.Browser.Get(desk.Site.Console())).Heading);
    }

    [Fact, Trait("Abuse", "7")]
    public async Task Whoever_signs_out_is_out_wherever_the_cookie_went()
    {
        var signedIn = await desk.SignIn();
        var cookie = signedIn.Browser.Cookie("console", ConsoleDesk.Host)!;
        await signedIn.Browser.Submit(signedIn.Home, form: "nav.rail form");

        using var thief = desk.Browser();
        thief.SetCookie("console", cookie, ConsoleDesk.Host);

        Assert.Equal("Sign in", (await thief.Get(desk.Site.Console())).Heading);
        Assert.Equal(1, await desk.Scalar<long>("select count(*) from audit where operator = $1 and act = 2", signedIn.Name));
    }

    [Fact]
    public async Task The_sign_in_is_not_there_without_its_row_in_the_log()
    {
        var (name, email) = desk.NextOperator();
        using var browser = desk.Browser();
        await desk.Ask(browser, email);
        var page = await browser.Get(Owner.LinkIn(await desk.MailTo(email)));
        await desk.Execute($"alter table audit add constraint refused check (operator <> '{name}') not valid");

        var answer = await browser.Submit(page, follow: false);

        await desk.Execute("alter table audit drop constraint refused");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
        Assert.Null(browser.Cookie("console", ConsoleDesk.Host));
        Assert.Equal(0, await desk.Scalar<long>("select count(*) from operator_session where operator = $1", name));
        // What was refused was not spent either.
        Assert.Equal("Overview", (await browser.Submit(page)).Heading);
    }

    [Fact]
    public async Task A_printed_link_works_in_any_browser_once()
    {
        var (name, _) = desk.NextOperator();
        var (code, said) = await Print(name);
        Assert.Equal(0, code);
        var link = said.Split('\n')[0].Trim();
        var (first, second) = (desk.Browser(), desk.Browser());

        var home = await first.Submit(await first.Get(link));

        Assert.Equal("Overview", home.Heading);
        Assert.Equal(HttpStatusCode.Gone, (await second.Get(link)).Status);
        Assert.Equal(2, await desk.Scalar<long>("select count(*) from audit where operator = $1 and act in (1, 3)", name));
    }

    [Fact]
    public async Task The_command_makes_no_link_for_whoever_is_no_operator()
    {
        var (code, said) = await Print("Mallory");

        Assert.Equal(2, code);
        Assert.DoesNotContain("/link/", said, StringComparison.Ordinal);
    }

    private async Task<(int Code, string Said)> Print(string name)
    {
        await using var database = Npgsql.NpgsqlDataSource.Create(desk.ConnectionString);
        using var said = new StringWriter();
        var configuration = new Microsoft.Extensions.Configuration.ConfigurationManager { ["OPERATORS"] = ConsoleDesk.Operators };
        var code = await ConsoleLinkCommand.Print([name], OperatorList.Read(configuration), new OperatorRows(new Storage.Ledger(database), desk.Clock), desk.Site, said);
        return (code, said.ToString());
    }
}
