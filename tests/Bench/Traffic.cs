using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Backsoon.Accounts;
using Backsoon.Dispatch;

namespace Backsoon;

/// <summary>What callers, vendors, owners and guests send, over HTTP, as their browsers would.</summary>
public sealed partial class Traffic : IDisposable
{
    public const string Text = "Water comes through the ceiling of the kitchen, about a cup an hour.";

    // Some desks are asked much more often than others.
    private const double Skew = 2.5;
    private const int Sources = 200;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly Crowd _crowd;
    private readonly int _port;
    private readonly TimeProvider _clock;
    private readonly HttpMessageInvoker _http;
    private readonly ConcurrentQueue<(int Tenant, Guid Dispatch)> _asked = new();
    private readonly ConcurrentDictionary<int, long> _changed = new();
    private int _watching;

    public Traffic(Crowd crowd, int port, TimeProvider clock)
    {
        (_crowd, _port, _clock) = (crowd, port, clock);
        _http = new HttpMessageInvoker(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, ConnectCallback = Connect, PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5) });
        BoardChange = new Errand("board-change", 0, () => Task.FromResult<string?>(null));
        SignIn = new Errand("sign-in-post", 0, () => Task.FromResult<string?>(null));
        Errands =
        [
            new("desk-page", 30, () => OpenDesk(Any())),
            // The second page, with the subject found by what was typed.
            new("desk-form", 8, () => Get(Desk(Any()), "/?q=harbour", "_token")),
            new("request-post", 12, Ask),
            new("status-page", 9, Follow),
            new("vendor-page", 9, OpenAsVendor),
            new("vendor-accept", 8, Accept),
            new("board-page", 7, () => OpenBoard(Any())),
            new("history-page", 4, () => Get(App, "/history", "Ana Duarte", Session(Any()))),
            new("history-search", 3, () => Get(App, "/history?q=kitchen+ceil", "Water", Session(Any()))),
            new("book-page", 5, () => Send(Raw(_crowd.Bookings.Page()), HttpStatusCode.OK)),
            new("book-post", 3, () => Send(Raw(_crowd.Bookings.Post()), HttpStatusCode.SeeOther)),
            new("sign-in-page", 2, AskToSignIn),
        ];
    }

    public IReadOnlyList<Errand> Errands { get; }

    /// <summary>From a caller's press to the moment the owner's live board knows.</summary>
    public Errand BoardChange { get; }

    /// <summary>The form of the page for signing in, sent as soon as it is there.</summary>
    public Errand SignIn { get; }

    public int Watching => Volatile.Read(ref _watching);

    private string App => $"app.localhost:{_port}";

    /// <summary>Owners of the busiest businesses who look at their board until the end.</summary>
    public Task Watch(int watchers, CancellationToken until) => Task.WhenAll(Enumerable.Range(0, watchers).Select(i => Task.Run(async () =>
    {
        try
        {
            using var request = Request(HttpMethod.Get, App, "/board/events", Session(i));
            using var answer = await _http.SendAsync(request, until);
            if (answer.StatusCode != HttpStatusCode.OK)
            {
                BoardChange.Fail($"{(int)answer.StatusCode}");
                return;
            }

            Interlocked.Increment(ref _watching);
            using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(until));
            while (await lines.ReadLineAsync(until) is { } line)
            {
                if (line.StartsWith("data:", StringComparison.Ordinal) && _changed.TryRemove(i, out var since))
                    BoardChange.Latency.Add(_clock.GetElapsedTime(since));
            }

            BoardChange.Fail("ended early");
        }
        catch (OperationCanceledException) when (until.IsCancellationRequested)
        {
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            BoardChange.Fail("connection");
        }
    }, until)));

    public Task<string?> OpenDesk(int tenant) => Get(Desk(tenant), "/", "Harbour Lettings");

    public Task<string?> OpenBoard(int tenant) => Get(App, "/", "<main", Session(tenant));

    public void Dispose() => _http.Dispose();

    private async Task<string?> Ask()
    {
        var (i, now) = (Any(), _clock.GetUtcNow());
        var ticket = DeskTicket.New(_crowd.Tenants[i].Tenant, now.AddMinutes(-1));
        var form = new Dictionary<string, string>
        {
            ["_token"] = ticket.Sign(_crowd.Ring, now), ["subject"] = "", ["category"] = _crowd.Tenants[i].Urgent.ToString(), ["name"] = "Ana Duarte", ["phone"] = "+351 912 000 000", ["email"] = "ana@callers.example", ["text"] = $"{Text} {ticket.Dispatch:n}",
        };
        _changed.TryAdd(i, _clock.GetTimestamp());
        var error = await Send(Request(HttpMethod.Post, Desk(i), "/", form: form), HttpStatusCode.SeeOther);
        if (error is null)
            _asked.Enqueue((i, ticket.Dispatch));
        else
            _changed.TryRemove(i, out _);
        return error;
    }

    private Task<string?> Follow()
    {
        var i = Any();
        var ticket = DeskTicket.New(_crowd.Tenants[i].Tenant, _clock.GetUtcNow()) with { Dispatch = _crowd.Closed[Random.Shared.Next(_crowd.Closed.Length)] };
        return Get(Desk(i), StatusLink.Path(_crowd.Ring, ticket), "Your request");
    }

    private Task<string?> OpenAsVendor()
    {
        var (i, dispatch) = _asked.TryPeek(out var newest) ? newest : (Any(), _crowd.Waiting);
        return Get(Desk(i), $"/v/{See(i, dispatch)}", "Ana Duarte");
    }

    private Task<string?> Accept()
    {
        var (i, dispatch) = _asked.TryDequeue(out var oldest) ? oldest : (Any(), _crowd.Waiting);
        var form = new Dictionary<string, string> { ["_token"] = VendorLink.Sign(_crowd.Ring, TokenPurpose.Accept, new VendorSight(_crowd.Tenants[i].Tenant, dispatch, _crowd.Tenants[i].Vendor), _clock.GetUtcNow()), ["text"] = "" };
        return Send(Request(HttpMethod.Post, Desk(i), $"/v/{See(i, dispatch)}/accept", form: form), HttpStatusCode.SeeOther);
    }

    private async Task<string?> AskToSignIn()
    {
        using var page = Request(HttpMethod.Get, App, "/sign-in");
        var (error, answer) = await Exchange(page, HttpStatusCode.OK);
        using (answer)
        {
            if (error is not null)
                return error;
            if (Token().Match(await answer!.Content.ReadAsStringAsync()) is not { Success: true } token)
                return "no form";
            // The form is sent after the page was read, and is measured by itself.
            var cookies = string.Join("; ", answer.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0]));
            var form = new Dictionary<string, string> { ["_token"] = WebUtility.HtmlDecode(token.Groups[1].Value), ["email"] = _crowd.Tenants[Random.Shared.Next(_crowd.Tenants.Length)].Email.ToString() };
            var since = _clock.GetTimestamp();
            if (await Send(Request(HttpMethod.Post, App, "/sign-in", cookies, form), HttpStatusCode.SeeOther) is { } refused)
                SignIn.Fail(refused);
            else
                SignIn.Latency.Add(_clock.GetElapsedTime(since));
            return null;
        }
    }

    private Task<string?> Get(string host, string path, string holds, string? cookies = null) => Send(Request(HttpMethod.Get, host, path, cookies), HttpStatusCode.OK, holds);

    private async Task<string?> Send(HttpRequestMessage request, HttpStatusCode expected, string? holds = null)
    {
        using (request)
        {
            var (error, answer) = await Exchange(request, expected);
            using (answer)
                // A page that says something else quickly is worth nothing.
                return error ?? (holds is null || (await answer!.Content.ReadAsStringAsync()).Contains(holds, StringComparison.Ordinal) ? null : "another page");
        }
    }

    private async Task<(string? Error, HttpResponseMessage? Answer)> Exchange(HttpRequestMessage request, HttpStatusCode expected)
    {
        using var patience = new CancellationTokenSource(s_patience, _clock);
        try
        {
            var answer = await _http.SendAsync(request, patience.Token);
            await answer.Content.LoadIntoBufferAsync(patience.Token);
            return (answer.StatusCode == expected ? null : $"{(int)answer.StatusCode}", answer);
        }
        catch (OperationCanceledException)
        {
            return ("no answer within 30 s", null);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            return ("connection", null);
        }
    }

    // All connections are one pool, whatever host a request is for.
    private HttpRequestMessage Request(HttpMethod method, string host, string path, string? cookies = null, Dictionary<string, string>? form = null)
    {
        var request = new HttpRequestMessage(method, new Uri($"http://127.0.0.1:{_port}{path}")) { Headers = { Host = host } };
        if (cookies is not null)
            request.Headers.Add("Cookie", cookies);
        if (form is not null)
            request.Content = new FormUrlEncodedContent(form);
        return request;
    }

    private HttpRequestMessage Raw(byte[] bytes)
    {
        var text = Encoding.ASCII.GetString(bytes);
        var lines = text.Split("\r\n");
        var (method, path) = (lines[0].Split(' ')[0], lines[0].Split(' ')[1]);
        var request = Request(new HttpMethod(method), lines[1]["Host: ".Length..], path);
        if (method == "POST")
            request.Content = new StringContent(text[(text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..], Encoding.ASCII, new MediaTypeHeaderValue("application/x-www-form-urlencoded"));
        return request;
    }

    private async ValueTask<Stream> Connect(SocketsHttpConnectionContext _, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            // Not everybody comes from one address.
            socket.Bind(new IPEndPoint(new IPAddress([127, 0, 1, (byte)(1 + Random.Shared.Next(Sources))]), 0));
            await socket.ConnectAsync(IPAddress.Loopback, _port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private string See(int i, Guid dispatch) => VendorLink.Sign(_crowd.Ring, TokenPurpose.See, new VendorSight(_crowd.Tenants[i].Tenant, dispatch, _crowd.Tenants[i].Vendor), _clock.GetUtcNow());

    private int Any() => (int)(_crowd.Tenants.Length * Math.Pow(Random.Shared.NextDouble(), Skew));

    private string Desk(int tenant) => $"{_crowd.Tenants[tenant].Slug}.localhost:{_port}";

    private string Session(int tenant) => $"session={_crowd.Sessions[tenant]}";

    [GeneratedRegex("name=\"?_token\"?[^>]*value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
