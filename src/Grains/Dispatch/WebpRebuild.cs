using System.Buffers.Binary;

namespace Backsoon.Dispatch;

/// <summary>WebP (RFC 9649): one still picture with its transparency stays; animations are refused, everything else goes.</summary>
internal static class WebpRebuild
{
    private const byte HasAlpha = 0x10;
    private const byte HasExif = 0x08;

    public static PhotoRebuild Of(ReadOnlySpan<byte> file)
    {
        var length = BinaryPrimitives.ReadUInt32LittleEndian(file[4..]);
        if (length < 12 || length % 2 != 0 || length > file.Length - 8)
            return PhotoRebuild.Refused(PhotoProblem.Broken);

        var chunks = file.Slice(12, (int)length - 4);
        ReadOnlySpan<byte> type, extended = [], picture = [], alpha = [];
        var (isLossless, orientation, isFirst) = (false, ExifOrientation.Upright, true);
        while (chunks.Length > 0)
        {
            if (!Chunk(ref chunks, out type, out var data))
                return PhotoRebuild.Refused(PhotoProblem.Broken);
            if (type.SequenceEqual("ANIM"u8) || type.SequenceEqual("ANMF"u8))
                return PhotoRebuild.Refused(PhotoProblem.NotAPhoto);
            if (type.SequenceEqual("VP8X"u8))
            {
                if (!isFirst || data.Length != 10)
                    return PhotoRebuild.Refused(PhotoProblem.Broken);
                extended = data;
                if (PhotoRebuild.Measure(Canvas(data[4..]), Canvas(data[7..])) is { } problem)
                    return PhotoRebuild.Refused(problem);
            }
            else if (type.SequenceEqual("VP8 "u8) || type.SequenceEqual("VP8L"u8))
            {
                if (!picture.IsEmpty || data.IsEmpty)
                    return PhotoRebuild.Refused(PhotoProblem.Broken);
                picture = data;
                isLossless = type[3] == 'L';
            }
            else if (type.SequenceEqual("ALPH"u8))
            {
                if (!alpha.IsEmpty || !picture.IsEmpty || extended.IsEmpty || data.IsEmpty)
                    return PhotoRebuild.Refused(PhotoProblem.Broken);
                alpha = data;
            }
            else if (type.SequenceEqual("EXIF"u8))
            {
                orientation = ExifOrientation.Of(data.StartsWith("Exif\0\0"u8) ? data[6..] : data);
            }
            else if (isFirst)
            {
                return PhotoRebuild.Refused(PhotoProblem.Broken);
            }

            isFirst = false;
        }

        if ((isLossless ? Lossless(picture) : Lossy(picture)) is not { } sides || isLossless && !alpha.IsEmpty)
            return PhotoRebuild.Refused(PhotoProblem.Broken);
        if (PhotoRebuild.Measure(sides.Width, sides.Height) is { } flood)
            return PhotoRebuild.Refused(flood);
        if (!extended.IsEmpty && (Canvas(extended[4..]), Canvas(extended[7..])) != (sides.Width, sides.Height) || !alpha.IsEmpty && !IsAlpha(alpha, sides))
            return PhotoRebuild.Refused(PhotoProblem.Broken);
        return Write(picture, isLossless, alpha, sides, orientation);
    }

    private static bool Chunk(scoped ref ReadOnlySpan<byte> chunks, out ReadOnlySpan<byte> type, out ReadOnlySpan<byte> data)
    {
        type = data = [];
        if (chunks.Length < 8 || BinaryPrimitives.ReadUInt32LittleEndian(chunks[4..]) is var length && length > chunks.Length - 8)
            return false;
        type = chunks[..4];
        data = chunks.Slice(8, (int)length);
        // An odd one is followed by a byte of nothing.
        if (length % 2 == 1 && (chunks.Length < 9 + length || chunks[8 + (int)length] != 0))
            return false;
        chunks = chunks[(8 + (int)(length + length % 2))..];
        return true;
    }

    private static (int Width, int Height, bool HasAlpha)? Lossy(ReadOnlySpan<byte> picture)
    {
        if (picture.Length < 10)
            return null;
        var tag = picture[0] | picture[1] << 8 | picture[2] << 16;
        var isShownKeyFrame = (tag & 1) == 0 && (tag >> 1 & 7) <= 3 && (tag >> 4 & 1) == 1;
        return isShownKeyFrame && tag >> 5 <= picture.Length - 10 && picture[3..].StartsWith((ReadOnlySpan<byte>)[0x9D, 0x01, 0x2A])
            ? (BinaryPrimitives.ReadUInt16LittleEndian(picture[6..]) & 0x3FFF, BinaryPrimitives.ReadUInt16LittleEndian(picture[8..]) & 0x3FFF, false)
            : null;
    }

    private static (int Width, int Height, bool HasAlpha)? Lossless(ReadOnlySpan<byte> picture)
    {
        if (picture.Length < 6 || picture[0] != 0x2F)
            return null;
        var bits = BinaryPrimitives.ReadUInt32LittleEndian(picture[1..]);
        return bits >> 29 == 0 ? ((int)(bits & 0x3FFF) + 1, (int)(bits >> 14 & 0x3FFF) + 1, (bits >> 28 & 1) == 1) : null;
    }

    private static bool IsAlpha(ReadOnlySpan<byte> alpha, (int Width, int Height, bool) sides) =>
        (alpha[0] & 3) <= 1 && alpha[0] >> 6 == 0 && ((alpha[0] & 3) == 1 || alpha.Length == 1 + sides.Width * sides.Height);

    private static int Canvas(ReadOnlySpan<byte> at) => (at[0] | at[1] << 8 | at[2] << 16) + 1;

    private static PhotoRebuild Write(ReadOnlySpan<byte> picture, bool isLossless, ReadOnlySpan<byte> alpha, (int Width, int Height, bool HasAlpha) sides, int orientation)
    {
        using var file = new MemoryStream(picture.Length + alpha.Length + 128);
        file.Write("RIFF\0\0\0\0WEBP"u8);
        var turned = orientation != ExifOrientation.Upright;
        if (turned || !alpha.IsEmpty)
        {
            var (width, height) = (sides.Width - 1, sides.Height - 1);
            var flags = (turned ? HasExif : 0) | (!alpha.IsEmpty || sides.HasAlpha ? HasAlpha : 0);
            Put(file, "VP8X"u8, [(byte)flags, 0, 0, 0, (byte)width, (byte)(width >> 8), (byte)(width >> 16), (byte)height, (byte)(height >> 8), (byte)(height >> 16)]);
        }

        if (!alpha.IsEmpty)
            Put(file, "ALPH"u8, alpha);
        Put(file, isLossless ? "VP8L"u8 : "VP8 "u8, picture);
        if (turned)
            Put(file, "EXIF"u8, ExifOrientation.Tiff(orientation));
        BinaryPrimitives.WriteInt32LittleEndian(file.GetBuffer().AsSpan(4), (int)file.Length - 8);
        return new PhotoRebuild(PhotoProblem.None, "image/webp", sides.Width, sides.Height, file.ToArray());
    }

    private static void Put(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, data.Length);
        file.Write(type);
        file.Write(length);
        file.Write(data);
        if (data.Length % 2 == 1)
            file.WriteByte(0);
    }
}
