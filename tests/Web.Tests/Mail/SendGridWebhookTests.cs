using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Npgsql;

namespace Backsoon.Mail;

[Collection(Desks.Name)]
public sealed class SendGridWebhookTests(FrontDesk desk)
{
    [Fact]
    public async Task Every_event_of_a_report_is_kept_once_whatever_company_it_comes_in()
    {
        var (one, two, three) = (Event(), Event(), Event());

        Assert.Equal(HttpStatusCode.NoContent, (await Send([one, two])).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await Send([two, three, two])).Status);
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Send([one, two, three])));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.NoContent, answer.Status));
        foreach (var id in new[] { one, two, three })
            Assert.Equal(1, await Rows(id["sg_event_id"]));
    }

    [Fact]
    public async Task Only_what_is_signed_is_taken_and_for_a_day()
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new[] { Event() });
        var now = desk.Clock.GetUtcNow();

        Assert.Equal(HttpStatusCode.BadRequest, (await Send(body, now, "AAAA")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await Send([.. body, (byte)'\n'], now, Sign(now, body))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await Send(body, now, Sign(now - TimeSpan.FromSeconds(5), body))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await Send(body, now - TimeSpan.FromHours(26), Sign(now - TimeSpan.FromHours(26), body))).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await Send(body, now - TimeSpan.FromHours(20), Sign(now - TimeSpan.FromHours(20), body))).Status);
    }

    [Theory]
    [InlineData("{}", HttpStatusCode.BadRequest)]
    [InlineData("[", HttpStatusCode.BadRequest)]
    [InlineData("", HttpStatusCode.BadRequest)]
    [InlineData("[]", HttpStatusCode.NoContent)]
    [InlineData("[1, null, {}, {\"sg_event_id\": 7}, {\"sg_event_id\": \"a b\"}]", HttpStatusCode.NoContent)]
    public async Task What_is_signed_and_no_list_of_events_does_no_harm(string text, HttpStatusCode status)
    {
        var (body, now) = (Encoding.UTF8.GetBytes(text), desk.Clock.GetUtcNow());
        Assert.Equal(status, (await Send(body, now, Sign(now, body))).Status);
    }

    [Fact]
    public async Task A_large_report_arrives_in_parts_and_a_larger_one_not_at_all()
    {
        var events = Enumerable.Range(0, 900).Select(_ => Event(new string('x', 600))).ToArray();
        Assert.Equal(HttpStatusCode.NoContent, (await Send(events)).Status);
        Assert.Equal((1, 1), (await Rows(events[0]["sg_event_id"]), await Rows(events[^1]["sg_event_id"])));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await Send([.. events, .. events])).Status);
    }

    private Task<WebPage> Send(Dictionary<string, string>[] events)
    {
        var (body, now) = (JsonSerializer.SerializeToUtf8Bytes(events), desk.Clock.GetUtcNow());
        return Send(body, now, Sign(now, body));
    }

    private async Task<WebPage> Send(byte[] body, DateTimeOffset at, string signature)
    {
        using var browser = desk.Browser();
        var request = new HttpRequestMessage(HttpMethod.Post, desk.Site.Home("/webhooks/sendgrid")) { Content = new ByteArrayContent(body) };
        request.Headers.TryAddWithoutValidation("X-Twilio-Email-Event-Webhook-Timestamp", $"{at.ToUnixTimeSeconds()}");
        request.Headers.TryAddWithoutValidation("X-Twilio-Email-Event-Webhook-Signature", signature);
        return await browser.Send(request);
    }

    private string Sign(DateTimeOffset at, byte[] body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{at.ToUnixTimeSeconds()}"), .. body];
        lock (desk.SendGridKey)
            return Convert.ToBase64String(desk.SendGridKey.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
    }

    private async Task<int> Rows(string id)
    {
        await using var database = NpgsqlDataSource.Create(desk.ConnectionString);
        await using var count = database.CreateCommand("select count(*) from webhook where provider = 'sendgrid' and event_id = $1");
        count.Parameters.Add(new() { Value = id });
        return (int)(long)(await count.ExecuteScalarAsync())!;
    }

    private Dictionary<string, string> Event(string response = "250 OK") => new()
    {
        ["event"] = "delivered",
        ["email"] = "tom@vendor.example",
        ["timestamp"] = $"{desk.Clock.GetUtcNow().ToUnixTimeSeconds()}",
        ["sg_event_id"] = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12)),
        ["mail"] = $"{Guid.CreateVersion7(desk.Clock.GetUtcNow()):n}",
        ["response"] = response,
    };
}
