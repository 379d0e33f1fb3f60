using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Backsoon.Booking;

public enum GoogleFault
{
    TooManyRequests,
    RateLimit,
    UserRateLimit,
    ErrorBefore,
    ErrorAfter,
    GarbageAfter,
    SilenceAfter,
    ResetBefore,
    ResetAfter,
    Unauthorised,
    CalendarError,
}

/// <summary>Google on this machine: as strict as Google is documented to be, and it misbehaves in every way once, unless it is told otherwise.</summary>
public sealed partial class GoogleStandIn : IAsyncDisposable
{
    public const string ClientId = "stand-in.apps.googleusercontent.com";
    public const string ClientSecret = "GOCSPX-stand-in";
    public const string Scopes = "openid email https://www.googleapis.com/auth/calendar.freebusy https://www.googleapis.com/auth/calendar.calendarlist.readonly https://www.googleapis.com/auth/calendar.events.owned";
    private const string Api = "/calendar/v3/";

    private static readonly TimeSpan s_codeLife = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_patienceOfClients = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_tokenLife = TimeSpan.FromSeconds(3599);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Consent> _codes = [];
    private readonly Dictionary<string, Consent> _refreshTokens = [];
    private readonly Dictionary<string, (Consent Of, DateTimeOffset Until)> _accessTokens = [];
    private readonly Dictionary<(string Calendar, string Id), JsonObject> _events = [];
    private readonly TimeProvider _clock;
    private readonly WebApplication _app;
    private long _silentUntil;

    private GoogleStandIn(TimeProvider clock, string returnAddress)
    {
        (_clock, ReturnAddress) = (clock, returnAddress);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(Receive);
    }

    /// <summary>What befalls the next calls of the calendar, one each.</summary>
    public ConcurrentQueue<GoogleFault> Faults { get; } = new(Enum.GetValues<GoogleFault>());

    public ConcurrentBag<GoogleFault> Fired { get; } = [];

    /// <summary>What the client did that Google would not have stood for.</summary>
    public ConcurrentQueue<string> Violations { get; } = new();

    /// <summary>Every call, as <c>POST /token refresh_token</c> or <c>PATCH /calendar/v3/calendars/…</c>.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>Mails that guests have had of Google: the event's id and what happened to it.</summary>
    public ConcurrentQueue<(string Event, string What)> Notices { get; } = new();

    /// <summary>The only address an answer goes to.</summary>
    public string ReturnAddress { get; }

    /// <summary>Who is asked for consent, and what they say.</summary>
    public string Email { get; set; } = "ana.host@gmail.example";

    public string Granted { get; set; } = Scopes;

    public bool Denies { get; set; }

    /// <summary>Whether it says nothing for so long as a client may be waiting for it: only the clock ends that.</summary>
    public bool IsSilent => _clock.GetUtcNow().UtcTicks < Interlocked.Read(ref _silentUntil);

    /// <summary>While true it does not know the installation.</summary>
    public bool ForgetsClient { get; set; }

    /// <summary>While true nothing answers.</summary>
    public bool IsAway { get; set; }

    /// <summary>Busy times by calendar; a calendar that is not here is not found.</summary>
    public Dictionary<string, List<(DateTimeOffset Start, DateTimeOffset End)>> Busy { get; } = [];

    /// <summary>Calendars of the list beside the primary one: id and role.</summary>
    public List<(string Id, string Role)> Others { get; } = [];

    /// <summary>What Google would say of a busy time if it did not keep to its word.</summary>
    public string? Indiscretion { get; set; }

    public string Url => _app.Urls.First();

