using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Backsoon.Faults;

/// <summary>A Resend on loopback that delivers each idempotency key once, as Resend promises, and remembers what it delivered.</summary>
public sealed class ResendStandIn : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, byte[]> _keys = new();
    private readonly ConcurrentQueue<SentMail> _delivered = new();
    private readonly List<string> _complaints = [];
    private WebApplication? _app;
    private int _turn;

    public string Address => _app?.Urls.First() ?? throw new InvalidOperationException("Not started.");

    public IReadOnlyCollection<SentMail> Delivered => _delivered;

    /// <summary>What a strict vendor would have refused; a test asserts that there is nothing.</summary>
    public IReadOnlyList<string> Complaints
    {
        get
        {
            lock (_complaints)
                return [.. _complaints];
        }
    }

    /// <summary>How many calls were answered with an error, or with nothing, on purpose.</summary>
    public int Misbehaved { get; private set; }

    /// <summary>Every so-manieth call goes wrong in one of the ways a provider can; zero for never.</summary>
    public int MisbehavesEvery { get; set; }

    public async Task Start()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        _app = builder.Build();
        _app.UseRouting();
        _app.MapPost("/emails/batch", context => Receive(context, isBatch: true));
        _app.MapPost("/emails", context => Receive(context, isBatch: false));
        await _app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
            await _app.DisposeAsync();
    }

    private async Task Receive(HttpContext context, bool isBatch)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer);
        var body = buffer.ToArray();
        var key = context.Request.Headers["Idempotency-Key"].ToString();
        if (context.Request.Headers.Authorization.ToString() != "Bearer re_test" || key.Length is 0 or > 256)
            Complain($"authorization or key of {context.Request.Path}");

        var mails = Parse(body, isBatch);
        var turn = MisbehavesEvery == 0 ? 1 : Interlocked.Increment(ref _turn) % MisbehavesEvery;
        if (turn == 0 && _turn / MisbehavesEvery % 3 == 0)
        {
            Misbehaved++;
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "1";
            await context.Response.WriteAsync("""{"statusCode":429,"name":"rate_limit_exceeded","message":"Too many requests"}""");
            return;
        }

        if (_keys.TryAdd(key, body))
        {
            foreach (var mail in mails)
                _delivered.Enqueue(mail with { Key = key });
        }
        else if (!_keys[key].AsSpan().SequenceEqual(body))
        {
            Complain($"key {key} came with another body: {Difference(Parse(_keys[key], isBatch), mails)}");
        }

        if (turn == 0)
        {
            // It took the mails and the answer is lost: the worst a provider does.
            Misbehaved++;
            context.Abort();
            return;
        }

        context.Response.ContentType = "application/json";
        var ids = mails.Select((_, i) => $$"""{"id":"{{key}}-{{i}}"}""");
        await context.Response.WriteAsync(isBatch ? $$"""{"data":[{{string.Join(',', ids)}}]}""" : ids.First());
    }

    private List<SentMail> Parse(byte[] body, bool isBatch)
    {
        using var document = JsonDocument.Parse(body);
        var mails = isBatch ? document.RootElement.EnumerateArray().ToList() : [document.RootElement];
        if (mails.Count is 0 or > 100)
            Complain($"a batch of {mails.Count}");
        return mails.ConvertAll(mail =>
        {
            if (!mail.TryGetProperty("from", out _) || !mail.TryGetProperty("subject", out var subject) || !mail.TryGetProperty("text", out var text) || !mail.TryGetProperty("to", out var to))
            {
                Complain("a mail without from, to, subject or text");
                return new SentMail("", "", "", "");
            }

            return new SentMail("", to.ValueKind == JsonValueKind.Array ? to[0].GetString()! : to.GetString()!, subject.GetString()!, text.GetString()!) { Tag = TagOf(mail) };
        });
    }

    private static string Difference(List<SentMail> first, List<SentMail> again)
    {
        var (gone, added) = (first.ExceptBy(again.Select(mail => mail.Tag), mail => mail.Tag).ToArray(), again.ExceptBy(first.Select(mail => mail.Tag), mail => mail.Tag).ToArray());
        return $"{first.Count} mails, then {again.Count}; gone {Names(gone)}, new {Names(added)}, changed {Names(again.Where(mail => first.Exists(one => one.Tag == mail.Tag && one != mail)))}";

        static string Names(IEnumerable<SentMail> mails) => $"[{string.Join(", ", mails.Take(3).Select(mail => $"{mail.Tag} {mail.Subject}"))}]";
    }

    private static string TagOf(JsonElement mail) => mail.TryGetProperty("tags", out var tags)
        ? tags.EnumerateArray().Where(tag => tag.GetProperty("name").GetString() == "mail").Select(tag => tag.GetProperty("value").GetString()!).FirstOrDefault("")
        : "";

    private void Complain(string what)
    {
        lock (_complaints)
            _complaints.Add(what);
    }
}

public sealed record SentMail(string Key, string To, string Subject, string Text)
{
    /// <summary>Our own id of it, by which what became of it is reported.</summary>
    public string Tag { get; init; } = "";
}
