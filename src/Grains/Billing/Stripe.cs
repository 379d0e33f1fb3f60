using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Backsoon.Mail;
using Backsoon.Promises;
using Backsoon.Tenants;

namespace Backsoon.Billing;

/// <summary>Stripe, as far as one subscription of one business is concerned. No card, and nothing that describes one, is asked for or read (R5).</summary>
/// <param name="patience">How long one try is waited for; a page waits for it.</param>
/// <param name="pause">Before the second try; twice that before the third.</param>
public sealed class Stripe(StripeSettings settings, Site site, TimeProvider clock, TimeSpan? patience = null, TimeSpan? pause = null) : IDisposable
{
    /// <summary>What a call and its answer look like; another version is another client.</summary>
    public const string Version = "2025-03-31.basil";

    private const int MostTries = 3;

    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(3);

    private readonly TimeSpan _patience = patience ?? TimeSpan.FromSeconds(4);
    private readonly TimeSpan _pause = pause ?? TimeSpan.FromMilliseconds(500);

    private readonly HttpClient _http = Outbound.Client(ThirdParties.Stripe(settings.Url), settings.Url);

    public StripeSettings Settings => settings;

    public void Dispose() => _http.Dispose();

    /// <summary>Says nothing of who it is: Stripe asks whoever pays for it.</summary>
    /// <param name="intent">The same for the same intent, so that trying again makes no second one.</param>
    public async Task<StripeAnswer<string>> CreateCustomer(TenantId tenant, string intent) =>
        Read(await Post<StripeId>("v1/customers", new StripeForm().Add("metadata[account]", tenant.Value).Add("metadata[site]", site.Domain), intent), made => made.Id);

    /// <param name="trial">Days that are left of it; null for none.</param>
    public async Task<StripeAnswer<Uri>> CreateCheckout(TenantId tenant, string customer, Plan plan, int? trial, string intent) => Leads(await Post<StripePage>(
        "v1/checkout/sessions",
        new StripeForm()
            .Add("mode", "subscription").Add("customer", customer).Add("client_reference_id", tenant.Value)
            .Add("line_items[0][price]", plan.Price).Add("line_items[0][quantity]", 1)
            .Add("success_url", site.App("/billing/done")).Add("cancel_url", site.App("/billing/stopped"))
            .Add("subscription_data[trial_period_days]", trial).Add("subscription_data[trial_settings][end_behavior][missing_payment_method]", trial is null ? null : "cancel")
            .Add("subscription_data[metadata][account]", tenant.Value).Add("subscription_data[metadata][site]", site.Domain),
        intent));

    public async Task<StripeAnswer<Uri>> CreatePortal(string customer, string intent) =>
        Leads(await Post<StripePage>("v1/billing_portal/sessions", new StripeForm().Add("customer", customer).Add("return_url", site.App("/billing")), intent));

    public Task<StripeAnswer<StripeSubscription>> Subscription(string id) => Ask<StripeSubscription>(HttpMethod.Get, $"v1/subscriptions/{Uri.EscapeDataString(id)}");

    /// <summary>All of a customer's, also those that have ended.</summary>
    public async Task<StripeAnswer<IReadOnlyList<StripeSubscription>>> Subscriptions(string customer) =>
        Read(await Ask<StripeList<StripeSubscription>>(HttpMethod.Get, $"v1/subscriptions?customer={Uri.EscapeDataString(customer)}&status=all&limit=100"), list => (IReadOnlyList<StripeSubscription>?)list.Data);

    public Task<StripeAnswer<StripeInvoice>> Invoice(string id) => Ask<StripeInvoice>(HttpMethod.Get, $"v1/invoices/{Uri.EscapeDataString(id)}");

    public Task<StripeAnswer<StripeSubscription>> EndAtPeriodEnd(string subscription, bool ends, string intent) =>
        Post<StripeSubscription>($"v1/subscriptions/{Uri.EscapeDataString(subscription)}", new StripeForm().Add("cancel_at_period_end", ends), intent);

    /// <summary>Given, also when it was over before. Doing it twice is doing it once, so it carries no key.</summary>
    public async Task<StripeAnswer<bool>> EndNow(string subscription)
    {
        var answer = await Ask<StripeSubscription>(HttpMethod.Delete, $"v1/subscriptions/{Uri.EscapeDataString(subscription)}");
        return answer is StripeAnswer<StripeSubscription>.Missing || answer is StripeAnswer<StripeSubscription>.Refused && await IsOver(subscription) ? new StripeAnswer<bool>.Given(true) : answer.To(_ => true);
    }

    /// <summary>What a call is known by at Stripe: other fields are another call.</summary>
    internal static string KeyOf(string intent, string body) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{intent}\n{body}")));

    private async Task<bool> IsOver(string subscription) =>
        await Subscription(subscription) is StripeAnswer<StripeSubscription>.Missing or StripeAnswer<StripeSubscription>.Given { Value.Status: "canceled" or "incomplete_expired" };