    public static async Task<GoogleStandIn> Start(TimeProvider clock, string returnAddress, bool misbehaves = true)
    {
        var standIn = new GoogleStandIn(clock, returnAddress);
        if (!misbehaves)
            standIn.Faults.Clear();
        standIn.Busy[standIn.Email] = [];
        await standIn._app.StartAsync();
        return standIn;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    public IReadOnlyList<JsonObject> Events(string? calendar = null)
    {
        lock (_gate)
            return [.. _events.Where(e => e.Key.Calendar == (calendar ?? Email) && (string?)e.Value["status"] != "cancelled").Select(e => e.Value)];
    }

    /// <summary>The host throws an event away by hand.</summary>
    public void Throw(string id)
    {
        lock (_gate)
            _events[(Email, id)]["status"] = "cancelled";
    }

    public bool IsGranted
    {
        get
        {
            lock (_gate)
                return _refreshTokens.Values.Any(consent => consent is { IsRevoked: false, Email: var email } && email == Email);
        }
    }

    /// <summary>As a change of password does, or six months without use.</summary>
    public void Revoke()
    {
        lock (_gate)
        {
            foreach (var consent in _refreshTokens.Values.Where(consent => consent.Email == Email))
                consent.IsRevoked = true;
        }
    }

    /// <summary>Access tokens of the moment are over, the consent is not.</summary>
    public void ExpireTokens()
    {
        lock (_gate)
            _accessTokens.Clear();
    }

    /// <summary>Answers the question that this address asks, as its reader would in a browser.</summary>
    /// <returns>What Google sends back to the return address.</returns>
    public static async Task<Dictionary<string, string>> Answer(Uri question)
    {
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var answer = await browser.GetAsync(question);
        Assert.True(answer.Headers.Location is not null, await answer.Content.ReadAsStringAsync());
        return Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(answer.Headers.Location.Query).ToDictionary(field => field.Key, field => field.Value.ToString());
    }

    private async Task Receive(HttpContext context)
    {
        var (request, path) = (context.Request, context.Request.Path.Value!);
        using var reader = new StreamReader(request.Body);
        var body = await reader.ReadToEndAsync();
        var form = body.Length > 0 && request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.Ordinal) == true ? Form(body) : [];
        Calls.Enqueue(path == "/token" ? $"POST /token {form.GetValueOrDefault("grant_type")}" : $"{request.Method} {path}");
        if (IsAway)
        {
            context.Abort();
            return;
        }

        switch (request.Method, path)
        {
            case ("GET", "/o/oauth2/v2/auth"):
                Ask(context);
                break;
            case ("POST", "/token"):
                await Say(context, Token(form));
                break;
            case ("POST", "/revoke"):
                await Say(context, Revoked(request.Query["token"].ToString()));
                break;
            case var (method, _) when path.StartsWith(Api, StringComparison.Ordinal):
                await Call(context, method, path[Api.Length..], body);
                break;
            default:
                await Say(context, Object($"{request.Method} {path}", 404));
                break;
        }
    }

    private void Ask(HttpContext context)
    {
        var query = context.Request.Query.ToDictionary(field => field.Key, field => field.Value.ToString());
        Dictionary<string, Func<string, bool>> wanted = new()
        {
            ["client_id"] = value => value == ClientId,
            ["redirect_uri"] = value => value == ReturnAddress,
            ["response_type"] = value => value == "code",
            ["scope"] = value => value == Scopes,
            ["access_type"] = value => value == "offline",
            ["prompt"] = value => value == "consent",
            ["include_granted_scopes"] = value => value == "true",
            ["state"] = value => value.Length > 20,
            ["code_challenge"] = value => value.Length == 43 && Base64Url.IsValid(value),
            ["code_challenge_method"] = value => value == "S256",
        };
        var wrong = wanted.Where(field => !query.TryGetValue(field.Key, out var value) || !field.Value(value)).Select(field => field.Key).Concat(query.Keys.Except(wanted.Keys)).ToArray();
        if (wrong.Length > 0)
        {
            Violations.Enqueue($"consent with a wrong {string.Join(", ", wrong)}");
            context.Response.StatusCode = 400;
            return;
        }

        var code = $"4/{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}";
        lock (_gate)
            _codes[code] = new Consent(Email, Granted, query["code_challenge"], _clock.GetUtcNow() + s_codeLife);
        var answer = Denies ? "error=access_denied" : $"code={Uri.EscapeDataString(code)}&scope={Uri.EscapeDataString(Granted)}";
        context.Response.Redirect($"{ReturnAddress}?state={Uri.EscapeDataString(query["state"])}&{answer}");
    }

