using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Backsoon.Promises;

[Collection(Desks.Name)]
public sealed class PromisesPageTests(FrontDesk desk)
{
    [Fact, Promise("R13", "R34", "R50")]
    public async Task Every_promise_is_shown_with_what_was_measured_and_whether_it_is_kept()
    {
        await desk.SignUp();
        var standing = await desk.Grains.GetGrain<IChecksGrain>(IChecksGrain.Key).Check();
        using var browser = desk.Browser();
        var page = await browser.Get(desk.Site.Home("/promises"));

        Assert.Equal("Promises", page.Heading);
        foreach (var value in standing.Values)
        {
            var row = page.Document.GetElementById(value.Key)!.TextContent;
            Assert.Contains(Catalogue.Of(value.Key).Wording(standing.Policy), row, StringComparison.Ordinal);
            Assert.Contains(value.Measured is { } measured ? Period.Of(measured, value.Bound) : Catalogue.Of(value.Key).Nothing, row, StringComparison.Ordinal);
        }

        Assert.Contains($" of the log of promises of {desk.Site.Domain}, written at ", page.Text, StringComparison.Ordinal);
        Assert.Empty(page.Cookies);
        Assert.Equal("/promises", (await browser.Get(desk.Site.Home("/"))).Document.QuerySelector(".site-head nav a[href$='/promises']")!.GetAttribute("href")![^9..]);
    }

    [Fact]
    public async Task Machines_read_the_same()
    {
        using var browser = desk.Browser();
        var answer = await browser.Get(desk.Site.Home("/promises.json"));
        using var json = JsonDocument.Parse(answer.Body);
        var sources = json.RootElement.GetProperty("promises").EnumerateArray().Single(promise => promise.GetProperty("promise").GetString() == "sources");
        Assert.Equal(30 * 24 * 3600, sources.GetProperty("promised_seconds").GetInt64());
        Assert.True(sources.GetProperty("kept").GetBoolean());
        Assert.Contains("R13", sources.GetProperty("ids").EnumerateArray().Select(id => id.GetString()));
        Assert.StartsWith("application/json", answer.Header("Content-Type"), StringComparison.Ordinal);
    }

    // With nothing but what the page says: the log as it is downloaded, a hash, and the signature of its head.
    [Fact]
    public async Task The_log_that_is_downloaded_adds_up_to_the_head_that_is_signed()
    {
        var checks = desk.Grains.GetGrain<IChecksGrain>(IChecksGrain.Key);
        await checks.Check();
        await checks.Check();
        using var browser = desk.Browser();
        using var json = JsonDocument.Parse((await browser.Get(desk.Site.Home("/promises.json"))).Body);
        var head = json.RootElement.GetProperty("log");
        var statement = head.GetProperty("statement").GetString()!;
        var signature = Convert.FromBase64String(head.GetProperty("signature").GetString()!);
        using var key = ECDsa.Create();
        key.ImportFromPem((await browser.Get(desk.Site.Home("/promises/key.pem"))).Body);
        // Read after the head: it may have grown since, and never otherwise.
        var log = (await browser.Get(desk.Site.Home("/promises/log.jsonl"))).Body;
        Assert.True(key.VerifyData(Encoding.UTF8.GetBytes(statement), signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));

        var (previous, number) = (new string('0', 64), 0L);
        foreach (var line in log.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var row = JsonDocument.Parse(line);
            string Text(string name) => row.RootElement.GetProperty(name).GetString()!;
            Assert.Equal(++number, row.RootElement.GetProperty("seq").GetInt64());
            Assert.Equal(previous, Text("previous"));
            var bytes = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Text("previous")}\n{number}\n{Text("at")}\n{Text("entry")}"));
            previous = Convert.ToHexStringLower(SHA256.HashData(bytes));
            Assert.Equal(previous, Text("hash"));
            if (number == head.GetProperty("rows").GetInt64())
                Assert.Contains($"Row {number} of the log of promises of {desk.Site.Domain}, written at {Text("at")}, has the hash {previous}.", statement, StringComparison.Ordinal);
        }

        Assert.True(number >= head.GetProperty("rows").GetInt64());
    }

    [Fact]
    public async Task No_desk_and_no_dashboard_answers_for_them()
    {
        using var browser = desk.Browser();
        Assert.Equal(HttpStatusCode.NotFound, (await browser.Get("/promises", follow: false)).Status);
    }
}
