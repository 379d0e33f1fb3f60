using System.Diagnostics;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Backsoon.Embedded;
using Microsoft.Playwright;

namespace Backsoon;

/// <summary>The built product in a process of its own, as <c>./run</c> starts it, and a Chromium to look at it with.</summary>
public class Product : IAsyncLifetime
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    // What a page may take to show what is waited for.
    private const float s_milliseconds = 120_000;

    private readonly string _data = Directory.CreateTempSubdirectory("backsoon-browser").FullName;
    private readonly List<string> _log = [];
    private Process? _process;
    private PrivatePostgres? _postgres;
    private Booking.GoogleStandIn? _google;
    private Billing.StripeStandIn? _stripe;
    private IPlaywright? _playwright;
    private Task<string>? _demoOwner;

    /// <summary>Visits are counted under it, at nobody: what would be loaded from there is empty here, and no request leaves the machine.</summary>
    public const string AnalyticsId = "G-AB12CD34EF";

    public int Port { get; } = FreePort();

    public Booking.GoogleStandIn Google => _google!;

    public Billing.StripeStandIn Stripe => _stripe!;

    public IBrowser Browser { get; private set; } = null!;

    public string Home(string path = "/") => $"http://localhost:{Port}{path}";

    public string App(string path = "/") => $"http://app.localhost:{Port}{path}";

    public string Console(string path = "/") => $"http://console.localhost:{Port}{path}";

    /// <summary>Who signs in there.</summary>
    public const string Operator = "olga@ops.example";

    public string Desk(string slug, string path = "/") => $"http://{slug}.localhost:{Port}{path}";

    /// <summary>Screenshots are kept, so that a person can look at what a test saw.</summary>
    public static string Artefacts => Directory.CreateDirectory(Environment.GetEnvironmentVariable("BACKSOON_ARTIFACTS") ?? Path.Combine(AppContext.BaseDirectory, "artifacts")).FullName;

    public async Task InitializeAsync()
    {
        _postgres = await PrivatePostgres.StartThrowaway();
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Backsoon.Web.dll")]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["PORT"] = Port.ToString();
        start.Environment["DATA"] = _data;
        start.Environment["ANALYTICS_ID"] = AnalyticsId;
        start.Environment["CONSOLE_HOST"] = "console.localhost";
        start.Environment["OPERATORS"] = $"Olga|{Operator}";
        // All the people of these tests come from one address.
        start.Environment["BACKSOON_LIMITS"] = "10";
        start.Environment["BACKSOON_DATABASE"] = await _postgres.CreateDatabase("browser");
        _google = await Booking.GoogleStandIn.Start(TimeProvider.System, App("/bookings/calendars/google"), misbehaves: false);
        (start.Environment["GOOGLE_CLIENT_ID"], start.Environment["GOOGLE_CLIENT_SECRET"], start.Environment["GOOGLE_URL"]) = (Booking.GoogleStandIn.ClientId, Booking.GoogleStandIn.ClientSecret, _google.Url);
        _stripe = await Billing.StripeStandIn.Start(TimeProvider.System);
        foreach (var (name, value) in _stripe.Settings)
            start.Environment[name] = value;
        await Arrange(start.Environment);
        _process = Process.Start(start) ?? throw new InvalidOperationException("The product did not start.");
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await Answers();

        // A busy machine is no defect of a page.
        Assertions.SetDefaultExpectTimeout(s_milliseconds);
        _playwright = await Playwright.CreateAsync();
        Browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    /// <summary>What is set otherwise than for the rest.</summary>
    protected virtual Task Arrange(IDictionary<string, string?> environment) => Task.CompletedTask;

    /// <summary>A browser of its own, with nothing remembered.</summary>
    public Task<IBrowserContext> NewBrowser(int width = 1440, int height = 900, ColorScheme scheme = ColorScheme.Light, bool script = true) =>
        NewBrowser(new() { ViewportSize = new() { Width = width, Height = height }, ColorScheme = scheme, JavaScriptEnabled = script, ReducedMotion = ReducedMotion.Reduce });

    public async Task<IBrowserContext> NewBrowser(BrowserNewContextOptions options)
    {
        var browser = await Browser.NewContextAsync(options);
        browser.SetDefaultTimeout(s_milliseconds);
        // Without scripts nothing is loaded from there, and a route would switch the browser's cache off.
        if (options.JavaScriptEnabled != false)
            await browser.RouteAsync("https://www.googletagmanager.com/**", route => route.FulfillAsync(new() { ContentType = "text/javascript", Body = "" }));
        return browser;
    }

    public static Task Picture(IPage page, string name) => page.ScreenshotAsync(new() { Path = Path.Combine(Artefacts, $"{name}.png"), FullPage = true });

    /// <summary>What a browser has to remember to be the demo business's owner.</summary>
    public Task<string> DemoOwner => _demoOwner ??= SignInAsDemoOwner();

    private async Task<string> SignInAsDemoOwner()
    {
        await using var browser = await NewBrowser(script: false);
        var page = await browser.NewPageAsync();
        await page.GotoAsync(App("/sign-in"));
        await page.GetByLabel("Email address").FillAsync("maria@harbour.example");
        await page.Locator("main form button").First.ClickAsync();
        await page.GotoAsync(await LinkMailedTo("maria@harbour.example", "/link/"));
        await page.Locator("main form button").First.ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(App("/"));
        return await browser.StorageStateAsync();
    }

    /// <summary>The newest link of that kind in the development mailbox, read as a person would: open the mailbox, open the mail.</summary>
    public virtual async Task<string> LinkMailedTo(string address, string path)
    {
        await using var browser = await NewBrowser(script: false);
        var mailbox = await browser.NewPageAsync();
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < s_patience; await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System))
        {
            await mailbox.GotoAsync(Home("/dev/mail"));
            // Another mail to the same person may have come after it.
            foreach (var row in await mailbox.Locator("li, tr").Filter(new() { HasText = address }).Locator("a[href*='/dev/mail/']").EvaluateAllAsync<string[]>("links => links.map(link => link.href)"))
            {
                await mailbox.GotoAsync(row);
                var body = await mailbox.Locator("body").InnerTextAsync();
                if (Regex.Match(body, $@"http://\S*{Regex.Escape(path)}\S+") is { Success: true } link)
                    return link.Value;
            }
        }

        await Picture(mailbox, "no-mail");
        throw new InvalidOperationException($"No mail to {address} with a link {path} came.");
    }

    public virtual async Task DisposeAsync()
    {
        if (Browser is not null)
            await Browser.DisposeAsync();
        _playwright?.Dispose();
        if (_process is not null)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        if (_google is not null)
            await _google.DisposeAsync();
        if (_stripe is not null)
            await _stripe.DisposeAsync();
        if (_postgres is not null)
            await _postgres.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    private async Task Answers()
    {
        using var http = new HttpClient();
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                if ((await http.GetAsync(new Uri($"http://127.0.0.1:{Port}/healthz"))).IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException) when (clock.Elapsed < s_patience && _process is { HasExited: false })
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }

            if (clock.Elapsed > s_patience || _process is not { HasExited: false })
                throw new InvalidOperationException($"The product does not answer. It said:\n{Log()}");
        }
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            lock (_log)
                _log.Add(line);
        }
    }

    private string Log()
    {
        lock (_log)
            return string.Join('\n', _log);
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}

[CollectionDefinition(nameof(Product))]
public sealed class ProductCollection : ICollectionFixture<Product>;
