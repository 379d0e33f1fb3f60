using System.Net;
using Backsoon.Booking;
using Backsoon.Dispatch;
using Backsoon.Promises;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Backsoon.Shared;

/// <summary>Walks every route of the dashboard, so that one added later cannot be forgotten.</summary>
[Collection(Desks.Name)]
public sealed class MemberRoutesTests(FrontDesk desk)
{
    // For people who are not signed in; each has tests of its own.
    private static readonly string[] s_public = ["/sign-up", "/sign-up/address", "/sign-in", "/sign-in/code", "/link/{token}", "/feed/{token}/bookings.ics", "/delete/{token}", "/deletion/{token}", "/deletion/{token}/undo", "/takeout/{token}", "/seal/{token}"];

    // Every route of a member that names a thing, by whose id it takes. A new one fails the first test until it stands here.
    private static readonly Dictionary<string, Func<Things, string>> s_things = new()
    {
        ["GET /requests/{id:guid}"] = things => $"/requests/{things.Request}",
        ["GET /requests/{id:guid}/photos/{photo:guid}"] = things => $"/requests/{things.Request}/photos/{things.Photo}",
        ["POST /requests/{id:guid}/remind"] = things => $"/requests/{things.Request}/remind",
        ["POST /requests/{id:guid}/reassign"] = things => $"/requests/{things.Request}/reassign",
        ["POST /requests/{id:guid}/message"] = things => $"/requests/{things.Request}/message",
        ["POST /requests/{id:guid}/note"] = things => $"/requests/{things.Request}/note",
        ["POST /requests/{id:guid}/close"] = things => $"/requests/{things.Request}/close",
        ["POST /requests/{id:guid}/reopen"] = things => $"/requests/{things.Request}/reopen",
        ["POST /requests/{id:guid}/undo-close"] = things => $"/requests/{things.Request}/undo-close",
        ["POST /requests/{id:guid}/mails/{mail:guid}/again"] = things => $"/requests/{things.Request}/mails/{things.Mail}/again",
        ["GET /vendors/{id:guid}"] = things => $"/vendors/{things.Vendor}",
        ["POST /vendors/{id:guid}"] = things => $"/vendors/{things.Vendor}",
        ["POST /vendors/{id:guid}/off"] = things => $"/vendors/{things.Vendor}/off",
        ["POST /vendors/{id:guid}/on"] = things => $"/vendors/{things.Vendor}/on",
        ["POST /vendors/{id:guid}/try-again"] = things => $"/vendors/{things.Vendor}/try-again",
        ["GET /vendors/{id:guid}/hours"] = things => $"/vendors/{things.Vendor}/hours",
        ["POST /vendors/{id:guid}/hours"] = things => $"/vendors/{things.Vendor}/hours",
        ["POST /vendors/{id:guid}/hours/days"] = things => $"/vendors/{things.Vendor}/hours/days",
        ["POST /vendors/{id:guid}/hours/days/remove"] = things => $"/vendors/{things.Vendor}/hours/days/remove",
        ["POST /vendors/{id:guid}/link/mail"] = things => $"/vendors/{things.Vendor}/link/mail",
        ["POST /vendors/{id:guid}/link/renew"] = things => $"/vendors/{things.Vendor}/link/renew",
        ["POST /vendors/{id:guid}/link/revoke"] = things => $"/vendors/{things.Vendor}/link/revoke",
        ["GET /subjects/{id:guid}"] = things => $"/subjects/{things.Subject}",
        ["POST /subjects/{id:guid}"] = things => $"/subjects/{things.Subject}",
        ["POST /subjects/{id:guid}/off"] = things => $"/subjects/{things.Subject}/off",
        ["POST /subjects/{id:guid}/on"] = things => $"/subjects/{things.Subject}/on",
        ["GET /categories/{id:guid}"] = things => $"/categories/{things.Category}",
        ["POST /categories/{id:guid}"] = things => $"/categories/{things.Category}",
        ["POST /categories/{id:guid}/move"] = things => $"/categories/{things.Category}/move",
        ["POST /categories/{id:guid}/off"] = things => $"/categories/{things.Category}/off",
        ["POST /categories/{id:guid}/on"] = things => $"/categories/{things.Category}/on",
        ["GET /rules/{id:guid}"] = things => $"/rules/{things.Rule}",
        ["POST /rules/{id:guid}"] = things => $"/rules/{things.Rule}",
        ["GET /rules/{id:guid}/remove"] = things => $"/rules/{things.Rule}/remove",
        ["POST /rules/{id:guid}/remove"] = things => $"/rules/{things.Rule}/remove",
        ["GET /bookings/services/{id:guid}"] = things => $"/bookings/services/{things.Service}",
        ["POST /bookings/services/{id:guid}"] = things => $"/bookings/services/{things.Service}",
        ["POST /bookings/services/{id:guid}/off"] = things => $"/bookings/services/{things.Service}/off",
        ["POST /bookings/services/{id:guid}/on"] = things => $"/bookings/services/{things.Service}/on",
        ["GET /bookings/hosts/{id:guid}"] = things => $"/bookings/hosts/{things.Host}",
        ["POST /bookings/hosts/{id:guid}"] = things => $"/bookings/hosts/{things.Host}",
        ["POST /bookings/hosts/{id:guid}/off"] = things => $"/bookings/hosts/{things.Host}/off",
        ["POST /bookings/hosts/{id:guid}/on"] = things => $"/bookings/hosts/{things.Host}/on",
        ["GET /bookings/hosts/{id:guid}/hours"] = things => $"/bookings/hosts/{things.Host}/hours",
        ["POST /bookings/hosts/{id:guid}/hours"] = things => $"/bookings/hosts/{things.Host}/hours",
        ["POST /bookings/hosts/{id:guid}/hours/days"] = things => $"/bookings/hosts/{things.Host}/hours/days",
        ["POST /bookings/hosts/{id:guid}/hours/days/remove"] = things => $"/bookings/hosts/{things.Host}/hours/days/remove",
        ["POST /bookings/hosts/{id:guid}/feed/renew"] = things => $"/bookings/hosts/{things.Host}/feed/renew",
        ["POST /bookings/hosts/{id:guid}/feed/revoke"] = things => $"/bookings/hosts/{things.Host}/feed/revoke",
        ["GET /bookings/calendars/{id:guid}"] = things => $"/bookings/calendars/{things.Host}",
        ["POST /bookings/calendars/{id:guid}"] = things => $"/bookings/calendars/{things.Host}",
        ["POST /bookings/calendars/{id:guid}/write-again"] = things => $"/bookings/calendars/{things.Host}/write-again",
        ["POST /bookings/calendars/{id:guid}/disconnect"] = things => $"/bookings/calendars/{things.Host}/disconnect",
        ["GET /bookings/{id:guid}"] = things => $"/bookings/{things.Appointment}",
        ["POST /bookings/{id:guid}/note"] = things => $"/bookings/{things.Appointment}/note",
        ["POST /bookings/{id:guid}/no-show"] = things => $"/bookings/{things.Appointment}/no-show",
        ["POST /bookings/{id:guid}/came"] = things => $"/bookings/{things.Appointment}/came",
        ["GET /bookings/{id:guid}/move"] = things => $"/bookings/{things.Appointment}/move",
        ["POST /bookings/{id:guid}/move"] = things => $"/bookings/{things.Appointment}/move",
        ["GET /bookings/{id:guid}/cancel"] = things => $"/bookings/{things.Appointment}/cancel",
        ["POST /bookings/{id:guid}/cancel"] = things => $"/bookings/{things.Appointment}/cancel",
        ["POST /bookings/hosts/{host:guid}/blocks/{id:guid}/remove"] = things => $"/bookings/hosts/{things.Host}/blocks/{things.Service}/remove",
        ["GET /import/{id:guid}"] = things => $"/import/{things.Import}",
        ["POST /import/{id:guid}"] = things => $"/import/{things.Import}",
        ["GET /data-requests/{id:guid}"] = things => $"/data-requests/{things.DataRequest}",
        ["GET /data-requests/{id:guid}/remove"] = things => $"/data-requests/{things.DataRequest}/remove",
        ["POST /data-requests/{id:guid}/send"] = things => $"/data-requests/{things.DataRequest}/send",
        ["POST /data-requests/{id:guid}/remove"] = things => $"/data-requests/{things.DataRequest}/remove",
        ["POST /data-requests/{id:guid}/keep"] = things => $"/data-requests/{things.DataRequest}/keep",
        ["POST /data-requests/{id:guid}/decline"] = things => $"/data-requests/{things.DataRequest}/decline",
    };

