using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Backsoon.Tenants;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace Backsoon.Dispatch;

/// <summary>The desk page of each tenant as bytes: rendered once for every version of its directory, kept for those that were asked for last.</summary>
public sealed class DeskRenderings(IServiceScopeFactory scopes, ILoggerFactory logs, TimeProvider clock)
{
    private const int Kept = 2_000;

    private readonly ConcurrentDictionary<TenantId, DeskRendering> _kept = new();

    /// <summary>Null when the tenant is gone.</summary>
    public async ValueTask<DeskRendering?> Of(TenantScope scope)
    {
        var version = await scope.Directory().Version();
        if (_kept.TryGetValue(scope.Id, out var kept) && kept.View.Version == version)
        {
            kept.UsedAt = clock.GetTimestamp();
            return kept;
        }

        if (version is null || await scope.Directory().Desk() is not { } view)
        {
            _kept.TryRemove(scope.Id, out _);
            return null;
        }

        var fresh = await Render(view);
        _kept[scope.Id] = fresh;
        Trim();
        return fresh;
    }

    /// <summary>What was shown last, however old; for a page that has to do without the directory.</summary>
    public DeskView? Last(TenantId tenant) => _kept.TryGetValue(tenant, out var kept) ? kept.View : null;

    private async Task<DeskRendering> Render(DeskView view)
    {
        // Nobody can type what is not known before: the place of the token is found by a random word.
        var place = RandomNumberGenerator.GetHexString(32);
        await using var services = scopes.CreateAsyncScope();
        await using var renderer = new HtmlRenderer(services.ServiceProvider, logs);
        var html = await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<DeskPage>(ParameterView.FromDictionary(new Dictionary<string, object?>
        {
            [nameof(DeskPage.View)] = view,
            [nameof(DeskPage.Token)] = place,
            [nameof(DeskPage.SearchesFirst)] = view.SubjectCount > view.Subjects.Length,
        }))).ToHtmlString());
        var at = html.IndexOf(place, StringComparison.Ordinal);
        return at < 0
            ? new DeskRendering(view, Encoding.UTF8.GetBytes(html), null) { UsedAt = clock.GetTimestamp() }
            : new DeskRendering(view, Encoding.UTF8.GetBytes(html[..at]), Encoding.UTF8.GetBytes(html[(at + place.Length)..])) { UsedAt = clock.GetTimestamp() };
    }

    private void Trim()
    {
        if (_kept.Count <= Kept)
            return;
        foreach (var (tenant, _) in _kept.OrderBy(entry => entry.Value.UsedAt).Take(Kept / 10))
            _kept.TryRemove(tenant, out _);
    }
}

/// <param name="After">What follows the form's token; null when the page has no form yet, because the caller has to search first.</param>
public sealed record DeskRendering(DeskView View, ReadOnlyMemory<byte> Before, ReadOnlyMemory<byte>? After)
{
    public long UsedAt { get; set; }

    public async Task Write(HttpContext context, string token)
    {
        var response = context.Response;
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.ContentLength = Before.Length + (After is { } rest ? token.Length + rest.Length : 0);
        if (HttpMethods.IsHead(context.Request.Method))
            return;

        var writer = response.BodyWriter;
        writer.Write(Before.Span);
        if (After is { } after)
        {
            Encoding.ASCII.GetBytes(token, writer);
            writer.Write(after.Span);
        }

        await writer.FlushAsync();
    }
}
