namespace Backsoon.Dispatch;

/// <summary>One photo on its way in: gathered in memory, made anew of its picture alone, then kept. Forgotten when nothing comes for two minutes.</summary>
/// <remarks>Key: <c>photo-upload/{tenant}/{dispatch}/{upload}</c>; the upload's id is made for one file that is sent.</remarks>
[Alias("dispatch.photo-upload")]
public interface IPhotoUploadGrain : IGrainWithStringKey
{
    /// <summary>The next part, in order, of at most <see cref="Photo.ChunkSize"/>. Null while more may come, else why no more is taken.</summary>
    [Alias("add")]
    Task<PhotoOutcome?> Add(int seq, byte[] chunk);

    /// <summary>Looks at the whole and keeps it. The same picture of the same request is one photo, however often it is sent.</summary>
    [Alias("finish")]
    Task<PhotoReceipt> Finish();
}

/// <summary>The bytes of a tenant's photos. Whoever asks has looked first whether they may.</summary>
/// <remarks>Key: <c>photos/{tenant}</c>. A stateless worker: everything is in the ledger.</remarks>
[Alias("dispatch.photos")]
public interface IPhotosGrain : IGrainWithStringKey
{
    /// <summary>One part of a photo, counted from 0. Null when there is no such part, or no more.</summary>
    [ReadOnly, Alias("read")]
    Task<byte[]?> Read(Guid photo, int seq);
}

/// <param name="Position">1 to <see cref="MostOfRequest"/>.</param>
/// <param name="Chunks">How many parts it is read in.</param>
[GenerateSerializer, Immutable, Alias("dispatch.photo")]
public sealed record Photo(Guid Id, int Position, string MediaType, int Width, int Height, int Bytes, int Chunks)
{
    public const int MostOfRequest = 6;
    public const int MaxBytes = 10 * 1024 * 1024;
    public const int ChunkSize = 256 * 1024;

    /// <summary>"1 photo", "3 photos".</summary>
    public static string Say(int count) => count == 1 ? "1 photo" : $"{count} photos";
}

/// <param name="Photo">The id it is kept under; null when it is not.</param>
[GenerateSerializer, Immutable, Alias("dispatch.photo-receipt")]
public sealed record PhotoReceipt(PhotoOutcome Outcome, Guid? Photo);

[Alias("dispatch.photo-outcome")]
public enum PhotoOutcome
{
    Kept,
    /// <summary>What iPhones save unless they are told otherwise; few other programs show it.</summary>
    Heic,
    /// <summary>Neither JPEG nor PNG nor WebP, whatever it is called.</summary>
    NotAPhoto,
    /// <summary>It begins as a photo and cannot be read as one.</summary>
    Broken,
    TooManyPixels,
    TooLarge,
    /// <summary>The request has as many as it may.</summary>
    Full,
    /// <summary>Too many are on their way in just now.</summary>
    Busy,
    /// <summary>The request is closed or gone.</summary>
    Over,
}
