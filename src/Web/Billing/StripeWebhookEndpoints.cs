using Microsoft.AspNetCore.Http.Features;

namespace Backsoon.Billing;

/// <summary>Where Stripe reports. Its signature over the very bytes it sent is what authorises, and an event is kept once: repeating one costs nothing, so no limit counts them.</summary>
public static class StripeWebhookEndpoints
{
    private const int LargestBody = 1024 * 1024;

    public static void MapStripeWebhook(this RouteGroupBuilder site)
    {
        // Read now, so that a wrong setting stops the start and not the first event.
        var secrets = Secrets(((IEndpointRouteBuilder)site).ServiceProvider.GetRequiredService<IConfiguration>()["STRIPE_WEBHOOK_SECRET"]);
        site.MapPost("/webhooks/stripe", (HttpRequest request, IGrainFactory grains, TimeProvider clock) => Keep(request, secrets, grains, clock));
    }

    private static async Task<IResult> Keep(HttpRequest request, StripeSecrets? secrets, IGrainFactory grains, TimeProvider clock)
    {
        if (secrets is null)
            return Results.NotFound();
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = LargestBody;
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        var bytes = body.ToArray();
        if (request.Headers["Stripe-Signature"] is not [{ } signature] || !secrets.AreOf(signature, bytes, clock.GetUtcNow()) || !StripeReport.TryRead(bytes, out var reported))
            return Results.Text("The signature is not right, or nothing of it can be read.\n", statusCode: StatusCodes.Status400BadRequest);

        if (reported is not null)
            await grains.GetGrain<IBillingGrain>(IBillingGrain.Key).Keep(reported);
        return Results.NoContent();
    }

    private static StripeSecrets? Secrets(string? text) => string.IsNullOrWhiteSpace(text) ? null
        : StripeSecrets.TryParse(text, out var secrets) ? secrets
        : throw new InvalidOperationException("STRIPE_WEBHOOK_SECRET cannot be read: it begins with whsec_.");
}