    private Task<StripeAnswer<T>> Post<T>(string path, StripeForm form, string intent) => Ask<T>(HttpMethod.Post, path, form.ToString(), KeyOf($"{path}\n{intent}", form.ToString()));

    private async Task<StripeAnswer<T>> Ask<T>(HttpMethod method, string path, string? body = null, string? key = null)
    {
        using var longest = new CancellationTokenSource(MostTries * _patience, clock);
        for (var tries = 1; ; tries++)
        {
            var (answer, mayTryAgain) = await Try<T>(method, path, body, key, longest.Token);
            if (!mayTryAgain || tries == MostTries)
                return answer;
            var asked = (answer as StripeAnswer<T>.Later)?.After ?? TimeSpan.Zero;
            // Those that failed together come back apart.
            var wait = _pause * (1 << (tries - 1)) * (1 + Random.Shared.NextDouble());
            if (asked > s_longestPause)
                return answer;
            try
            {
                await Task.Delay(asked > wait ? asked : wait, clock, longest.Token);
            }
            catch (OperationCanceledException)
            {
                return answer;
            }
        }
    }

    private async Task<(StripeAnswer<T> Answer, bool MayTryAgain)> Try<T>(HttpMethod method, string path, string? body, string? key, CancellationToken longest)
    {
        using var time = new CancellationTokenSource(_patience, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(time.Token, longest);
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new("Bearer", settings.SecretKey);
        request.Headers.UserAgent.Add(new("Backsoon", "1"));
        request.Headers.Add("Stripe-Version", Version);
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        if (body is not null)
            request.Content = new StringContent(body, new MediaTypeHeaderValue("application/x-www-form-urlencoded"));
        try
        {
            using var response = await _http.SendAsync(request, limit.Token);
            var bytes = await response.Content.ReadAsByteArrayAsync(limit.Token);
            return response.StatusCode == HttpStatusCode.OK ? (Given<T>(bytes), false) : (Failure<T>(response, bytes), MayTryAgain(response));
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException)
        {
            return (new StripeAnswer<T>.Later(failure is OperationCanceledException ? "Stripe did not answer in time." : "Stripe cannot be reached."), !longest.IsCancellationRequested);
        }
    }

    private static StripeAnswer<T> Given<T>(byte[] bytes)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(bytes) is { } value ? new StripeAnswer<T>.Given(value) : new StripeAnswer<T>.Later("Stripe's answer is empty.");
        }
        catch (JsonException)
        {
            return new StripeAnswer<T>.Later("Stripe's answer cannot be read.");
        }
    }

    // Stripe's word goes before what its status would mean.
    private static bool MayTryAgain(HttpResponseMessage response) => (response.Headers.TryGetValues("Stripe-Should-Retry", out var words) ? words.FirstOrDefault() : null) switch
    {
        "true" => true,
        "false" => false,
        _ => (int)response.StatusCode is 409 or 429 or >= 500,
    };

    private StripeAnswer<T> Failure<T>(HttpResponseMessage response, byte[] bytes)
    {
        var (status, said) = ((int)response.StatusCode, What(bytes));
        return status switch
        {
            404 => new StripeAnswer<T>.Missing(),
            // The key is wrong or may not do this: for the operator to mend, so it is tried again.
            401 or 403 or 409 or 429 or >= 500 or < 400 => new StripeAnswer<T>.Later($"Stripe answered {status}{said}.", After(response.Headers.RetryAfter)),
            _ => new StripeAnswer<T>.Refused($"Stripe answered {status}{said}."),
        };
    }

    private TimeSpan? After(RetryConditionHeaderValue? after) => after?.Delta ?? (after?.Date is { } date ? date - clock.GetUtcNow() : null);

    private static string What(byte[] bytes)
    {
        try
        {
            return JsonSerializer.Deserialize<StripeFailure>(bytes)?.Error is { } error ? HeaderText.From($" {error.Type} {error.Code}".TrimEnd()).Value is { Length: > 0 } words ? $" {words}" : "" : "";
        }
        catch (JsonException)
        {
            // A proxy's error page, or nothing: the status says enough.
            return "";
        }
    }

    private static StripeAnswer<TValue> Read<T, TValue>(StripeAnswer<T> answer, Func<T, TValue?> read) where TValue : class =>
        answer is not StripeAnswer<T>.Given { Value: var value } ? answer.To<TValue>(_ => null!) : read(value) is { } found ? new StripeAnswer<TValue>.Given(found) : new StripeAnswer<TValue>.Later("Stripe's answer lacks what was asked for.");

    // A browser follows where this leads: to Stripe, or nowhere.
    private StripeAnswer<Uri> Leads(StripeAnswer<StripePage> answer) =>
        Read(answer, page => Uri.TryCreate(page.Url, UriKind.Absolute, out var url) && settings.Doors.Contains(url.GetLeftPart(UriPartial.Authority)) ? url : null);
}
