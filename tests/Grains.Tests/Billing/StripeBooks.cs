using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Backsoon.Billing;

/// <summary>What Stripe knows, and what it reports of it. Whatever it says is full of what nobody here may keep.</summary>
public sealed class StripeBooks(TimeProvider clock)
{
    public const string Secret = "whsec_test_secret";

    /// <summary>Stands in every event and object: it must be found nowhere else.</summary>
    public const string Card = "4242424242424242";

    private static readonly string[] s_prices = ["price_solo", "price_team"];
    private static readonly TimeSpan s_month = TimeSpan.FromDays(30);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, JsonObject> _objects = [];
    private readonly Dictionary<string, StripeVisit> _visits = [];
    private int _made;

    public string Pages { get; set; } = "";

    /// <summary>Everything that was reported, oldest first.</summary>
    public ConcurrentQueue<StripeNotice> Notices { get; } = new();

    /// <summary>Whether periods stand on top, as older versions have them.</summary>
    public bool IsOld { get; set; }

    public IReadOnlyList<JsonObject> Subscriptions => All("subscription");

    public IReadOnlyList<JsonObject> Customers => All("customer");

    public StripeVisit Session(string id)
    {
        lock (_gate)
            return _visits[id];
    }

    /// <summary>Somebody types their card and pays.</summary>
    public string Pay(string session)
    {
        lock (_gate)
        {
            var visit = _visits[session];
            if (_objects[session]["subscription"] is { } done)
                return (string)done!;
            var id = NewId("sub");
            var (now, ends) = (Now, Now + (long)(visit.TrialDays is { } days ? TimeSpan.FromDays(days) : s_month).TotalSeconds);
            var item = new JsonObject { ["id"] = NewId("si"), ["price"] = new JsonObject { ["id"] = visit.Price } };
            var subscription = Make(id, "subscription", new()
            {
                ["customer"] = visit.Customer, ["status"] = visit.TrialDays is null ? "active" : "trialing", ["created"] = now, ["cancel_at_period_end"] = false, ["cancel_at"] = null, ["ended_at"] = null,
                ["items"] = new JsonObject { ["object"] = "list", ["data"] = new JsonArray(item) },
                ["metadata"] = new JsonObject { ["account"] = visit.Account, ["site"] = visit.Site }, ["default_payment_method"] = CardOf(),
            });
            (IsOld ? subscription : item)["current_period_end"] = ends;
            _objects[session]["subscription"] = id;
            (_objects[session]["status"], _objects[session]["payment_status"]) = ("complete", "paid");
            Report("customer.subscription.created", subscription);
            Report("checkout.session.completed", _objects[session]);
            if (visit.TrialDays is null)
                Invoice(id, paid: true);
            return id;
        }
    }

    /// <summary>What happens to a subscription, and is reported.</summary>
    public void Change(string id, string type, Action<JsonObject> change)
    {
        lock (_gate)
        {
            change(_objects[id]);
            Report(type, _objects[id]);
        }
    }

    public void Fail(string id)
    {
        Change(id, "customer.subscription.updated", one => one["status"] = "past_due");
        Invoice(id, paid: false);
    }

    /// <summary>Pays what is due, and the next period begins.</summary>
    public void Renew(string id)
    {
        Change(id, "customer.subscription.updated", one =>
        {
            one["status"] = "active";
            (IsOld ? one : one["items"]!["data"]![0]!)["current_period_end"] = Now + (long)s_month.TotalSeconds;
        });
        Invoice(id, paid: true);
    }

    public void End(string id) => Change(id, "customer.subscription.deleted", one => (one["status"], one["ended_at"]) = ("canceled", Now));

    public void DeleteCustomer(string id)
    {
        lock (_gate)
        {
            foreach (var one in _objects.Values.Where(one => (string?)one["object"] == "subscription" && (string?)one["customer"] == id && (string?)one["status"] != "canceled").ToArray())
                (one["status"], one["ended_at"]) = ("canceled", Now);
            Report("customer.deleted", _objects[id]);
            _objects.Remove(id);
        }
    }

    public string Invoice(string subscription, bool paid)
    {
        lock (_gate)
        {
            var id = NewId("in");
            var invoice = Make(id, "invoice", new()
            {
                ["customer"] = (string)_objects[subscription]["customer"]!, ["status"] = paid ? "paid" : "open", ["amount_paid"] = paid ? 1200 : 0, ["currency"] = "eur", ["created"] = Now,
                ["status_transitions"] = new JsonObject { ["paid_at"] = paid ? Now : null }, ["period_start"] = Now - 60, ["period_end"] = Now,
                ["parent"] = new JsonObject { ["subscription_details"] = new JsonObject { ["subscription"] = subscription } },
                ["customer_email"] = "payer@example.com", ["customer_name"] = "Ana Payer", ["payment_method_details"] = CardOf(),
            });
            Report(paid ? "invoice.paid" : "invoice.payment_failed", invoice);
            return id;
        }
    }

    /// <summary>The request that Stripe makes to report this.</summary>
    public static HttpRequestMessage Delivery(string address, StripeNotice notice, DateTimeOffset at, string secret = Secret)
    {
        var body = Encoding.UTF8.GetBytes(notice.Body);
        var signed = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{at.ToUnixTimeSeconds()}.{notice.Body}")));
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
        request.Headers.TryAddWithoutValidation("Stripe-Signature", $"t={at.ToUnixTimeSeconds()},v1={signed},v0={new string('0', 64)}");
        return request;
    }

