using System.Collections.Concurrent;
using System.Net;
using Backsoon.Accounts;
using Backsoon.Dispatch;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Backsoon.Shared;

/// <summary>What the product writes into its log in the course of a day, faults included, names nobody and gives nothing away.</summary>
public sealed class LogTests(LoggedFrontDesk desk) : IClassFixture<LoggedFrontDesk>
{
    [Fact, Trait("Abuse", "3"), Trait("Promise", "R46")]
    public async Task No_token_code_address_or_ip_is_logged_by_sign_up_sign_in_and_what_fails_on_the_way()
    {
        const string ip = "203.0.113.77";
        using var browser = new Browser(desk, ip);
        var owner = new Owner(desk, browser, "ana.secret@harbour.example", Tenants.Slug.Parse("harbour-of-ana"));
        await owner.SignUp(Tenants.Industry.PropertyManagement);
        var secrets = new List<string> { ip, "ana.secret", browser.Cookie("session")!, browser.Cookie("browser")! };
        foreach (var mail in await desk.MailsTo(owner.Email))
            secrets.AddRange([Token(mail), Owner.CodeIn(mail)]);

        var signIn = await owner.AskToSignIn(browser);
        secrets.AddRange([Token(signIn), Owner.CodeIn(signIn)]);
        var wrong = await browser.Submit(await browser.Get("/sign-in/code"), new Dictionary<string, string?> { ["code"] = Owner.CodeIn(signIn) == "111111" ? "222222" : "111111" });
        Assert.NotNull(wrong.Error("code"));
        Assert.Equal(HttpStatusCode.Gone, (await browser.Get($"/link/{Token(signIn)}x")).Status);

        var page = await browser.Get("/sign-in");
        var link = await browser.Get($"/link/{Token(signIn)}");
        var before = desk.Lines.Count;
        await Execute("alter table grain_state rename to grain_state_away; alter table outbox rename to outbox_away");
        try
        {
            var failed = await browser.Submit(page, new Dictionary<string, string?> { ["email"] = owner.Email });
            Assert.True((int)failed.Status >= 500, $"{failed.Status}");
            failed = await browser.Submit(link);
            Assert.True((int)failed.Status >= 500, $"{failed.Status}");
        }
        finally
        {
            await Execute("alter table grain_state_away rename to grain_state; alter table outbox_away rename to outbox");
        }

        Assert.True(desk.Lines.Count > before, "Nothing was logged of what failed: the test proved nothing.");
        Assert.NotEqual(HttpStatusCode.InternalServerError, (await browser.Submit(link)).Status);
        foreach (var secret in secrets)
            Assert.DoesNotContain(desk.Lines, line => line.Contains(secret, StringComparison.OrdinalIgnoreCase));
    }

    [Fact, Promise("R14", "R10", "R13")]
    public async Task Nobody_who_calls_or_is_asked_is_named_at_any_level()
    {
        const string ip = "203.0.113.78";
        var door = await Doorstep.Open(desk);
        using var caller = new Browser(desk, ip);
        var typed = door.Typed("The zquistorp pipe drips.", door.Urgent);
        (typed["name"], typed["phone"]) = ("Zarah Zquist", "+351 912 777 345");
        var status = await caller.Submit(await door.Form(caller), typed);
        Assert.Equal(HttpStatusCode.OK, status.Status);
        var link = await door.LinkOf(door.First);
        var accepted = await caller.Submit(await caller.Get(link));
        Assert.Equal(HttpStatusCode.OK, accepted.Status);
        Assert.Equal(HttpStatusCode.NotFound, (await caller.Get(door.Address("/nowhere/zquistorp"))).Status);

        Assert.Contains(desk.Levels, level => level <= LogLevel.Debug);
        foreach (var secret in new[] { ip, "zquist", "912 777 345", door.First.Email.Value, link.Split('/')[^1], status.Address.AbsolutePath.Split('/')[^1] })
            Assert.DoesNotContain(desk.Lines, line => line.Contains(secret, StringComparison.OrdinalIgnoreCase));
    }

    [Fact, Trait("Abuse", "6")]
    public async Task Everybodys_sign_ups_together_have_a_limit_and_signing_in_has_none()
    {
        var owner = await desk.SignUp();
        var keys = desk.Services.GetRequiredService<Keys>();
        var all = desk.Grains.GetGrain<ILimitsGrain>($"limits/{Limits.SignUps.Name}-{(await keys.Current()).Of(Limits.SignUps.Name, "everybody")}");
        while (await all.Take(Limits.SignUps) is null)
        {
        }

        using var newcomer = desk.Browser();
        var typed = new Dictionary<string, string?> { ["email"] = "new@example.com", ["name"] = "New", ["business"] = "New", ["slug"] = "new-one", ["industry"] = "Other", ["zone"] = "Europe/Lisbon" };
        var refused = await newcomer.Submit(await newcomer.Get("/sign-up"), typed);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.NotNull(refused.Header("Retry-After"));
        using var known = desk.Browser();
        Assert.Equal("/", (await owner.SignIn(known)).Address.AbsolutePath);

        desk.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal("Look in your mail", (await newcomer.Submit(await newcomer.Get("/sign-up"), typed)).Heading);
    }

    private static string Token(Mail.MailboxMail mail) => Owner.LinkIn(mail).Split('/')[^1];

    private async Task Execute(string sql)
    {
        await using var source = NpgsqlDataSource.Create(desk.ConnectionString + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}

/// <summary>Keeps everything the product logs, at every level.</summary>
public sealed class LoggedFrontDesk : FrontDesk, ILoggerProvider, ILogger
{
    public ConcurrentQueue<string> Lines { get; } = new();

    public ConcurrentQueue<LogLevel> Levels { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        Lines.Enqueue($"{formatter(state, exception)} {exception}");
        Levels.Enqueue(logLevel);
    }

    public void Dispose()
    {
    }

    protected override void Change(WebApplicationBuilder builder) => builder.Logging.SetMinimumLevel(LogLevel.Trace).AddProvider(this);
}
