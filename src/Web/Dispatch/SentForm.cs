using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using Backsoon.Shared;
using Backsoon.Tenants;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Backsoon.Dispatch;

/// <summary>A caller's form that may come with photos: its fields first, then the photos one by one as they arrive. Never more than a part of one is held here.</summary>
public sealed class SentForm
{
    /// <summary>Six photos of the largest size and some that are too large and read only to be told so. Everything else is held to what all pages take.</summary>
    public const long LargestBody = 96L * 1024 * 1024;

    private const int LargestFields = 128 * 1024;
    private const int LongestHeaders = 4 * 1024;
    private const int MostHeaders = 8;

    private readonly MultipartReader? _reader;
    private MultipartSection? _next;

    // Of the file at hand, when it was looked whether it has one.
    private byte? _first;

    private SentForm(SentFields fields, MultipartReader? reader)
    {
        Fields = fields;
        _reader = reader;
    }

    public SentFields Fields { get; }

    /// <summary>Whether a photo follows: a form without any comes with an empty one.</summary>
    public bool HasPhotos { get; private set; }

    /// <summary>Null when this is no form of ours.</summary>
    public static async Task<SentForm?> Read(HttpContext context)
    {
        var request = context.Request;
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || type.MediaType != "multipart/form-data")
            return await SentFields.Read(request) is { } fields ? new SentForm(fields, null) : null;
        if (HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 and <= 70 } boundary)
            return null;

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = LargestBody;
        var form = new SentForm(new SentFields(), new MultipartReader(boundary, request.Body) { HeadersCountLimit = MostHeaders, HeadersLengthLimit = LongestHeaders });
        try
        {
            return await form.ReadFields(context.RequestAborted) ? form : null;
        }
        catch (IOException cut) when (cut is not BadHttpRequestException)
        {
            throw new InvalidDataException("The form ends in the middle.", cut);
        }
    }

    /// <summary>Keeps the photos that follow for a request, each as soon as it is here, and says what became of them.</summary>
    public async Task<SentPhotos> TakePhotos(HttpContext context, TenantScope scope, Guid dispatch, Limits limits, TimeProvider clock)
    {
        var (kept, problem, count) = (ImmutableArray.CreateBuilder<Guid>(), (PhotoOutcome?)null, 0);
        try
        {
            await TakeEach(receipt =>
            {
                if (receipt.Photo is { } photo)
                    kept.Add(photo);
                problem ??= receipt.Outcome == PhotoOutcome.Kept ? null : receipt.Outcome;
            });
        }
        catch (Exception cut) when (cut is IOException and not BadHttpRequestException or InvalidDataException)
        {
            // What came whole before is kept.
            problem = PhotoOutcome.Broken;
            _next = null;
        }

        return new SentPhotos(kept.ToImmutable(), problem);

        async Task TakeEach(Action<PhotoReceipt> note)
        {
            for (; _next is not null; await Advance(context.RequestAborted))
            {
                if (_first is null && !(IsFile(_next, out _) && await Begins(_next.Body, context.RequestAborted)))
                    continue;

                var first = await Part(_next.Body, context.RequestAborted);
                note(++count > Photo.MostOfRequest ? new PhotoReceipt(PhotoOutcome.Full, null)
                    : await limits.Take(Limits.PhotoPerIp, Visitors.LimitKey(context)) is not null ? new PhotoReceipt(PhotoOutcome.Busy, null)
                    : await Send(first, _next.Body, scope.PhotoUpload(dispatch, Guid.CreateVersion7(clock.GetUtcNow())), context.RequestAborted));
            }
        }
    }

    /// <summary>Reads what is left and forgets it: a browser that is still sending does not read an answer.</summary>
    public async Task Drain(CancellationToken aborted)
    {
        try
        {
            while (_next is not null)
                await Advance(aborted);
        }
        catch (Exception cut) when (cut is IOException and not BadHttpRequestException or InvalidDataException)
        {
            // Whoever sent it is gone, or sends what no browser does; there is nothing more to read.
            _next = null;
        }
    }

    private async Task<PhotoReceipt> Send(byte[] first, Stream rest, IPhotoUploadGrain upload, CancellationToken aborted)
    {
        var chunk = first;
        for (var seq = 0; chunk.Length > 0; seq++)
        {
            if (await upload.Add(seq, chunk) is { } refused)
                return new PhotoReceipt(refused, null);
            chunk = chunk.Length < Photo.ChunkSize ? [] : await Part(rest, aborted);
        }

        return await upload.Finish();
    }

    // A new one each time: it is handed on and stays as it is.
    private async Task<byte[]> Part(Stream body, CancellationToken aborted)
    {
        var part = new byte[Photo.ChunkSize];
        var begun = 0;
        if (_first is { } first)
        {
            (part[0], begun, _first) = (first, 1, null);
        }

        var length = begun + await body.ReadAtLeastAsync(part.AsMemory(begun), part.Length - begun, throwOnEndOfStream: false, aborted);
        return length == part.Length ? part : part[..length];
    }

    // A field in which nothing was chosen comes as a file without a byte.
    private async Task<bool> Begins(Stream body, CancellationToken aborted)
    {
        var first = new byte[1];
        _first = await body.ReadAsync(first, aborted) == 1 ? first[0] : null;
        return _first is not null;
    }

    private async Task<bool> ReadFields(CancellationToken aborted)
    {
        var fields = ArrayPool<byte>.Shared.Rent(LargestFields);
        try
        {
            var used = 0;
            await Advance(aborted);
            for (; _next is not null; await Advance(aborted))
            {
                if (IsFile(_next, out var name))
                {
                    if (await Begins(_next.Body, aborted))
                        return HasPhotos = true;
                    continue;
                }

                var length = await _next.Body.ReadAtLeastAsync(fields.AsMemory(used), fields.Length - used, throwOnEndOfStream: false, aborted);
                if (used + length == fields.Length || name is null || !Fields.Add(name, Encoding.UTF8.GetString(fields.AsSpan(used, length))))
                    return false;
                used += length;
            }

            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(fields);
        }
    }

    private async Task Advance(CancellationToken aborted) => _next = await _reader!.ReadNextSectionAsync(aborted);

    private static bool IsFile(MultipartSection section, out string? name)
    {
        name = null;
        if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition))
            return false;
        name = HeaderUtilities.RemoveQuotes(disposition.Name).Value;
        return disposition.Parameters.Any(parameter => parameter.Name.StartsWith("filename", StringComparison.OrdinalIgnoreCase));
    }
}