    // A session is looked for among one's own, so a stranger's is answered as one that is over.
    private static readonly string[] s_own = ["POST /sessions/{id:guid}/end"];

    [Fact]
    public void Every_route_that_names_a_thing_is_tried_below()
    {
        var named = Routes().Where(route => route.Pattern.Contains('{')).Select(route => $"{route.Method} {route.Pattern}");

        Assert.Equal(s_things.Keys.Concat(s_own).Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Nobody_reaches_a_thing_of_another_business()
    {
        var (owner, stranger) = (await Business.Open(desk), await Business.Open(desk));
        var things = await Things.In(owner);
        var (own, other) = (await Token(owner.Browser), await Token(stranger.Browser));

        foreach (var (route, address) in s_things)
        {
            Assert.Equal((route, HttpStatusCode.NotFound), (route, (await Ask(stranger.Browser, route, address(things), other)).Status));
            // The same request of whom it belongs to is answered, so it was not the request that was wrong.
            Assert.NotEqual((route, HttpStatusCode.NotFound), (route, (await Ask(owner.Browser, route, address(things), own)).Status));
            things = await Things.In(owner, things);
        }
    }

    [Fact]
    public async Task What_exists_elsewhere_and_what_exists_nowhere_are_answered_alike()
    {
        var (owner, stranger) = (await Business.Open(desk), await Business.Open(desk));
        var things = await Things.In(owner);

        var elsewhere = await stranger.Browser.Get($"/requests/{things.Request}");
        var nowhere = await stranger.Browser.Get($"/requests/{Guid.CreateVersion7(desk.Clock.GetUtcNow())}");

        Assert.Equal(nowhere.Body, elsewhere.Body);
    }

    [Fact]
    public async Task No_form_is_taken_without_the_token_of_its_session()
    {
        var (owner, stranger) = (await Business.Open(desk), await Business.Open(desk));
        var things = await Things.In(owner);
        var stolen = await Token(stranger.Browser);
        var own = await Token(owner.Browser);
        var posts = Routes().Where(route => route.Method == "POST").Select(route => $"POST {route.Pattern}").ToArray();
        Assert.True(posts.Length > 20);

        foreach (var route in posts)
        {
            var address = s_things.TryGetValue(route, out var named) ? named(things) : route["POST ".Length..].Replace("{id:guid}", $"{things.Request}", StringComparison.Ordinal);
            Assert.Equal((route, HttpStatusCode.Forbidden), (route, (await Ask(owner.Browser, route, address, "")).Status));
            Assert.Equal((route, HttpStatusCode.Forbidden), (route, (await Ask(owner.Browser, route, address, stolen)).Status));
            Assert.Equal((route, HttpStatusCode.Forbidden), (route, (await owner.Browser.Post(address, [KeyValuePair.Create(PublicForm.Field, own)], "cross-site", follow: false)).Status));
        }

        Assert.Equal(DispatchStatus.OwnerAsked, (await owner.Scope.Dispatch(things.Request).Look())!.Status);
    }

    [Fact]
    public async Task Without_a_session_every_page_leads_to_the_sign_in()
    {
        var things = await Things.In(await Business.Open(desk));

        foreach (var (method, pattern) in Routes())
        {
            var route = $"{method} {pattern}";
            var address = s_things.TryGetValue(route, out var named) ? named(things) : pattern.Replace("{id:guid}", $"{things.Request}", StringComparison.Ordinal);
            var page = await Ask(desk.Browser(), route, address, "");
            Assert.True(page.Status == HttpStatusCode.Redirect && page.Header("Location")!.StartsWith("/sign-in", StringComparison.Ordinal), $"{route} answers {page.Status}.");
        }
    }

    private (string Method, string Pattern)[] Routes() =>
    [
        .. from endpoint in desk.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
           where endpoint.Metadata.GetMetadata<IHostMetadata>()?.Hosts.Contains(desk.Site.AppHost) == true
           from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []
           let pattern = $"/{endpoint.RoutePattern.RawText?.Trim('/')}"
           // A HEAD is answered by what answers the GET.
           where method != "HEAD" && !s_public.Contains(pattern) && pattern != "/robots.txt"
           select (method, pattern),
    ];

    private static Task<WebPage> Ask(Browser browser, string route, string address, string token) =>
        route.StartsWith("GET ", StringComparison.Ordinal) ? browser.Get(address, follow: false) : browser.Post(address, [KeyValuePair.Create(PublicForm.Field, token)], follow: false);

    private static async Task<string> Token(Browser browser) => (await browser.Get("/settings")).Document.QuerySelector($"input[name={PublicForm.Field}]")!.GetAttribute("value")!;

    private sealed record Things(Guid Request, Guid Photo, Guid Mail, Guid Vendor, Guid Subject, Guid Category, Guid Rule, Guid Import, Guid Host, Guid Service, Guid Appointment, Guid DataRequest)
    {
        public static async Task<Things> In(Business business)
        {
            var request = await business.Send("Locks and keys");
            var vendor = await business.AddVendor("Rivera Plumbing");
            var subject = await business.AddSubject("Mill Lane 4");
            var rule = await business.AddRule(subject.Id, null, (vendor, 20));
            var import = Guid.CreateVersion7(business.Owner.Desk.Clock.GetUtcNow());
            await business.Scope.Import(import).Take(ListKind.Subjects, 0, "Name\nQuay House 1\n"u8.ToArray());
            var upload = business.Scope.PhotoUpload(request, vendor.Id);
            await upload.Add(0, PhotoPageTests.Jpeg);
            var photo = (await upload.Finish()).Photo!.Value;
            await business.Scope.Dispatch(request).Attach([photo]);
            await business.Scope.DataRequests().Ask(DataSubject.OfRequest(request), DataWish.Removal);
            var asked = Assert.Single(await business.Scope.DataRequests().List()).Id;
            var practice = await Practice.In(business);
            return new Things(request, photo, (await business.Scope.Dispatch(request).Look())!.Mails[0].Id, vendor.Id, subject.Id, (await business.Category("Plumbing")).Id, rule.Id, import, practice.Host.Id, practice.Service.Id, (await practice.Book(practice.In(24))).Id, asked);
        }

        /// <summary>The same, with what a request of the owner may have taken away put back.</summary>
        public static async Task<Things> In(Business business, Things before)
        {
            if (await business.Scope.Directory().Rule(before.Rule) is not null)
                return before;
            var vendor = (await business.Scope.Directory().Vendor(before.Vendor))!;
            return before with { Rule = (await business.AddRule(before.Subject, null, (vendor, 20))).Id };
        }
    }
}
