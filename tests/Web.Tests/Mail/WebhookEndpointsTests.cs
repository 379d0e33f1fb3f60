using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Backsoon.Dispatch;
using Npgsql;

namespace Backsoon.Mail;

[Collection(Desks.Name)]
public sealed class WebhookEndpointsTests(FrontDesk desk)
{
    [Fact]
    public async Task What_the_provider_reports_is_on_the_page_of_the_request_and_not_on_the_caller_s()
    {
        var business = await Business.Open(desk);
        var rivera = await business.AddVendor("Rivera Plumbing", "jobs@gone.example");
        var cole = await business.AddVendor("Cole & Sons", "office@cole.example");
        await business.AddRule(null, (await business.Category("Plumbing")).Id, (rivera, 20), (cole, 20));
        var id = await business.Send("Plumbing", "The drain is slow.");
        var mail = (await Until(business, id, view => view.Mails.Any(sent => sent.Vendor == rivera.Id && sent.Status == DeliveryStatus.Sent))).Mails.First(sent => sent.Vendor == rivera.Id);

        Assert.Equal(HttpStatusCode.NoContent, (await Send(Event("email.bounced", mail.Id, "jobs@gone.example"))).Status);

        await Until(business, id, view => view.With?.Name == "Cole & Sons");
        var page = await business.Browser.Get($"/requests/{id}");
        Assert.Contains("The address refuses mail.", page.Document.GetElementById("mails")!.TextContent);
        Assert.Contains("A mail about it did not get there.", page.Text);
        Assert.Contains("The mail to Rivera Plumbing came back", page.Document.GetElementById("timeline")!.TextContent);
        Assert.Contains("Rivera Plumbing", (await desk.MailTo(business.Owner.Email, saying: "refuses mail")).Subject);

        // The directory says so, and lets the owner say otherwise.
        var list = await business.Browser.Get("/vendors");
        Assert.Equal("Refuses mail", Assert.Single(list.Document.QuerySelectorAll("tbody .pill.failed")).TextContent);
        var edit = await business.Browser.Get($"/vendors/{rivera.Id}");
        Assert.Contains("This address refused a mail for good", edit.Document.GetElementById("refusal")!.TextContent);
        Assert.Null((await business.Browser.Get($"/vendors/{cole.Id}")).Document.GetElementById("refusal"));
        var lifted = await business.Browser.Submit(edit, form: $"form[action='/vendors/{rivera.Id}/try-again']");
        Assert.Contains("The next mail goes to this address again.", lifted.Text);
        Assert.Null(lifted.Document.GetElementById("refusal"));
        Assert.Null((await business.Browser.Get("/vendors")).Document.QuerySelector("tbody .pill.failed"));
    }

    [Fact]
    public async Task A_vendor_whose_address_is_changed_is_written_to_again()
    {
        var business = await Business.Open(desk);
        var rivera = await business.AddVendor("Rivera Plumbing", "typing@mistake.example");
        await business.AddRule(null, (await business.Category("Plumbing")).Id, (rivera, 20));
        var id = await business.Send("Plumbing");
        var mail = (await Until(business, id, view => view.Mails.Any(sent => sent.Vendor == rivera.Id && sent.Status == DeliveryStatus.Sent))).Mails.First(sent => sent.Vendor == rivera.Id);
        await Send(Event("email.bounced", mail.Id, "typing@mistake.example"));
        await Until(business, id, view => view.Status == DispatchStatus.OwnerAsked);

        var page = await business.Browser.Submit(await business.Browser.Get($"/vendors/{rivera.Id}"), new Dictionary<string, string?> { ["email"] = "right@corrected.example" }, $"form[action='/vendors/{rivera.Id}']");

        Assert.Null(page.Document.GetElementById("refusal"));
        await business.Send("Plumbing", "It leaks again.");
        Assert.Contains("It leaks again.", (await desk.MailTo("right@corrected.example")).Text);
    }

    [Fact]
    public async Task Only_what_is_signed_over_its_very_bytes_and_lately_is_taken()
    {
        var (body, now) = (Event("email.delivered", Guid.CreateVersion7(desk.Clock.GetUtcNow()), "tom@vendor.example"), desk.Clock.GetUtcNow());
        var id = NewId();
        var good = Sign(id, now, body);

        Assert.Equal(HttpStatusCode.BadRequest, (await Send(body, id, now, "v1,AAAA")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await Send(body, id, now, "")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await Send(body, NewId(), now, good)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await Send(body, "", now, Sign("", now, body))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await Send([.. body, (byte)' '], id, now, good)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await Send(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(body).Replace("\":", "\": ", StringComparison.Ordinal)), id, now, good)).Status);
        var old = now - TimeSpan.FromMinutes(6);
        Assert.Equal(HttpStatusCode.BadRequest, (await Send(body, id, old, Sign(id, old, body))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await Send(body, id, now + TimeSpan.FromMinutes(6), Sign(id, now + TimeSpan.FromMinutes(6), body))).Status);
        Assert.Equal(0, await Rows(id));

