using Backsoon.Tenants;
using Microsoft.AspNetCore.Builder;

namespace Backsoon.Booking;

/// <summary>The product with access to a Google on this machine.</summary>
public sealed class CalendarDesk : FrontDesk
{
    private static int s_hosts;

    private bool _hasGoogle = true;

    public GoogleStandIn Google { get; private set; } = null!;

    public override async Task InitializeAsync()
    {
        Google = await GoogleStandIn.Start(Clock, new Site(Scheme, $"localhost:{Port}").App("/bookings/calendars/google"), misbehaves: false);
        await base.InitializeAsync();
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await Google.DisposeAsync();
    }

    /// <summary>A business with a host who has a Google account that nobody else has.</summary>
    public async Task<Practice> Open()
    {
        Google.Email = $"ana.{Interlocked.Increment(ref s_hosts)}@gmail.example";
        Google.Busy[Google.Email] = [];
        (Google.Granted, Google.Denies, Google.IsAway) = (GoogleStandIn.Scopes, false, false);
        Google.Others.Clear();
        return await Practice.Open(this);
    }

    /// <summary>Follows the link to Google, agrees or not, and is sent back.</summary>
    public async Task<WebPage> AskGoogle(Practice practice)
    {
        var page = await practice.Browser.Get($"/bookings/calendars/{practice.Host.Id}");
        var answer = await GoogleStandIn.Answer(new Uri(page.Document.GetElementById("connect")!.GetAttribute("href")!));
        return await practice.Browser.Get($"/bookings/calendars/google?{string.Join('&', answer.Select(field => $"{field.Key}={Uri.EscapeDataString(field.Value)}"))}");
    }

    public async Task<WebPage> Connect(Practice practice) => await practice.Browser.Submit(await AskGoogle(practice), form: "#finish");

    /// <summary>Whoever runs it takes its access to Google away.</summary>
    public Task RestartWithoutGoogle()
    {
        _hasGoogle = false;
        return Restart();
    }

    protected override void Change(WebApplicationBuilder builder)
    {
        if (!_hasGoogle)
            return;
        (builder.Configuration["GOOGLE_CLIENT_ID"], builder.Configuration["GOOGLE_CLIENT_SECRET"]) = (GoogleStandIn.ClientId, GoogleStandIn.ClientSecret);
        builder.Configuration["GOOGLE_URL"] = Google.Url;
    }
}