/// <summary>What became of the photos of one form.</summary>
/// <param name="Problem">Of the first that was not taken.</param>
public sealed record SentPhotos(ImmutableArray<Guid> Kept, PhotoOutcome? Problem)
{
    public static readonly SentPhotos None = new([], null);

    /// <summary>For the address of the next page, which has the sentence.</summary>
    public string Query => Problem is { } problem ? $"?photos={Words(problem)}" : "";

    public static string Words(PhotoOutcome outcome) => outcome.ToString().ToLowerInvariant();

    /// <summary>What is said of a word in the address; null of one that is not of ours.</summary>
    public static string? Sentence(string? word) => Enum.GetValues<PhotoOutcome>().Where(outcome => Words(outcome) == word).Select(outcome => outcome switch
    {
        PhotoOutcome.Kept => null,
        PhotoOutcome.Heic => "Your phone saved this photo as HEIC, which many others cannot open, so it was not added. Open the photo, take a screenshot of it and add that; or choose Settings, Camera, Formats, Most Compatible on an iPhone and take it again.",
        PhotoOutcome.NotAPhoto => "One file is no photo that everybody can open, so it was not added. Photos are JPEG, PNG or WebP.",
        PhotoOutcome.Broken => "One photo could not be read to its end, so it was not added. Take a screenshot of it and add that.",
        PhotoOutcome.TooManyPixels => $"One photo has more than 50 million points, so it was not added. Take a screenshot of it and add that.",
        PhotoOutcome.TooLarge => $"One photo is larger than {Photo.MaxBytes / 1024 / 1024} MB, so it was not added. Take a screenshot of it and add that.",
        PhotoOutcome.Full => $"A request holds {Photo.MostOfRequest} photos, and more were sent: the others were not added.",
        PhotoOutcome.Busy => "Many photos are arriving just now, so one was not added. Try it again in a few minutes.",
        PhotoOutcome.Over => "The request is closed, so the photos were not added.",
        _ => null,
    }).FirstOrDefault();
}