    internal (int, JsonNode) Answer(string method, string path, List<KeyValuePair<string, string>> fields, ConcurrentQueue<string> violations)
    {
        lock (_gate)
        {
            var desk = new StripeCounter(fields, violations, $"{method} {path}");
            return (method, path.Trim('/').Split('/')) switch
            {
                ("POST", ["v1", "customers"]) => desk.Check("metadata[account]", "metadata[site]") ?? (200, Make(NewId("cus"), "customer", new() { ["created"] = Now, ["email"] = null })),
                ("POST", ["v1", "checkout", "sessions"]) => desk.CheckCheckout(s_prices, _objects) ?? (200, Open(desk)),
                ("POST", ["v1", "billing_portal", "sessions"]) => desk.Check("customer", "return_url") ?? desk.Known(_objects, "customer")
                    ?? (200, Make(NewId("bps"), "billing_portal.session", new() { ["customer"] = desk["customer"], ["url"] = $"{Pages}/pages/portal/1?return={Uri.EscapeDataString(desk["return_url"]!)}" })),
                ("POST", ["v1", "subscriptions", var id]) => desk.Check("cancel_at_period_end") ?? desk.OneOf("cancel_at_period_end", "true", "false") ?? Living(id) ?? (200, Set(id, desk["cancel_at_period_end"] == "true")),
                ("DELETE", ["v1", "subscriptions", var id]) => desk.Check() ?? Living(id) ?? (200, Cancelled(id)),
                ("GET", ["v1", "subscriptions"]) => desk.Check("customer", "status", "limit") ?? (200, new JsonObject
                {
                    ["object"] = "list", ["has_more"] = false, ["data"] = new JsonArray([.. All("subscription").Where(one => (string?)one["customer"] == desk["customer"]).Reverse()]),
                }),
                ("GET", ["v1", "subscriptions" or "invoices", var id]) => desk.Check() ?? (_objects.TryGetValue(id, out var one) ? (200, one.DeepClone()) : Nothing),
                _ => (404, StripeStandIn.Error("invalid_request_error", "url_invalid")),
            };
        }
    }

    private static (int, JsonNode) Nothing => (404, StripeStandIn.Error("invalid_request_error", "resource_missing"));

    private long Now => clock.GetUtcNow().ToUnixTimeSeconds();

    private JsonObject Open(StripeCounter desk)
    {
        var id = NewId("cs");
        _visits[id] = new(desk["customer"]!, desk["line_items[0][price]"]!, int.TryParse(desk["subscription_data[trial_period_days]"], out var days) ? days : null,
            desk["subscription_data[metadata][account]"]!, desk["subscription_data[metadata][site]"]!, desk["success_url"]!, desk["cancel_url"]!);
        return Make(id, "checkout.session", new()
        {
            ["url"] = $"{Pages}/pages/checkout/{id}", ["status"] = "open", ["payment_status"] = "unpaid", ["customer"] = desk["customer"], ["client_reference_id"] = desk["client_reference_id"], ["subscription"] = null,
            ["customer_details"] = new JsonObject { ["email"] = "payer@example.com", ["name"] = "Ana Payer" },
        });
    }

    private JsonNode Set(string id, bool ends)
    {
        _objects[id]["cancel_at_period_end"] = ends;
        Report("customer.subscription.updated", _objects[id]);
        return _objects[id].DeepClone();
    }

    private JsonNode Cancelled(string id)
    {
        (_objects[id]["status"], _objects[id]["ended_at"]) = ("canceled", Now);
        Report("customer.subscription.deleted", _objects[id]);
        return _objects[id].DeepClone();
    }

    // What is over is not there any more for whoever would change it.
    private (int, JsonNode)? Living(string id) => _objects.TryGetValue(id, out var one) && (string?)one["status"] != "canceled" ? null : Nothing;

    private List<JsonObject> All(string kind)
    {
        lock (_gate)
            return [.. _objects.Values.Where(one => (string?)one["object"] == kind).Select(one => (JsonObject)one.DeepClone())];
    }

    private JsonObject Make(string id, string kind, JsonObject rest)
    {
        (rest["id"], rest["object"], rest["livemode"]) = (id, kind, false);
        _objects[id] = rest;
        return rest;
    }

    private void Report(string type, JsonObject about)
    {
        var id = NewId("evt");
        var body = new JsonObject
        {
            ["id"] = id, ["object"] = "event", ["api_version"] = StripeStandIn.Version, ["created"] = Now, ["data"] = new JsonObject { ["object"] = about.DeepClone() }, ["livemode"] = false, ["pending_webhooks"] = 1,
            ["request"] = new JsonObject { ["id"] = null, ["idempotency_key"] = null }, ["type"] = type,
        };
        var kind = (string)about["object"]!;
        Notices.Enqueue(new(
            new BillingEvent(id, type, (string)about["id"]!, kind == "customer" ? (string)about["id"]! : (string?)about["customer"], kind switch
            {
                "subscription" => (string)about["id"]!,
                "invoice" => (string?)about["parent"]?["subscription_details"]?["subscription"],
                _ => (string?)about["subscription"],
            }),
            body.ToJsonString()));
    }

    private static JsonObject CardOf() => new() { ["card"] = new JsonObject { ["brand"] = "visa", ["number"] = Card, ["last4"] = Card[^4..], ["cvc_check"] = "pass", ["exp_year"] = 2031 } };

    private string NewId(string kind) => $"{kind}_{Interlocked.Increment(ref _made):x6}{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";
}

public sealed record StripeVisit(string Customer, string Price, int? TrialDays, string Account, string Site, string Success, string Cancel);

/// <param name="Reported">What is to be understood of it.</param>
public sealed record StripeNotice(BillingEvent Reported, string Body);
