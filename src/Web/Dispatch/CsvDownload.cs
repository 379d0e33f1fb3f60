using System.Collections.Concurrent;
using Backsoon.Shared;
using Backsoon.Tenants;
using Microsoft.Net.Http.Headers;

namespace Backsoon.Dispatch;

/// <summary>A CSV file that is sent while it is made: at no time more of it than one piece is in memory.</summary>
/// <remarks>One at a time for a business and node, so that nobody's impatience becomes everybody's load.</remarks>
public sealed class CsvDownload(string fileName, TenantId tenant, IAsyncEnumerable<byte[]> pieces) : IResult
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    private static readonly ConcurrentDictionary<TenantId, string> s_running = new();

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        if (HttpMethods.IsHead(httpContext.Request.Method))
        {
            Describe(response, fileName);
        }
        else if (!s_running.TryAdd(tenant, fileName))
        {
            await ErrorPages.Wait(httpContext, s_patience).ExecuteAsync(httpContext);
        }
        else
        {
            try
            {
                await Send(httpContext);
            }
            finally
            {
                s_running.TryRemove(tenant, out _);
            }
        }
    }

    // Headers go out with the first piece, so that a database that is away is still answered by a page. What fails later breaks the connection: a file cut short must not look whole.
    private async Task Send(HttpContext context)
    {
        var described = false;
        await foreach (var piece in pieces.WithCancellation(context.RequestAborted))
        {
            if (!described)
                Describe(context.Response, fileName);
            described = true;
            await context.Response.Body.WriteAsync(piece, context.RequestAborted);
        }
    }

    /// <summary>Says that a file follows, and what it is called.</summary>
    public static void Describe(HttpResponse response, string fileName)
    {
        response.ContentType = "text/csv; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.Headers.ContentDisposition = new ContentDispositionHeaderValue("attachment") { FileName = fileName }.ToString();
    }
}
