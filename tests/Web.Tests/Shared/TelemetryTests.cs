using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Backsoon.Embedded;
using Backsoon.Faults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Backsoon.Shared;

/// <summary>What the real product sends to a collector that listens as one does (OTLP over HTTP).</summary>
public sealed partial class TelemetryTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<string> _received = new();
    private WebApplication _collector = null!;
    private PrivatePostgres _postgres = null!;

    public async Task InitializeAsync()
    {
        _postgres = await PrivatePostgres.StartThrowaway();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _collector = builder.Build();
        _collector.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            // Names and attributes are plain UTF-8 in the messages; the bytes between them do not matter here.
            _received.Enqueue($"{context.Request.Path} {Encoding.Latin1.GetString(body.ToArray())}");
            context.Response.ContentType = "application/x-protobuf";
        });
        await _collector.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _collector.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    [Fact, Promise("R46")]
    public async Task Requests_grains_the_outbox_promises_and_connections_are_measured_and_nobody_and_no_secret_link_is_told()
    {
        var collector = _collector.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        await using var product = new ProductProcess(await _postgres.CreateDatabase("measured"), new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
            ["LOG_FORMAT"] = "json",
        });
        await product.Start();
        using var client = product.Client();
        client.Timeout = TimeSpan.FromMinutes(3);
        client.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.9");
        var app = $"http://app.localhost:{product.Port}";
        await client.GetAsync(new Uri($"{app}/link/zquist-secret-link"));
        await client.GetAsync(new Uri($"{app}/sign-up/address?slug=zquist-bakery"));
        using var page = await client.GetAsync(new Uri($"{app}/sign-up"));
        var form = await page.Content.ReadAsStringAsync();
        var cookies = string.Join("; ", page.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0]));
        using var fields = new FormUrlEncodedContent(Fields().Matches(form).Select(field => KeyValuePair.Create(field.Groups[1].Value, field.Groups[2].Value)).Concat(
            [new("email", "zquist@example.com"), new("name", "Zarah Zquist"), new("business", "Zquist Lettings"), new("slug", "zquist-lettings"), new("industry", "Other"), new("zone", "Europe/Lisbon")]));
        using var post = new HttpRequestMessage(HttpMethod.Post, new Uri($"{app}/sign-up")) { Content = fields, Headers = { { "Origin", app }, { "Sec-Fetch-Site", "same-origin" }, { "Cookie", cookies } } };
        using var answer = await client.SendAsync(post);
        Assert.True((int)answer.StatusCode < 400, $"{answer.StatusCode}");

        string[] told =
        [
            "http.server.request.duration", "rpc.server.call.duration", "IMagicLinkGrain", "backsoon.outbox.mails", "backsoon.outbox.age", "backsoon.chain.lateness", "backsoon.mail.outcomes",
            "backsoon.promise.used", "backsoon.reminder.tardiness", "db.client.", "GET /link/{token}", "POST /sign-up",
        ];
        await Until(() => told.All(name => _received.Any(message => message.Contains(name, StringComparison.Ordinal))), () => string.Join(", ", told.Where(name => !_received.Any(message => message.Contains(name, StringComparison.Ordinal)))));
        var lines = product.Log().Split('\n').Where(line => line.StartsWith('{')).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Contains(lines, line => line.GetProperty("Message").GetString()!.StartsWith("Nothing is charged for", StringComparison.Ordinal));
        Assert.DoesNotContain("zquist", product.Log(), StringComparison.OrdinalIgnoreCase);
        foreach (var secret in new[] { "zquist", "203.0.113.9" })
            Assert.Empty(_received.Where(message => message.Contains(secret, StringComparison.OrdinalIgnoreCase)).Select(message => Around(message, secret)).Distinct());
    }

    private static string Around(string message, string secret) =>
        message.IndexOf(secret, StringComparison.OrdinalIgnoreCase) is var at && at > 80 ? message[(at - 80)..Math.Min(message.Length, at + 40)] : message[..Math.Min(message.Length, 120)];

    private static async Task Until(Func<bool> met, Func<string> missing)
    {
        var clock = TimeProvider.System;
        for (var since = clock.GetTimestamp(); !met(); await Task.Delay(TimeSpan.FromMilliseconds(100), clock))
        {
            if (clock.GetElapsedTime(since) > TimeSpan.FromMinutes(3))
                throw new TimeoutException($"The collector was not told of {missing()}.");
        }
    }

    [GeneratedRegex("<input[^>]*type=\"?hidden\"?[^>]*name=\"?([^\" >]+)\"?[^>]*value=\"([^\"]*)\"")]
    private static partial Regex Fields();
}
