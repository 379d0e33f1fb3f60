using System.IO.Compression;
using Backsoon.Dispatch;

namespace Backsoon.Promises;

/// <summary>Everything about one person as a ZIP, made while it is sent: nothing more is kept for it, and memory holds one part of one photo.</summary>
public sealed class YourCopy(IPhotosGrain photos, DataCopy copy) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = "application/zip";
        response.Headers.CacheControl = "no-store";
        response.Headers.ContentDisposition = $"attachment; filename=\"{copy.Name}\"";
        if (HttpMethods.IsHead(httpContext.Request.Method))
            return;

        await using var written = new Written();
        using (var zip = new ZipArchive(written, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var file in copy.Files)
            {
                await using (var entry = zip.CreateEntry(file.Name, CompressionLevel.Fastest).Open())
                    await entry.WriteAsync(file.Content);
                await written.Pass(response);
            }

            foreach (var photo in copy.Photos)
            {
                await using (var entry = zip.CreateEntry(photo.Name, CompressionLevel.NoCompression).Open())
                {
                    for (var seq = 0; seq < photo.Chunks; seq++)
                    {
                        if (await photos.Read(photo.Photo, seq) is not { } part)
                        {
                            // It was removed meanwhile: what was sent is not the file, and must not look like it.
                            httpContext.Abort();
                            return;
                        }

                        await entry.WriteAsync(part);
                        await written.Pass(response);
                    }
                }

                await written.Pass(response);
            }
        }

        await written.Pass(response);
    }

    // A ZIP is written without waiting, a response is not: what is written is held until it is passed on.
    private sealed class Written : MemoryStream
    {
        public override bool CanSeek => false;

        public async Task Pass(HttpResponse response)
        {
            var bytes = ToArray();
            SetLength(0);
            await response.Body.WriteAsync(bytes, response.HttpContext.RequestAborted);
        }
    }
}
