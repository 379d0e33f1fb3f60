using Microsoft.AspNetCore.Builder;
using Npgsql;

namespace Backsoon.Operators;

/// <summary>An installation with a console, and operators enough for every test to have one of its own: only so many mails go to each.</summary>
public class ConsoleDesk : FrontDesk
{
    public const string Host = "console.localhost";

    private int _taken;

    protected override string? ConsoleHost => Host;

    public static string Operators { get; } = string.Join(',', Enumerable.Range(1, 60).Select(number => $"Operator {number}|operator{number}@ops.example"));

    protected override void Change(WebApplicationBuilder builder) => builder.Configuration["OPERATORS"] = Operators;

    public (string Name, string Email) NextOperator() => Interlocked.Increment(ref _taken) is var number ? ($"Operator {number}", $"operator{number}@ops.example") : default;

    /// <summary>Somebody who signs in as operators do: asks, reads the mail, presses its button.</summary>
    public async Task<SignedInOperator> SignIn(Browser? from = null)
    {
        var (name, email) = NextOperator();
        var browser = from ?? Browser();
        await Ask(browser, email);
        var home = await browser.Submit(await browser.Get(Owner.LinkIn(await MailTo(email))));
        Assert.Equal("Overview", home.Heading);
        return new SignedInOperator(browser, name, email, home);
    }

    public async Task<WebPage> Ask(Browser browser, string email) => await browser.Submit(await browser.Get(Site.Console("/sign-in")), new Dictionary<string, string?> { ["email"] = email });

    public async Task<T> Scalar<T>(string sql, params object[] values)
    {
        await using var database = NpgsqlDataSource.Create(ConnectionString);
        await using var command = database.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        return await command.ExecuteScalarAsync() is T found ? found : throw new InvalidOperationException($"{sql} answers nothing.");
    }

    public async Task Execute(string sql)
    {
        await using var database = NpgsqlDataSource.Create(ConnectionString);
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}

public sealed record SignedInOperator(Browser Browser, string Name, string Email, WebPage Home);

/// <summary>The same, for those who come from one network alone.</summary>
public sealed class FencedConsoleDesk : ConsoleDesk
{
    public const string Inside = "198.51.100.7";

    protected override string? ConsoleNetwork => "198.51.100.0/24";
}

[CollectionDefinition(Name)]
public sealed class Consoles : ICollectionFixture<ConsoleDesk>
{
    public const string Name = "consoles";
}
