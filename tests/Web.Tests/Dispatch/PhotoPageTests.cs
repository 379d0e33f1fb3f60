using System.Net;
using System.Text;
using Backsoon.Accounts;
using Backsoon.Shared;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

[Collection(Desks.Name)]
public sealed class PhotoPageTests(FrontDesk desk)
{
    // A grey point of 1 by 1, with a comment that is not to come out.
    public static readonly byte[] Jpeg =
    [
        0xFF, 0xD8, 0xFF, 0xFE, 0, 8, .. "SECRET"u8, 0xFF, 0xDB, 0, 67, 0, .. Enumerable.Repeat((byte)1, 64), 0xFF, 0xC0, 0, 11, 8, 0, 1, 0, 1, 1, 1, 0x11, 0, 0xFF, 0xC4, 0, 20, 0, 1, .. new byte[15], 0, 0xFF, 0xC4, 0, 20, 0x10, 1, .. new byte[15], 0,
        0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 0x3F, 0xFF, 0xD9,
    ];

    private static readonly byte[] s_heic = [0, 0, 0, 24, .. "ftypheic"u8, 0, 0, 0, 0];

    [Fact]
    public async Task Photos_that_come_with_the_form_are_seen_by_vendor_and_owner_and_by_nobody_else()
    {
        var door = await Doorstep.Open(desk);
        using var caller = desk.Browser();
        var form = await door.Form(caller);
        Assert.Equal(("image/jpeg,image/png,image/webp", true), (form.Document.GetElementById("photos")!.GetAttribute("accept"), form.Document.GetElementById("photos")!.HasAttribute("multiple")));
        var status = await Send(caller, form, door.Typed(), Jpeg);
        Assert.StartsWith("/s/", status.Address.AbsolutePath);
        Assert.Contains("You sent 1 photo", status.Text);
        Assert.Empty(status.Document.QuerySelectorAll("img"));

        using var vendor = desk.Browser();
        var page = await vendor.Get(await door.LinkOf(door.First));
        var address = new Uri(page.Address, page.Document.QuerySelector(".photos img")!.GetAttribute("src")).ToString();
        using var answer = await vendor.Open(address);
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal([0xFF, 0xD8], bytes[..2]);
        Assert.DoesNotContain("SECRET", Encoding.Latin1.GetString(bytes));
        string Header(string name) => string.Join(", ", answer.Headers.Concat(answer.Content.Headers).Single(header => header.Key == name).Value);
        Assert.Equal(
            ($"attachment; filename=\"request-{(await door.Only()).Reference}-1.jpg\"", "nosniff", "sandbox; default-src 'none'", "same-origin", "image/jpeg"),
            (Header("Content-Disposition"), Header("X-Content-Type-Options"), Header("Content-Security-Policy"), Header("Cross-Origin-Resource-Policy"), Header("Content-Type")));
        Assert.Equal("no-cache, private", Header("Cache-Control"));

        // What a browser has already is not sent again.
        var again = await Known(vendor, address, Header("ETag"));
        Assert.Equal((HttpStatusCode.NotModified, ""), (again.Status, again.Body));
        Assert.Equal(HttpStatusCode.OK, (await Known(vendor, address, "\"another\"")).Status);

        // Who gives it back sees it no more, however fresh the link.
        await door.Scope.Dispatch((await door.Only()).Id).Answer(door.First.Id, VendorAnswer.Decline, "");
        Assert.Equal(HttpStatusCode.NotFound, (await vendor.Get(address)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await Known(vendor, address, Header("ETag"))).Status);
    }

