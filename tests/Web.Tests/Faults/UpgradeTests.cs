using System.Net;
using System.Text.RegularExpressions;
using AngleSharp.Html.Parser;
using Backsoon.Embedded;

namespace Backsoon.Faults;

/// <summary>
/// This version writes, the one before it takes over, and this one again, all on the tables of this one: what a cluster meets while it is upgraded node by node, and whoever goes back a version.
/// <c>./test upgrade</c> builds the version before; without it, it is this one, which was then only restarted.
/// </summary>
[Collection(nameof(KillTests))]
public sealed partial class UpgradeTests
{
    private static readonly HtmlParser s_parser = new();
    private static readonly TimeSpan s_filling = TimeSpan.FromSeconds(2.5);

    private static string Before => Environment.GetEnvironmentVariable("BACKSOON_BEFORE") is { Length: > 0 } folder ? folder : AppContext.BaseDirectory;

    [Fact]
    public async Task The_version_before_works_on_what_this_one_wrote_and_this_one_on_what_that_wrote()
    {
        await using var postgres = await PrivatePostgres.StartThrowaway();
        var database = await postgres.CreateDatabase("upgraded");
        var planted = await Planted.In(database);
        await using var resend = new ResendStandIn();
        await resend.Start();
        await using var product = new ProductProcess(database, new Dictionary<string, string> { ["MAIL_FROM"] = "desk@example.com", ["RESEND_API_KEY"] = "re_test", ["RESEND_URL"] = resend.Address });
        using var client = product.Client();
        client.BaseAddress = new Uri($"http://{planted.Slug}.localhost:{product.Port}");

        await product.Start();
        var early = new Newcomer("early-desk", product, resend);
        await early.Enter(CancellationToken.None);
        var ofThis = await Ask(client, "asked of this version");
        var bookedHere = await Book(client, planted, 3);
        var linkOfThis = await VendorLink(resend, "asked of this version");
        await product.Kill();

        product.Build = Before;
        await product.Start();
        await early.SeesTheBoardAndItsDesk();
        await Shows(client, ofThis, "asked of this version");
        await Shows(client, bookedHere, "Viewing");
        await Press(client, linkOfThis, "accept");
        var late = new Newcomer("late-desk", product, resend);
        await late.Enter(CancellationToken.None);
        await late.SeesTheBoardAndItsDesk();
        var ofThat = await Ask(client, "asked of the version before");
        var bookedThere = await Book(client, planted, 4);
        var linkOfThat = await VendorLink(resend, "asked of the version before");
        await Press(client, linkOfThat, "accept");
        await product.Kill();

        product.Build = AppContext.BaseDirectory;
        await product.Start();
        await early.SeesTheBoardAndItsDesk();
        await late.SeesTheBoardAndItsDesk();
        await Shows(client, bookedHere, "Viewing");
        await Shows(client, bookedThere, "Viewing");
        foreach (var (status, link) in new[] { (ofThis, linkOfThis), (ofThat, linkOfThat) })
        {
            await Press(client, link, "done");
            await Shows(client, status, "Rivera Plumbing");
        }

        await KillTests.OutboxIsEmpty(database);
        Assert.Empty(resend.Complaints);
        Assert.Equal(2, (await KillTests.Ids(database)).Count);
    }

    private static async Task<string> Ask(HttpClient client, string text)
    {
        var page = await s_parser.ParseDocumentAsync(await client.GetStringAsync(new Uri("/", UriKind.Relative)));
        var fields = page.QuerySelectorAll("form[method=post] input[type=hidden]").ToDictionary(input => input.GetAttribute("name")!, input => input.GetAttribute("value") ?? "");
        // Whoever is quicker than a person is no person.
        await Task.Delay(s_filling, TimeProvider.System);
        var category = page.QuerySelector("form[method=post] [name=category][value]:not([value=''])")?.GetAttribute("value") ?? page.QuerySelector("form[method=post] select[name=category] option[value]:not([value=''])")!.GetAttribute("value")!;
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>(fields) { ["category"] = category, ["name"] = "Ana Duarte", ["phone"] = "+351 912 000 000", ["email"] = "", ["text"] = text });
        return await Sent(client, "/", form);
    }

    private static async Task<string> Book(HttpClient client, Planted planted, int days)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["name"] = "Bela Guest", ["email"] = $"bela{days}@example.com", ["phone"] = "+351 912 000 000", ["note"] = "" });
        return await Sent(client, planted.BookPath(days), form);
    }

    private static async Task Press(HttpClient client, string link, string button)
    {
        var page = await s_parser.ParseDocumentAsync(await client.GetStringAsync(new Uri(link, UriKind.Relative)));
        var token = page.QuerySelector($"form[action$='/{button}'] input[name=_token]")?.GetAttribute("value");
        Assert.True(token is not null, $"The vendor's page has no button {button}.");
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["_token"] = token, ["text"] = "" });
        Assert.Contains("said=", await Sent(client, $"{link}/{button}", form), StringComparison.Ordinal);
    }

    private static async Task<string> Sent(HttpClient client, string path, HttpContent form)
    {
        using var answer = await client.PostAsync(new Uri(path, UriKind.Relative), form);
        Assert.True(answer.StatusCode == HttpStatusCode.SeeOther, $"{path} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        return new Uri(client.BaseAddress!, answer.Headers.Location!).PathAndQuery;
    }

    private static async Task Shows(HttpClient client, string path, string text) => Assert.Contains(text, await client.GetStringAsync(new Uri(path, UriKind.Relative)), StringComparison.Ordinal);

    // From the mail that the vendor got about the request that says this.
    private static async Task<string> VendorLink(ResendStandIn resend, string text)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (resend.Delivered.FirstOrDefault(mail => mail.To == Planted.VendorAddress && mail.Text.Contains(text, StringComparison.Ordinal)) is { } mail)
                return Link().Match(mail.Text).Value;
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(3), "The vendor was not mailed.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    [GeneratedRegex(@"/v/[\w.-]+")]
    private static partial Regex Link();
}
