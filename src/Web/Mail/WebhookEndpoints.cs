using Microsoft.AspNetCore.Http.Features;

namespace Backsoon.Mail;

/// <summary>Where mail providers report what became of mails. Their signature over the very bytes they sent is what authorises, and an event is kept once: repeating one costs nothing, so no limit counts them.</summary>
public static class WebhookEndpoints
{
    private const int LargestBody = 1024 * 1024;

    public static void MapWebhooks(this RouteGroupBuilder site)
    {
        // Made now, so that a wrong setting stops the start and not the first event.
        var secrets = ((IEndpointRouteBuilder)site).ServiceProvider.GetRequiredService<WebhookSecrets>();
        site.MapPost("/webhooks/resend", (HttpRequest request, IGrainFactory grains, TimeProvider clock) => FromResend(request, secrets.Resend, grains, clock));
        site.MapPost("/webhooks/sendgrid", (HttpRequest request, IGrainFactory grains, TimeProvider clock) => FromSendGrid(request, secrets.SendGrid, grains, clock));
    }

    private static async Task<IResult> FromResend(HttpRequest request, SvixSecrets? secrets, IGrainFactory grains, TimeProvider clock)
    {
        if (secrets is null)
            return Results.NotFound();

        var body = await Read(request);
        var (id, timestamp, signatures) = (Header(request, "svix-id"), Header(request, "svix-timestamp"), Header(request, "svix-signature"));
        if (!IsId(id) || !secrets.AreOf(id, timestamp, signatures, body, clock.GetUtcNow()))
            return Refused();

        await grains.GetGrain<IWebhooksGrain>("webhooks/resend").Keep([new WebhookEvent(id, body)]);
        return Results.NoContent();
    }

    private static async Task<IResult> FromSendGrid(HttpRequest request, SendGridKeys? keys, IGrainFactory grains, TimeProvider clock)
    {
        if (keys is null)
            return Results.NotFound();

        var body = await Read(request);
        if (!keys.AreOf(Header(request, "X-Twilio-Email-Event-Webhook-Timestamp"), Header(request, "X-Twilio-Email-Event-Webhook-Signature"), body, clock.GetUtcNow()) || SendGridBatch.Read(body) is not { } calls)
            return Refused();

        foreach (var events in calls)
            await grains.GetGrain<IWebhooksGrain>("webhooks/sendgrid").Keep(events);
        return Results.NoContent();
    }

    internal static bool IsId(string id) => id.Length is > 0 and <= 200 && id.All(c => c is > ' ' and <= '~');

    // A line, not a page: nobody reads it.
    private static IResult Refused() => Results.Text("The signature is not right, or nothing of it can be read.\n", statusCode: StatusCodes.Status400BadRequest);

    private static string Header(HttpRequest request, string name) => request.Headers[name] is [{ } value] ? value : "";

    /// <exception cref="BadHttpRequestException">It is too large (413).</exception>
    private static async Task<byte[]> Read(HttpRequest request)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = LargestBody;
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        return body.ToArray();
    }
}