        Assert.Equal(HttpStatusCode.NoContent, (await Send(body, id, now, $"v1,{Convert.ToBase64String(new byte[32])} {good}")).Status);
        var turned = NewId();
        Assert.Equal(HttpStatusCode.NoContent, (await Send(body, turned, now, Sign(turned, now, body, FrontDesk.NextWebhookSecret))).Status);
        Assert.Equal((1, 1), (await Rows(id), await Rows(turned)));
    }

    [Fact]
    public async Task Ten_times_at_once_it_is_one_row()
    {
        var (body, id) = (Event("email.delivered", Guid.CreateVersion7(desk.Clock.GetUtcNow()), "tom@vendor.example"), NewId());
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Send(body, id)));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.NoContent, answer.Status));
        Assert.Equal(1, await Rows(id));
    }

    [Fact]
    public async Task A_flood_of_repetitions_is_answered_quickly_and_holds_nobody_up()
    {
        var events = Enumerable.Range(0, 5).Select(_ => (Id: NewId(), Body: Event("email.delivered", Guid.CreateVersion7(desk.Clock.GetUtcNow()), "tom@vendor.example"))).ToArray();
        var clock = TimeProvider.System;
        using var browser = desk.Browser();
        var longest = TimeSpan.Zero;
        await Parallel.ForEachAsync(Enumerable.Range(0, 1_000), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (number, _) =>
        {
            var began = clock.GetTimestamp();
            var answer = await Send(events[number % 5].Body, events[number % 5].Id, browser: browser);
            Assert.Equal(HttpStatusCode.NoContent, answer.Status);
            lock (events)
                longest = clock.GetElapsedTime(began) > longest ? clock.GetElapsedTime(began) : longest;
        });

        foreach (var (id, _) in events)
            Assert.Equal(1, await Rows(id));
        Assert.True(longest < TimeSpan.FromSeconds(5), $"one took {longest}");
    }

    [Fact]
    public async Task A_body_beyond_a_megabyte_is_not_read()
    {
        var body = new byte[(1024 * 1024) + 1];
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await Send(body, NewId())).Status);
        var largest = Event("email.opened", Guid.CreateVersion7(desk.Clock.GetUtcNow()), "tom@vendor.example", new string('x', 900_000));
        Assert.Equal(HttpStatusCode.NoContent, (await Send(largest, NewId())).Status);
    }

    [Fact]
    public async Task It_is_at_home_on_the_site_only_and_for_posts_only()
    {
        using var browser = desk.Browser();
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await browser.Get(desk.Site.Home("/webhooks/resend"))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.Post(desk.Site.App("/webhooks/resend"), [])).Status);
    }

    private Task<WebPage> Send(byte[] body, string? id = null, DateTimeOffset? at = null, string? signature = null, Browser? browser = null)
    {
        var (name, now) = (id ?? NewId(), at ?? desk.Clock.GetUtcNow());
        var request = new HttpRequestMessage(HttpMethod.Post, desk.Site.Home("/webhooks/resend")) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.TryAddWithoutValidation("svix-id", name);
        request.Headers.TryAddWithoutValidation("svix-timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.TryAddWithoutValidation("svix-signature", signature ?? Sign(name, now, body));
        return (browser ?? desk.Browser()).Send(request);
    }

    private async Task<int> Rows(string id)
    {
        await using var database = NpgsqlDataSource.Create(desk.ConnectionString);
        await using var count = database.CreateCommand("select count(*) from webhook where event_id = $1");
        count.Parameters.Add(new() { Value = id });
        return (int)(long)(await count.ExecuteScalarAsync())!;
    }

    private static async Task<DispatchView> Until(Business business, Guid id, Func<DispatchView, bool> reached)
    {
        DispatchView? view = null;
        await FrontDesk.Until(async () => (view = await business.Scope.Dispatch(id).Look()) is { } seen && reached(seen), "It did not come to be.");
        return view!;
    }

    private byte[] Event(string type, Guid mail, string to, string subject = "A tap drips") => JsonSerializer.SerializeToUtf8Bytes(new
    {
        type,
        created_at = desk.Clock.GetUtcNow(),
        data = new { email_id = $"re-{mail:n}", to = new[] { to }, subject, tags = new { mail = mail.ToString("n") }, bounce = new { type = "Permanent", message = "no such user" } },
    });

    private static string Sign(string id, DateTimeOffset at, byte[] body, string secret = FrontDesk.WebhookSecret)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{at.ToUnixTimeSeconds()}."), .. body];
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), signed));
    }

    private static string NewId() => $"msg_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12))}";
}
