using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using AngleSharp.Html.Parser;

namespace Backsoon.Faults;

/// <summary>One person signing up, who repeats a step that got no answer exactly as it was, as a browser does.</summary>
internal sealed class Newcomer(string slug, ProductProcess product, ResendStandIn resend)
{
    private static readonly HtmlParser s_parser = new();

    private readonly string _address = $"{slug}@example.com";
    private readonly Dictionary<string, string> _cookies = [];
    private Dictionary<string, string>? _signUp;
    private bool _asked;
    private string? _link;
    private string? _nonce;

    public string Slug => slug;

    public bool IsIn { get; private set; }

    public int CutOff { get; private set; }

    public string Last { get; private set; } = "nothing yet";

    /// <summary>Takes one step after the other until the session is there or a step stays unanswered. <paramref name="sending"/> is called before each request.</summary>
    public async Task Enter(CancellationToken cancellation, Action? sending = null)
    {
        using var client = product.Client();
        for (var step = 0; step < 4_000 && !IsIn && !cancellation.IsCancellationRequested; step++)
        {
            try
            {
                await NextStep(client, sending);
            }
            catch (Exception broken) when (broken is HttpRequestException or TaskCanceledException or SocketException)
            {
                CutOff++;
                Last = broken.Message;
                return;
            }
        }
    }

    public async Task SeesTheBoardAndItsDesk()
    {
        using var client = product.Client();
        using var board = await Send(client, HttpMethod.Get, $"http://app.localhost:{product.Port}/", null);
        Assert.Equal(HttpStatusCode.OK, board.StatusCode);
        using var desk = await client.GetAsync(new Uri($"http://{slug}.localhost:{product.Port}/"));
        Assert.Equal(HttpStatusCode.OK, desk.StatusCode);
        Assert.Contains($"Office of {slug}", await desk.Content.ReadAsStringAsync());
    }

    private async Task NextStep(HttpClient client, Action? sending)
    {
        var waitsForMail = _asked && _link is null;
        if (!waitsForMail)
            sending?.Invoke();

        if (_signUp is null)
        {
            using var page = await Send(client, HttpMethod.Get, $"http://app.localhost:{product.Port}/sign-up", null);
            _signUp = new Dictionary<string, string>
            {
                ["_token"] = await Token(page), ["zone"] = "Europe/Lisbon", ["email"] = _address, ["name"] = "New Comer", ["business"] = $"Office of {slug}", ["slug"] = slug, ["industry"] = "Trades",
            };
        }
        else if (!_asked)
        {
            using var answer = await Send(client, HttpMethod.Post, $"http://app.localhost:{product.Port}/sign-up", _signUp);
            Last = $"sign-up answered {(int)answer.StatusCode}";
            _asked = answer.StatusCode == HttpStatusCode.SeeOther;
        }
        else if (_link is null)
        {
            _link = resend.Delivered.Where(mail => mail.To == _address).Select(mail => Regex.Match(mail.Text, @"/link/[\w-]+")).FirstOrDefault(match => match.Success)?.Value;
            if (_link is null)
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
        else if (_nonce is null)
        {
            using var page = await Send(client, HttpMethod.Get, $"http://app.localhost:{product.Port}{_link}", null);
            Last = $"the link's page answered {(int)page.StatusCode}";
            _nonce = await Token(page);
        }
        else
        {
            using var answer = await Send(client, HttpMethod.Post, $"http://app.localhost:{product.Port}{_link}", new() { ["_token"] = _nonce });
            Last = $"the link answered {(int)answer.StatusCode}";
            IsIn = answer.StatusCode == HttpStatusCode.SeeOther && _cookies.ContainsKey("session");
        }
    }

    private async Task<HttpResponseMessage> Send(HttpClient client, HttpMethod method, string address, Dictionary<string, string>? form)
    {
        using var request = new HttpRequestMessage(method, address);
        if (form is not null)
            request.Content = new FormUrlEncodedContent(form);
        if (_cookies.Count > 0)
            request.Headers.Add("Cookie", string.Join("; ", _cookies.Select(c => $"{c.Key}={c.Value}")));
        var answer = await client.SendAsync(request);
        foreach (var cookie in answer.Headers.TryGetValues("Set-Cookie", out var set) ? set : [])
        {
            var pair = cookie.Split(';')[0].Split('=', 2);
            _cookies[pair[0]] = pair[1];
        }

        return answer;
    }

    private static async Task<string> Token(HttpResponseMessage page)
    {
        var document = await s_parser.ParseDocumentAsync(await page.Content.ReadAsStringAsync());
        return document.QuerySelector("main form input[name=_token], form[method=post] input[name=_token]")?.GetAttribute("value") ?? throw new HttpRequestException($"The page ({(int)page.StatusCode}) has no form.");
    }
}