    [Fact]
    public async Task The_owner_sees_them_and_no_other_business_does()
    {
        var (business, stranger) = (await Business.Open(desk), await Business.Open(desk));
        var id = await business.Send("Plumbing");
        var photo = await Upload(business, id);
        var address = $"/requests/{id}/photos/{photo}";

        Assert.Equal(address, (await business.Browser.Get($"/requests/{id}")).Document.QuerySelector(".photos img")!.GetAttribute("src"));
        var own = await business.Browser.Get(address);
        Assert.Equal((HttpStatusCode.OK, "image/jpeg"), (own.Status, own.Header("Content-Type")));
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.Browser.Get(address)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await business.Browser.Get($"/requests/{await business.Send("Plumbing")}/photos/{photo}")).Status);
        Assert.Equal(HttpStatusCode.Redirect, (await desk.Browser().Get(address, follow: false)).Status);
    }

    [Fact, Promise("R11")]
    public async Task A_photos_link_is_good_for_one_vendor_one_photo_one_desk_and_a_day()
    {
        var (door, other) = (await Doorstep.Open(desk), await Doorstep.Open(desk));
        using var caller = desk.Browser();
        await Send(caller, await door.Form(caller), door.Typed(), Jpeg);
        var (id, photo) = ((await door.Only()).Id.ToString("n"), Assert.Single((await door.Only()).Photos).Id.ToString("n"));
        Task<string> Made(string purpose, TimeSpan life, params string[] parts) => door.Sign(purpose, life, parts);
        var (tenant, first, day) = (door.Scope.Id.Value, door.First.Id.ToString("n"), TimeSpan.FromHours(1));
        var good = await Made(TokenPurpose.Photo, day, tenant, id, first, photo);
        Assert.Equal(HttpStatusCode.OK, (await caller.Get(door.Address($"/p/{good}"))).Status);
        foreach (var forged in new[]
        {
            $"{good}A", good[1..], "x", await Made(TokenPurpose.Photo, TimeSpan.FromMinutes(-1), tenant, id, first, photo), await Made(TokenPurpose.See, day, tenant, id, first, photo), await Made(TokenPurpose.Photo, day, tenant, id, door.Second.Id.ToString("n"), photo),
            await Made(TokenPurpose.Photo, day, tenant, id, first, id), await Made(TokenPurpose.Photo, day, "tenant_x", id, first, photo),
        })
            Assert.Equal(HttpStatusCode.NotFound, (await caller.Get(door.Address($"/p/{forged}"))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await caller.Get(other.Address($"/p/{good}"))).Status);
    }

    [Fact]
    public async Task A_photos_link_stays_the_same_for_an_hour_and_is_never_good_for_more_than_a_day()
    {
        var ring = await desk.Grains.GetGrain<IKeyRingGrain>(IKeyRingGrain.Key).Read();
        var hour = new DateTimeOffset(2026, 1, 8, 14, 0, 0, TimeSpan.Zero);
        var (sight, photo) = (new VendorSight(new TenantId("tenant_x"), Guid.CreateVersion7(hour), Guid.CreateVersion7(hour)), Guid.CreateVersion7(hour));
        var path = PhotoLink.Path(ring, sight, photo, hour);
        var token = path["/p/".Length..];

        Assert.Equal(path, PhotoLink.Path(ring, sight, photo, hour.AddMinutes(59)));
        Assert.NotEqual(path, PhotoLink.Path(ring, sight, photo, hour.AddHours(1)));
        Assert.Equal((sight, photo), PhotoLink.Read(ring, sight.Tenant, token, hour.AddDays(1)));
        Assert.Null(PhotoLink.Read(ring, sight.Tenant, token, hour.AddDays(1).AddSeconds(1)));
    }

    [Fact]
    public async Task Photos_are_added_later_with_words_or_without_and_a_double_click_adds_none_twice()
    {
        var door = await Doorstep.Open(desk);
        using var caller = desk.Browser();
        var status = await door.Send(caller);
        var write = await caller.Get($"{status.Address.GetLeftPart(UriPartial.Path)}/write");
        var typed = new Dictionary<string, string?> { ["text"] = "This is the pipe." };
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Send(caller, write, typed, Jpeg)));
        Assert.Single((await door.Only()).Photos);
        Assert.Single((await door.Only()).Events, e => e.Kind == DispatchEventKind.CallerWrote);
        var heic = await Send(caller, await caller.Get($"{status.Address.GetLeftPart(UriPartial.Path)}/write"), new Dictionary<string, string?> { ["text"] = "" }, s_heic);
        Assert.Contains("saved this photo as HEIC", heic.Document.QuerySelector(".flash.failed, .flash")!.TextContent);
        Assert.Single((await door.Only()).Photos);
        var empty = await caller.Submit(await caller.Get($"{status.Address.GetLeftPart(UriPartial.Path)}/write"), new Dictionary<string, string?> { ["text"] = "" });
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "Type your message."), (empty.Status, empty.Error("text")));
    }

    [Theory]
    [InlineData("heic", "HEIC")]
    [InlineData("svg", "JPEG, PNG or WebP")]
    [InlineData("large", "larger than 10 MB")]
    [InlineData("broken", "could not be read")]
    [InlineData("many", "holds 6 photos")]
    public async Task The_request_is_in_whatever_is_wrong_with_its_photos(string what, string said)
    {
        var door = await Doorstep.Open(desk);
        using var caller = desk.Browser();
        byte[][] photos = what switch
        {
            "heic" => [s_heic],
            "svg" => ["<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"u8.ToArray()],
            "large" => [[.. Jpeg[..^2], .. new byte[10 * 1024 * 1024], 0xFF, 0xD9], Jpeg],
            "broken" => [Jpeg[..^3]],
            _ => [.. Enumerable.Range(1, 7).Select(Other)],
        };
        var status = await Send(caller, await door.Form(caller), door.Typed(), photos);
        Assert.Contains(said, status.Document.QuerySelector(".flash")!.TextContent);
        Assert.Equal(what switch { "large" => 1, "many" => 6, _ => 0 }, (await door.Only()).Photos.Length);
    }

    [Fact]
    public async Task A_form_that_is_wrong_comes_back_and_says_that_the_photos_have_to_be_chosen_again()
    {
        var door = await Doorstep.Open(desk);
        using var caller = desk.Browser();
        var again = await Send(caller, await door.Form(caller), DeskPageTests.With(door.Typed(), "phone", ""), Jpeg);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "Water comes through the ceiling."), (again.Status, again.Document.QuerySelector("textarea")!.TextContent));
        Assert.Contains("Choose your photos again", again.Text);
        Assert.Empty(await door.Stored());
        // A browser sends the field also when nothing was chosen.
        var none = await Send(caller, again, DeskPageTests.With(door.Typed(), "phone", ""), []);
        Assert.DoesNotContain("Choose your photos again", none.Text);
        Assert.StartsWith("/s/", (await Send(caller, none, door.Typed(), [])).Address.AbsolutePath);
    }

    [Fact]
    public async Task What_is_too_much_for_photos_too_is_refused()
    {
        var door = await Doorstep.Open(desk);
        using var caller = desk.Browser();
        var form = await door.Form(caller);
        using var body = Body(form, door.Typed(), new byte[SentForm.LargestBody]);
        var request = new HttpRequestMessage(HttpMethod.Post, door.Address()) { Content = body };
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await caller.Send(request)).Status);
        foreach (var (content, status) in new (HttpContent, HttpStatusCode)[]
        {
            (new MultipartFormDataContent { { new StringContent(new string('x', 300_000)), "text" } }, HttpStatusCode.BadRequest),
            (Many(), HttpStatusCode.BadRequest),
            (Raw("--b\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nno end"), HttpStatusCode.BadRequest),
            (Raw($"--b\r\n{new string('x', 10_000)}\r\n\r\n--b--\r\n"), HttpStatusCode.BadRequest),
        })
            Assert.Equal(status, (await caller.Send(new HttpRequestMessage(HttpMethod.Post, door.Address()) { Content = content })).Status);
        Assert.Empty(await door.Stored());

        static MultipartFormDataContent Many()
        {
            var many = new MultipartFormDataContent();
            for (var i = 0; i < 100; i++)
                many.Add(new StringContent("1"), $"f{i}");
            return many;
        }

        static ByteArrayContent Raw(string text)
        {
            var raw = new ByteArrayContent(Encoding.ASCII.GetBytes(text));
            raw.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=b");
            return raw;
        }
    }

    private static byte[] Other(int shade) => [.. Jpeg[..17], (byte)shade, .. Jpeg[18..]];

    private static async Task<WebPage> Send(Browser browser, WebPage page, IReadOnlyDictionary<string, string?> typed, params byte[][] photos)
    {
        using var body = Body(page, typed, photos);
        var target = new Uri(page.Address, page.Document.QuerySelector("main form[method=post]")!.GetAttribute("action"));
        return await browser.Send(new HttpRequestMessage(HttpMethod.Post, target) { Content = body, Headers = { { "Sec-Fetch-Site", "same-origin" } } });
    }

    // Asks again for what it has already.
    private static Task<WebPage> Known(Browser browser, string address, string version)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.TryAddWithoutValidation("If-None-Match", version);
        return browser.Send(request);
    }

    private static MultipartFormDataContent Body(WebPage page, IReadOnlyDictionary<string, string?> typed, params byte[][] photos)
    {
        var body = new MultipartFormDataContent { { new StringContent(page.Document.QuerySelector($"main form[method=post] input[name={PublicForm.Field}]")!.GetAttribute("value")!), PublicForm.Field } };
        foreach (var (name, value) in typed)
            body.Add(new StringContent(value ?? ""), name);
        foreach (var photo in photos.DefaultIfEmpty([]))
            body.Add(new ByteArrayContent(photo) { Headers = { ContentType = new("application/octet-stream") } }, "photos", photo.Length == 0 ? "\"\"" : "IMG_0001.JPG");
        return body;
    }

    private async Task<Guid> Upload(Business business, Guid request)
    {
        var upload = business.Scope.PhotoUpload(request, Guid.CreateVersion7(desk.Clock.GetUtcNow()));
        Assert.Null(await upload.Add(0, Jpeg));
        var photo = (await upload.Finish()).Photo!.Value;
        await business.Scope.Dispatch(request).Attach([photo]);
        return photo;
    }
}
