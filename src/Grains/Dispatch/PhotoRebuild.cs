namespace Backsoon.Dispatch;

/// <summary>A photo's file made anew of nothing but its picture and which way is up. Structure is read, no pixel is: what does not parse to the last byte is refused.</summary>
public sealed record PhotoRebuild(PhotoProblem Problem, string MediaType, int Width, int Height, byte[] File)
{
    public const int MostPixels = 50_000_000;

    // The brands that phones write (ISO/IEC 23008-12), and what says no more than "some picture in this container".
    private static readonly string[] s_heic = ["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"];

    public static PhotoRebuild Of(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
            return JpegRebuild.Of(file);
        if (file.StartsWith(PngRebuild.Signature))
            return PngRebuild.Of(file);
        if (file.Length >= 12 && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8))
            return WebpRebuild.Of(file);
        return Refused(IsHeic(file) ? PhotoProblem.Heic : PhotoProblem.NotAPhoto);
    }

    public static PhotoRebuild Refused(PhotoProblem problem) => new(problem, "", 0, 0, []);

    /// <summary>Null when a picture of these sides may be kept.</summary>
    public static PhotoProblem? Measure(long width, long height) => width < 1 || height < 1 ? PhotoProblem.Broken : width * height > MostPixels ? PhotoProblem.TooManyPixels : null;

    private static bool IsHeic(ReadOnlySpan<byte> file) => file.Length >= 12 && file[4..].StartsWith("ftyp"u8) && s_heic.Contains(System.Text.Encoding.Latin1.GetString(file.Slice(8, 4)));
}

public enum PhotoProblem
{
    None,
    Heic,
    NotAPhoto,
    Broken,
    TooManyPixels,
}
