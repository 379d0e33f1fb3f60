using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Backsoon.Billing;

public enum StripeFault
{
    None,
    TooManyRequests,
    Conflict,
    ErrorBefore,
    ErrorAfter,
    ErrorNotToRetry,
    RefusalToRetry,
    GarbageAfter,
    NothingAfter,
    SilenceAfter,
    ResetBefore,
    ResetAfter,
}

/// <summary>Stripe on this machine: as strict about calls as Stripe is documented to be.</summary>
public sealed partial class StripeStandIn : IAsyncDisposable
{
    public const string Key = "sk_test_standin";
    public const string Version = "2025-03-31.basil";
    private const int LongestKey = 255;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (string Call, int Status, string? Body)> _answered = [];
    private readonly HashSet<string> _underWay = [];
    private readonly TimeProvider _clock;
    private readonly WebApplication _app;

    private StripeStandIn(TimeProvider clock, int port)
    {
        (_clock, Books) = (clock, new StripeBooks(clock));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        _app = builder.Build();
        _app.Run(Receive);
    }

    /// <summary>Customers, subscriptions and invoices, and what happens to them.</summary>
    public StripeBooks Books { get; }

    /// <summary>What befalls the next calls, one each.</summary>
    public ConcurrentQueue<StripeFault> Faults { get; } = new();

    public ConcurrentQueue<StripeFault> Fired { get; } = new();

    /// <summary>What the client did that Stripe would not have stood for.</summary>
    public ConcurrentQueue<string> Violations { get; } = new();

    /// <summary>Every call, as it came.</summary>
    public ConcurrentQueue<StripeCall> Calls { get; } = new();

    /// <summary>While true nothing answers.</summary>
    public bool IsAway { get; set; }

    /// <summary>While it says nothing, only the clock ends that.</summary>
    public bool IsSilent { get; private set; }

    public string Url => _app.Urls.First();

    public Dictionary<string, string?> Settings => new()
    {
        ["STRIPE_SECRET_KEY"] = Key, ["STRIPE_WEBHOOK_SECRET"] = StripeBooks.Secret, ["STRIPE_URL"] = Url, ["STRIPE_PAGES"] = Url,
        ["STRIPE_PLANS"] = "Solo|price_solo|12 euros a month, one business; Team|price_team|29 euros a month, for everybody in it",
    };