    private (int, JsonNode?) Token(Dictionary<string, string> form)
    {
        if (ForgetsClient || form.GetValueOrDefault("client_id") != ClientId || form.GetValueOrDefault("client_secret") != ClientSecret)
            return (401, new JsonObject { ["error"] = "invalid_client", ["error_description"] = "Unauthorized" });
        string[] allowed = form.GetValueOrDefault("grant_type") == "refresh_token" ? ["refresh_token"] : ["code", "redirect_uri", "code_verifier"];
        if (form.Keys.Except([.. allowed, "client_id", "client_secret", "grant_type", "scope"]).FirstOrDefault() is { } unknown)
            Violations.Enqueue($"a token asked for with {unknown}");

        var now = _clock.GetUtcNow();
        lock (_gate)
        {
            if (form.GetValueOrDefault("grant_type") == "refresh_token")
                return _refreshTokens.TryGetValue(form.GetValueOrDefault("refresh_token", ""), out var known) && !known.IsRevoked ? (200, Issue(known, now)) : Dead("Token has been expired or revoked.");
            if (!_codes.Remove(form.GetValueOrDefault("code", ""), out var consent) || consent.CodeUntil < now)
                return Dead("Malformed auth code.");
            if (form.GetValueOrDefault("redirect_uri") != ReturnAddress)
                return (400, new JsonObject { ["error"] = "redirect_uri_mismatch" });
            if (Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form.GetValueOrDefault("code_verifier", "")))) != consent.Challenge)
                return Dead("Invalid code verifier.");
            var answer = Issue(consent, now);
            var refresh = $"1//{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24))}";
            _refreshTokens[refresh] = consent;
            answer["refresh_token"] = refresh;
            var claims = new JsonObject { ["iss"] = "https://accounts.google.com", ["aud"] = ClientId, ["sub"] = "1", ["email"] = consent.Email, ["email_verified"] = true };
            answer["id_token"] = $"e30.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims.ToJsonString()))}.c2ln";
            return (200, answer);
        }
    }

    private JsonObject Issue(Consent consent, DateTimeOffset now)
    {
        var access = $"ya29.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24))}";
        _accessTokens[access] = (consent, now + s_tokenLife);
        return new JsonObject { ["access_token"] = access, ["expires_in"] = (int)s_tokenLife.TotalSeconds, ["scope"] = consent.Scope, ["token_type"] = "Bearer" };
    }

    private (int, JsonNode?) Revoked(string token)
    {
        lock (_gate)
        {
            if (!_refreshTokens.TryGetValue(token, out var consent) || consent.IsRevoked)
                return (400, new JsonObject { ["error"] = "invalid_token", ["error_description"] = "Token expired or revoked" });
            // One takes all of the same person along.
            foreach (var same in _refreshTokens.Values.Where(other => other.Email == consent.Email))
                same.IsRevoked = true;
            return (200, new JsonObject());
        }
    }

    private async Task Call(HttpContext context, string method, string path, string body)
    {
        var fault = Faults.TryPeek(out var next) && (next != GoogleFault.CalendarError || path == "freeBusy") && Faults.TryDequeue(out next) ? next : (GoogleFault?)null;
        if (fault is { } fired)
            Fired.Add(fired);
        switch (fault)
        {
            case GoogleFault.TooManyRequests:
                context.Response.Headers.RetryAfter = "7";
                await Say(context, Problem(429, "usageLimits", "rateLimitExceeded"));
                return;
            case GoogleFault.RateLimit:
                await Say(context, Problem(403, "usageLimits", "rateLimitExceeded"));
                return;
            case GoogleFault.UserRateLimit:
                await Say(context, Problem(403, "usageLimits", "userRateLimitExceeded"));
                return;
            case GoogleFault.ErrorBefore:
                await Say(context, Problem(500, "global", "backendError"));
                return;
            case GoogleFault.ResetBefore:
                context.Abort();
                return;
            case GoogleFault.Unauthorised:
                ExpireTokens();
                break;
        }

        var answer = Answer(context.Request, method, path, body, fault == GoogleFault.CalendarError);
        switch (fault)
        {
            case GoogleFault.ErrorAfter:
                context.Response.StatusCode = 502;
                await context.Response.WriteAsync("<html>Bad gateway</html>");
                break;
            case GoogleFault.GarbageAfter when answer.Item2 is not null:
                context.Response.ContentType = "application/json";
                await context.Response.WriteAsync(answer.Item2.ToJsonString()[..^2]);
                break;
            case GoogleFault.SilenceAfter:
                Interlocked.Exchange(ref _silentUntil, (_clock.GetUtcNow() + s_patienceOfClients).UtcTicks);
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                break;
            case GoogleFault.ResetAfter:
                context.Abort();
                break;
            default:
                await Say(context, answer);
                break;
        }
    }

    private (int, JsonNode?) Answer(HttpRequest request, string method, string path, string body, bool withError)
    {
        lock (_gate)
        {
            var bearer = request.Headers.Authorization.ToString();
            if (!bearer.StartsWith("Bearer ", StringComparison.Ordinal) || !_accessTokens.TryGetValue(bearer["Bearer ".Length..], out var token) || token.Until < _clock.GetUtcNow() || token.Of.IsRevoked)
                return Problem(401, "global", "authError");

            bool May(string scope) => token.Of.Scope.Split(' ').Contains($"https://www.googleapis.com/auth/calendar.{scope}");
            var parts = path.Split('/').Select(Uri.UnescapeDataString).ToArray();
            return (method, parts) switch
            {
                ("POST", ["freeBusy"]) => May("freebusy") ? FreeBusy(request, JsonNode.Parse(body)!.AsObject(), withError) : Forbidden(),
                ("GET", ["users", "me", "calendarList"]) => May("calendarlist.readonly") ? List(request) : Forbidden(),
                ("POST", ["calendars", var calendar, "events"]) => May("events.owned") ? Insert(request, Own(calendar, token.Of), JsonNode.Parse(body)!.AsObject()) : Forbidden(),
                ("PATCH", ["calendars", var calendar, "events", var id]) => May("events.owned") ? Patch(request, Own(calendar, token.Of), id, JsonNode.Parse(body)!.AsObject()) : Forbidden(),
                ("DELETE", ["calendars", var calendar, "events", var id]) => May("events.owned") ? Delete(request, Own(calendar, token.Of), id) : Forbidden(),
                _ => Object($"{method} {path}", 404),
            };
        }
    }

    private (int, JsonNode?) FreeBusy(HttpRequest request, JsonObject query, bool withError)
    {
        if (request.Query.Count > 0 || query.Select(field => field.Key).Except(["timeMin", "timeMax", "timeZone", "items", "calendarExpansionMax", "groupExpansionMax"]).Any())
            return Object("a field of freeBusy");
        if (!Rfc3339().IsMatch((string?)query["timeMin"] ?? "") || !Rfc3339().IsMatch((string?)query["timeMax"] ?? "") || query["items"] is not JsonArray { Count: > 0 and <= 50 } items)
            return Object("freeBusy");
        var (from, to) = (Instant(query["timeMin"]), Instant(query["timeMax"]));
        if (to <= from || to - from > TimeSpan.FromDays(62))
            return Object("the range of freeBusy");

        var calendars = new JsonObject();
        foreach (var id in items.Select(item => (string)item!["id"]!))
        {
            calendars[id] = withError || !Busy.TryGetValue(id, out var busy)
                ? new JsonObject { ["errors"] = new JsonArray(new JsonObject { ["domain"] = "global", ["reason"] = withError ? "internalError" : "notFound" }), ["busy"] = new JsonArray() }
                : new JsonObject { ["busy"] = new JsonArray([.. busy.Where(b => b.End > from && b.Start < to).Select(Time)]) };
        }

        return (200, new JsonObject { ["kind"] = "calendar#freeBusy", ["timeMin"] = (string?)query["timeMin"], ["timeMax"] = (string?)query["timeMax"], ["calendars"] = calendars });
    }

    private JsonObject Time((DateTimeOffset Start, DateTimeOffset End) busy)
    {
        var time = new JsonObject { ["start"] = busy.Start.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture), ["end"] = busy.End.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) };
        if (Indiscretion is not null)
            (time["summary"], time["description"], time["attendees"]) = (Indiscretion, Indiscretion, new JsonArray(new JsonObject { ["email"] = $"{Indiscretion}@example.com" }));
        return time;
    }

    private (int, JsonNode?) List(HttpRequest request)
    {
        if (request.Query["minAccessRole"] != "freeBusyReader" || request.Query["maxResults"] != "250" || request.Query.Keys.Except(["minAccessRole", "maxResults", "pageToken", "fields"]).Any())
            return Object("a parameter of calendarList");
        // Two to a page, so that whoever reads only one is found out.
        var all = Others.Prepend((Id: Email, Role: "owner")).ToArray();
        var skip = int.Parse(request.Query["pageToken"] is [{ Length: > 0 } token] ? token : "0", CultureInfo.InvariantCulture);
        var answer = new JsonObject { ["items"] = new JsonArray([.. all.Skip(skip).Take(2).Select(c => Listed(c.Id, c.Role))]) };
        if (skip + 2 < all.Length)
            answer["nextPageToken"] = $"{skip + 2}";
        return (200, answer);
    }

    private JsonObject Listed(string id, string role)
    {
        var listed = new JsonObject { ["id"] = id, ["summary"] = $"Calendar {id}", ["accessRole"] = role };
        if (id == Email)
            listed["primary"] = true;
        return listed;
    }

    private (int, JsonNode?) Insert(HttpRequest request, string? calendar, JsonObject body)
    {
        if (Wrong(request, body) is { } wrong)
            return Object(wrong);
        if (calendar is null)
            return Problem(404, "global", "notFound");
        var id = (string?)body["id"] ?? "";
        if (!EventId().IsMatch(id))
            return Object("the id of an event");
        if (_events.ContainsKey((calendar, id)))
            return Problem(409, "global", "duplicate");
        _events[(calendar, id)] = body;
        Notices.Enqueue((id, "invited"));
        return Written(id);
    }

    private (int, JsonNode?) Patch(HttpRequest request, string? calendar, string id, JsonObject body)
    {
        if (Wrong(request, body) is { } wrong)
            return Object(wrong);
        if (body.ContainsKey("id"))
            return Object("an id to patch");
        if (calendar is null || !_events.TryGetValue((calendar, id), out var known))
            return Problem(404, "global", "notFound");
        var changed = body.Any(field => !JsonNode.DeepEquals(field.Value, known[field.Key]));
        foreach (var (name, value) in body.ToArray())
            known[name] = value?.DeepClone();
        if (changed)
            Notices.Enqueue((id, "updated"));
        return Written(id);
    }

    private (int, JsonNode?) Delete(HttpRequest request, string? calendar, string id)
    {
        if (request.Query["sendUpdates"] != "all" || request.Query.Count != 1)
            return Object("a parameter of a deletion");
        if (calendar is null || !_events.TryGetValue((calendar, id), out var known))
            return Problem(404, "global", "notFound");
        if ((string?)known["status"] == "cancelled")
            return Problem(410, "global", "deleted");
        known["status"] = "cancelled";
        Notices.Enqueue((id, "cancelled"));
        return (204, null);
    }

    private string? Own(string calendar, Consent of) => calendar == of.Email || Others.Contains((calendar, "owner")) ? calendar : null;

    private static string? Wrong(HttpRequest request, JsonObject body)
    {
        if (request.Query["sendUpdates"] != "all" || request.Query["fields"] != "id,status,htmlLink" || request.Query.Count != 2)
            return "a parameter of an event";
        if (request.ContentType?.StartsWith("application/json", StringComparison.Ordinal) != true)
            return "the content type of an event";
        if (body.Select(field => field.Key).Except(["id", "status", "summary", "description", "location", "start", "end", "attendees", "guestsCanInviteOthers"]).FirstOrDefault() is { } unknown)
            return $"the field {unknown} of an event";
        if (!Rfc3339().IsMatch((string?)body["start"]?["dateTime"] ?? "") || !Rfc3339().IsMatch((string?)body["end"]?["dateTime"] ?? "") || Instant(body["start"]!["dateTime"]) >= Instant(body["end"]!["dateTime"]))
            return "the time of an event";
        if (string.IsNullOrEmpty((string?)body["start"]!["timeZone"]) || (string?)body["status"] != "confirmed" || string.IsNullOrEmpty((string?)body["summary"]))
            return "an event";
        return body["attendees"] is JsonArray attendees && attendees.Any(a => ((string?)a!["email"])?.Contains('@') != true) ? "an attendee" : null;
    }

    private static (int, JsonNode?) Written(string id) => (200, new JsonObject { ["id"] = id, ["status"] = "confirmed", ["htmlLink"] = $"https://www.google.com/calendar/event?eid={id}" });

    private (int, JsonNode?) Object(string objection, int status = 400)
    {
        Violations.Enqueue(objection);
        return Problem(status, "global", "invalid");
    }

    private static (int, JsonNode?) Forbidden() => Problem(403, "global", "insufficientPermissions");

    private static (int, JsonNode?) Dead(string description) => (400, new JsonObject { ["error"] = "invalid_grant", ["error_description"] = description });

    private static (int, JsonNode?) Problem(int status, string domain, string reason) => (status, new JsonObject
    {
        ["error"] = new JsonObject { ["code"] = status, ["message"] = reason, ["errors"] = new JsonArray(new JsonObject { ["domain"] = domain, ["reason"] = reason, ["message"] = reason }) },
    });

    private static async Task Say(HttpContext context, (int Status, JsonNode? Body) answer)
    {
        context.Response.StatusCode = answer.Status;
        if (answer.Body is null)
            return;
        context.Response.ContentType = "application/json; charset=UTF-8";
        await context.Response.WriteAsync(answer.Body.ToJsonString());
    }

    private static Dictionary<string, string> Form(string body) =>
        Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(body).ToDictionary(field => field.Key, field => field.Value.ToString());

    private static DateTimeOffset Instant(JsonNode? text) => DateTimeOffset.Parse((string)text!, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")]
    private static partial Regex Rfc3339();

    [GeneratedRegex("^[a-v0-9]{5,1024}$")]
    private static partial Regex EventId();

    private sealed record Consent(string Email, string Scope, string Challenge, DateTimeOffset CodeUntil)
    {
        public bool IsRevoked { get; set; }
    }
}
