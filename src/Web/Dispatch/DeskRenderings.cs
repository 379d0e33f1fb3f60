using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Backsoon.Shared;
using Backsoon.Tenants;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace Backsoon.Dispatch;

/// <summary>The desk page of each business as bytes: rendered once for every version of its directory, kept for those that were asked for last.</summary>
public sealed class DeskRenderings(IGrainFactory grains, IServiceScopeFactory scopes, ILoggerFactory logs, TimeProvider clock)
{
    // The style sheet, which is most of a page, is in memory once; what is left of each is a few kilobytes.
    private const int Kept = 10_000;
    private static readonly byte[] s_style = Encoding.UTF8.GetBytes(Styles.Desk);

    private readonly ConcurrentDictionary<Slug, DeskRendering> _kept = new();

    /// <summary>Null when nobody has a desk by this name.</summary>
    public async ValueTask<DeskRendering?> Of(Slug slug)
    {
        // A version that is still the same says two things: the page is as it was rendered, and the business is there under the name it had then.
        if (_kept.TryGetValue(slug, out var kept) && await kept.Directory.Version() == kept.View.Version)
        {
            kept.UsedAt = clock.GetTimestamp();
            return kept;
        }

        if (await grains.Slug(slug).Resolve() is not { } tenant || await grains.For(tenant).Directory().Desk() is not { } view)
        {
            _kept.TryRemove(slug, out _);
            return null;
        }

        var fresh = await Render(grains.For(tenant), view);
        _kept[slug] = fresh;
        Trim();
        return fresh;
    }

    /// <summary>What was shown last, however old; for a page that has to do without the directory.</summary>
    public DeskView? Last(Slug slug) => _kept.TryGetValue(slug, out var kept) ? kept.View : null;

    private async Task<DeskRendering> Render(TenantScope scope, DeskView view)
    {
        // Whoever changes that raises the directory's version after it.
        var takesBookings = await scope.Booking().Look() is { IsOpen: true };
        // Nobody can type what is not known before: the place of the token is found by a random word.
        var place = RandomNumberGenerator.GetHexString(32);
        await using var services = scopes.CreateAsyncScope();
        await using var renderer = new HtmlRenderer(services.ServiceProvider, logs);
        var html = await renderer.Dispatcher.InvokeAsync(async () => (view.Profile.Standing == Standing.Open
            ? await renderer.RenderComponentAsync<DeskPage>(ParameterView.FromDictionary(new Dictionary<string, object?>
            {
                [nameof(DeskPage.View)] = view,
                [nameof(DeskPage.TakesBookings)] = takesBookings,
                [nameof(DeskPage.Token)] = place,
                [nameof(DeskPage.SearchesFirst)] = view.SubjectCount > view.Subjects.Length,
            }))
            : await renderer.RenderComponentAsync<DeskClosed>(ParameterView.FromDictionary(new Dictionary<string, object?> { [nameof(DeskClosed.Profile)] = view.Profile }))).ToHtmlString());
        var style = html.IndexOf(Styles.Desk, StringComparison.Ordinal);
        var (head, body) = (html[..style], html[(style + Styles.Desk.Length)..]);
        var at = body.IndexOf(place, StringComparison.Ordinal);
        ReadOnlyMemory<byte>? after = at < 0 ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(body[(at + place.Length)..]);
        return new DeskRendering(scope, scope.Directory(), view, takesBookings, Encoding.UTF8.GetBytes(head), s_style, Encoding.UTF8.GetBytes(at < 0 ? body : body[..at]), after) { UsedAt = clock.GetTimestamp() };
    }

    private void Trim()
    {
        if (_kept.Count <= Kept)
            return;
        foreach (var (slug, _) in _kept.OrderBy(entry => entry.Value.UsedAt).Take(Kept / 10))
            _kept.TryRemove(slug, out _);
    }
}

/// <param name="TakesBookings">Whether appointments can be booked, which is offered above the form.</param>
/// <param name="Head">What comes before the style sheet.</param>
/// <param name="Style">The same bytes for every page.</param>
/// <param name="Before">What comes between it and the form's token.</param>
/// <param name="After">What follows the form's token; null when the page has no form yet, because the caller has to search first.</param>
public sealed record DeskRendering(TenantScope Scope, IDirectoryGrain Directory, DeskView View, bool TakesBookings, ReadOnlyMemory<byte> Head, ReadOnlyMemory<byte> Style, ReadOnlyMemory<byte> Before, ReadOnlyMemory<byte>? After)
{
    public long UsedAt { get; set; }

    public Task Write(HttpContext context, string token)
    {
        var response = context.Response;
        DeskClosed.Answer(response, View.Profile.Standing);
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.ContentLength = Head.Length + Style.Length + Before.Length + (After is { } rest ? token.Length + rest.Length : 0);
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : Send(response, token);
    }

    private async Task Send(HttpResponse response, string token)
    {
        // Once it has started, what is written goes to the connection and is not copied twice.
        await response.StartAsync();
        var writer = response.BodyWriter;
        writer.Write(Head.Span);
        writer.Write(Style.Span);
        writer.Write(Before.Span);
        if (After is { } after)
        {
            Encoding.ASCII.GetBytes(token, writer);
            writer.Write(after.Span);
        }

        await writer.FlushAsync();
    }
}