    public static async Task<StripeStandIn> Start(TimeProvider clock, int port = 0)
    {
        var standIn = new StripeStandIn(clock, port);
        await standIn._app.StartAsync();
        standIn.Books.Pages = standIn.Url;
        return standIn;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task Receive(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        if (context.Request.Path.StartsWithSegments("/pages", out var rest))
        {
            await Page(context, rest.Value!.Trim('/').Split('/'));
            return;
        }

        var call = new StripeCall(context.Request.Method, $"{context.Request.Path}{context.Request.QueryString}", context.Request.Headers["Idempotency-Key"].ToString(), body);
        Calls.Enqueue(call);
        if (IsAway)
        {
            context.Abort();
            return;
        }

        var fault = Faults.TryDequeue(out var next) ? next : StripeFault.None;
        Fired.Enqueue(fault);
        switch (fault)
        {
            case StripeFault.TooManyRequests:
                context.Response.Headers.RetryAfter = "1";
                await Say(context, 429, Error("rate_limit_error", "rate_limit"));
                return;
            case StripeFault.Conflict:
                await Say(context, 409, Error("invalid_request_error", "lock_timeout"));
                return;
            case StripeFault.ErrorBefore:
                await Say(context, 500, Error("api_error", null));
                return;
            case StripeFault.ErrorNotToRetry:
                context.Response.Headers["Stripe-Should-Retry"] = "false";
                await Say(context, 500, Error("api_error", null));
                return;
            case StripeFault.RefusalToRetry:
                context.Response.Headers["Stripe-Should-Retry"] = "true";
                await Say(context, 400, Error("invalid_request_error", null));
                return;
            case StripeFault.ResetBefore:
                context.Abort();
                return;
        }

        var (status, answer) = Answer(context.Request, call);
        switch (fault)
        {
            case StripeFault.ErrorAfter:
                context.Response.StatusCode = 502;
                await context.Response.WriteAsync("<html>Bad gateway</html>");
                break;
            case StripeFault.GarbageAfter:
                await context.Response.WriteAsync(answer.ToJsonString()[..^2]);
                break;
            case StripeFault.NothingAfter:
                break;
            case StripeFault.SilenceAfter:
                IsSilent = true;
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                IsSilent = false;
                break;
            case StripeFault.ResetAfter:
                context.Abort();
                break;
            default:
                await Say(context, status, answer);
                break;
        }
    }

    private (int, JsonNode) Answer(HttpRequest request, StripeCall call)
    {
        if (Wrong(request, call) is { } wrong)
        {
            Violations.Enqueue($"{call.Method} {call.Path}: {wrong}");
            return (400, Error("invalid_request_error", "stand_in"));
        }

        if (request.Headers.Authorization != $"Bearer {Key}")
            return (401, Error("invalid_request_error", null));
        if (call.Method != "POST")
            return Books.Answer(call.Method, request.Path.Value!, [.. request.Query.Select(field => KeyValuePair.Create(field.Key, field.Value.ToString()))], Violations);

        var whole = $"{call.Path}\n{call.Body}";
        lock (_gate)
        {
            if (_answered.TryGetValue(call.Key, out var known))
                return known.Call == whole ? (known.Status, JsonNode.Parse(known.Body!)!) : (400, Error("idempotency_error", null));
            if (!_underWay.Add(call.Key))
                return (409, Error("invalid_request_error", "idempotency_key_in_use"));
        }

        var (status, answer) = Books.Answer("POST", request.Path.Value!, Fields(call.Body), Violations);
        lock (_gate)
        {
            _underWay.Remove(call.Key);
            _answered[call.Key] = (whole, status, answer.ToJsonString());
        }

        return (status, answer);
    }

    private static string? Wrong(HttpRequest request, StripeCall call)
    {
        if (request.Headers["Stripe-Version"] != Version)
            return $"the version is {request.Headers["Stripe-Version"]}";
        if (call.Method != "POST")
            return call.Body.Length > 0 || call.Key.Length > 0 ? "a body or a key where none belongs" : null;
        if (call.Key.Length is 0 or > LongestKey)
            return "the key is missing or too long";
        if (request.ContentType != "application/x-www-form-urlencoded")
            return $"the body is {request.ContentType}";
        var names = new HashSet<string>();
        foreach (var field in call.Body.Split('&'))
        {
            if (field.Split('=') is not [var name, var value] || !Name().IsMatch(name) || !Value().IsMatch(value))
                return $"{field} is not encoded as it should be";
            if (!names.Add(name))
                return $"{name} stands twice";
        }

        return null;
    }

    private static List<KeyValuePair<string, string>> Fields(string body) => [.. body.Split('&').Select(field => field.Split('=')).Select(field => KeyValuePair.Create(field[0], Uri.UnescapeDataString(field[1])))];

    // What Stripe shows to people, as plain as can be: no page of ours.
    private async Task Page(HttpContext context, string[] path)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        switch (context.Request.Method, path)
        {
            case ("GET", ["checkout", var id]):
                await context.Response.WriteAsync($"<!doctype html><title>Checkout</title><link rel=icon href=\"data:,\"><h1>Checkout of the stand-in</h1><form method=post><button>Pay</button></form><p><a id=back href=\"{Books.Session(id).Cancel}\">Back</a>", Encoding.UTF8);
                break;
            case ("POST", ["checkout", var id]):
                Books.Pay(id);
                context.Response.StatusCode = 303;
                context.Response.Headers.Location = Books.Session(id).Success;
                break;
            case ("GET", ["portal", ..]):
                await context.Response.WriteAsync($"<!doctype html><title>Portal</title><link rel=icon href=\"data:,\"><h1>Portal of the stand-in</h1><p><a id=back href=\"{Uri.UnescapeDataString(context.Request.Query["return"]!)}\">Back</a>", Encoding.UTF8);
                break;
            default:
                context.Response.StatusCode = 404;
                break;
        }
    }

    internal static JsonObject Error(string type, string? code) => new() { ["error"] = new JsonObject { ["type"] = type, ["code"] = code, ["message"] = "No such person: Ana Reis, card 4242424242424242" } };

    private static async Task Say(HttpContext context, int status, JsonNode answer)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer.ToJsonString());
    }

    [GeneratedRegex(@"^[a-z_]+(\[[a-z0-9_]+\])*$")]
    private static partial Regex Name();

    [GeneratedRegex("^(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})*$")]
    private static partial Regex Value();
}

public sealed record StripeCall(string Method, string Path, string Key, string Body);
