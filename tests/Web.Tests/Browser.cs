using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace Backsoon;

/// <summary>What a browser does and no more: keeps cookies by host, sends forms as they stand, follows redirects after a POST, says which site a POST comes from.</summary>
public sealed class Browser(FrontDesk desk, string? address) : IDisposable
{
    // Two requests may be under way at once, as of a double click.
    private readonly ConcurrentDictionary<(string Host, string Name), string> _cookies = [];
    private const int Much = 64 * 1024;

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        UseCookies = false,
        AllowAutoRedirect = false,
        Expect100ContinueTimeout = TimeSpan.FromMinutes(1),
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject == FrontDesk.Certificate },
        ConnectCallback = async (context, cancellation) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });

    public string UserAgent { get; init; } = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0";

    public string? Cookie(string name, string? host = null) => _cookies.GetValueOrDefault((host ?? desk.Site.AppHost, name));

    public void SetCookie(string name, string value, string? host = null) => _cookies[(host ?? desk.Site.AppHost, name)] = value;

    /// <summary>A path is one of the dashboard's host; a whole address stays as it is.</summary>
    public Task<WebPage> Get(string address, bool follow = true) => Send(new HttpRequestMessage(HttpMethod.Get, Absolute(address)), follow);

    public Task<WebPage> Head(string address) => Send(new HttpRequestMessage(HttpMethod.Head, Absolute(address)), follow: false);

    /// <summary>Presses the button of a form on a page after typing into some of its fields; null empties one, as an unchecked box is.</summary>
    public Task<WebPage> Submit(WebPage page, IReadOnlyDictionary<string, string?>? typed = null, string form = "main form[method=post]", bool follow = true)
    {
        var target = new Uri(page.Address, Form(page, form).GetAttribute("action") ?? page.Address.PathAndQuery);
        return Post(target.ToString(), Filled(page, typed, form), follow: follow);
    }

    /// <summary>What <see cref="Submit" /> sends.</summary>
    public static FormUrlEncodedContent Filled(WebPage page, IReadOnlyDictionary<string, string?>? typed = null, string form = "main form[method=post]")
    {
        var fields = Fields(Form(page, form)).Where(field => typed?.ContainsKey(field.Key) != true).ToList();
        fields.AddRange(typed?.Where(field => field.Value is not null).Select(field => KeyValuePair.Create(field.Key, field.Value!)) ?? []);
        return new FormUrlEncodedContent(fields);
    }

    public Task<WebPage> Post(string address, IEnumerable<KeyValuePair<string, string>> fields, string fetchSite = "same-origin", bool follow = true) =>
        Post(address, new FormUrlEncodedContent(fields), fetchSite, follow);

    public Task<WebPage> Post(string address, HttpContent content, string fetchSite = "same-origin", bool follow = true)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Absolute(address)) { Content = content };
        request.Headers.TryAddWithoutValidation("Origin", "null");
        request.Headers.TryAddWithoutValidation("Sec-Fetch-Site", fetchSite);
        return Send(request, follow);
    }

    public async Task<WebPage> Send(HttpRequestMessage request, bool follow = true)
    {
        var uri = request.RequestUri!;
        Introduce(request);
        // Whoever refuses much closes the connection; what is still being written then takes the answer with it.
        if (request.Content?.Headers.ContentLength > Much)
            request.Headers.ExpectContinue = true;
        using var response = await _http.SendAsync(request);
        foreach (var cookie in response.Headers.TryGetValues("Set-Cookie", out var values) ? values : [])
            Keep(uri.Host, cookie);
        var page = await WebPage.Read(uri, response);
        return follow && response.Headers.Location is { } location && (int)response.StatusCode is >= 301 and <= 303 ? await Get(new Uri(uri, location).ToString()) : page;
    }

    /// <summary>An answer that goes on: its beginning, to be read from.</summary>
    public Task<HttpResponseMessage> Open(string address)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, Absolute(address));
        Introduce(request);
        return _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    public void Dispose() => _http.Dispose();

    private void Introduce(HttpRequestMessage request)
    {
        if (address is not null)
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", address);
        request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        var own = _cookies.Where(cookie => cookie.Key.Host == request.RequestUri!.Host).ToArray();
        if (own.Length > 0)
            request.Headers.TryAddWithoutValidation("Cookie", string.Join("; ", own.Select(cookie => $"{cookie.Key.Name}={cookie.Value}")));
    }

    private string Absolute(string address) => address.StartsWith('/') ? desk.Site.App(address) : address;

    private void Keep(string host, string cookie)
    {
        var pair = cookie.Split(';')[0].Split('=', 2);
        if (pair[1].Length == 0)
            _cookies.TryRemove((host, pair[0]), out _);
        else
            _cookies[(host, pair[0])] = Uri.UnescapeDataString(pair[1]);
    }

    private static IHtmlFormElement Form(WebPage page, string form) =>
        page.Document.QuerySelector<IHtmlFormElement>(form) ?? throw new InvalidOperationException($"There is no {form} on {page.Address}: {page.Body}");

    private static IEnumerable<KeyValuePair<string, string>> Fields(IHtmlFormElement form)
    {
        foreach (var element in form.QuerySelectorAll("input[name], select[name], textarea[name]"))
        {
            var value = element switch
            {
                IHtmlInputElement { Type: "radio" or "checkbox" } box => box.IsChecked ? box.GetAttribute("value") ?? "on" : null,
                IHtmlInputElement input => input.Value,
                IHtmlSelectElement list => list.Value,
                IHtmlTextAreaElement area => area.Value,
                _ => null,
            };
            if (value is not null)
                yield return KeyValuePair.Create(element.GetAttribute("name")!, value);
        }
    }
}

/// <summary>What came back.</summary>
public sealed record WebPage(Uri Address, HttpStatusCode Status, IReadOnlyDictionary<string, string[]> Headers, string Body, IHtmlDocument Document)
{
    public static async Task<WebPage> Read(Uri address, HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsStringAsync();
        var headers = response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => header.Value.ToArray(), StringComparer.OrdinalIgnoreCase);
        var document = new HtmlParser().ParseDocument(body);
        var twice = document.QuerySelectorAll("[id]").GroupBy(element => element.Id).Where(same => same.Count() > 1).Select(same => same.Key);
        Assert.True(!twice.Any(), $"On {address.AbsolutePath} the id {twice.FirstOrDefault()} stands twice.");
        return new WebPage(address, response.StatusCode, headers, body, document);
    }

    public string Heading => Document.QuerySelector("h1")?.TextContent.Trim() ?? "";

    public string Text => Document.QuerySelector("main")?.TextContent ?? Document.Body?.TextContent ?? "";

    public string? Header(string name) => Headers.TryGetValue(name, out var values) ? string.Join(", ", values) : null;

    public string? Error(string field) => Document.GetElementById($"{field}-error")?.TextContent.Trim();

    public IReadOnlyList<string> Cookies => Headers.TryGetValue("Set-Cookie", out var values) ? values : [];
}
