using System.Buffers.Binary;
using System.IO.Compression;

namespace Backsoon.Dispatch;

/// <summary>PNG (ISO/IEC 15948): header, palette, transparency and picture stay, every sum is checked, and the picture is inflated once to see that it is as long as its sides say and not a byte longer.</summary>
internal static class PngRebuild
{
    private const int HeaderLength = 13;

    // Where each of the seven passes of an interlaced picture begins, and its steps.
    private static readonly (int X, int Y, int StepX, int StepY)[] s_passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    public static PhotoRebuild Of(ReadOnlySpan<byte> file)
    {
        var at = Signature.Length;
        if (!Chunk(file, ref at, out var type, out var header) || !type.SequenceEqual("IHDR"u8) || header.Length != HeaderLength)
            return PhotoRebuild.Refused(PhotoProblem.Broken);
        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(header), BinaryPrimitives.ReadUInt32BigEndian(header[4..]));
        if (PhotoRebuild.Measure(width, height) is { } problem)
            return PhotoRebuild.Refused(problem);
        var colour = header[9];
        if (BitsPerPixel(header[8], colour) is not { } bits || header[10] != 0 || header[11] != 0 || header[12] > 1)
            return PhotoRebuild.Refused(PhotoProblem.Broken);

        var orientation = ExifOrientation.Upright;
        ReadOnlySpan<byte> palette = [], transparency = [];
        using var picture = new MemoryStream(file.Length);
        var isPictureOver = false;
        while (Chunk(file, ref at, out type, out var data))
        {
            var isPicture = type.SequenceEqual("IDAT"u8);
            isPictureOver |= !isPicture && picture.Length > 0;
            if (type.SequenceEqual("IEND"u8))
            {
                return data.IsEmpty && (palette.Length > 0 || colour != 3) && Fills(picture, (int)width, (int)height, bits, header[12] == 1)
                    ? Write(header, palette, transparency, picture, (int)width, (int)height, orientation)
                    : PhotoRebuild.Refused(PhotoProblem.Broken);
            }

            if (isPicture && !isPictureOver)
                picture.Write(data);
            else if (type.SequenceEqual("PLTE"u8) && palette.IsEmpty && transparency.IsEmpty && picture.Length == 0 && colour is 2 or 3 or 6 && data.Length is >= 3 and <= 768 && data.Length % 3 == 0)
                palette = data;
            else if (type.SequenceEqual("tRNS"u8) && transparency.IsEmpty && picture.Length == 0 && (colour == 0 ? data.Length == 2 : colour == 2 ? data.Length == 6 : colour == 3 && data.Length > 0 && data.Length * 3 <= palette.Length))
                transparency = data;
            else if (type.SequenceEqual("eXIf"u8))
                orientation = ExifOrientation.Of(data);
            // A capital letter says that the picture cannot be shown without it.
            else if (char.IsAsciiLetterUpper((char)type[0]) || type.SequenceEqual("tRNS"u8))
                break;
        }

        return PhotoRebuild.Refused(PhotoProblem.Broken);
    }

    private static bool Chunk(ReadOnlySpan<byte> file, scoped ref int at, out ReadOnlySpan<byte> type, out ReadOnlySpan<byte> data)
    {
        type = data = [];
        if (file.Length - at < 12 || BinaryPrimitives.ReadUInt32BigEndian(file[at..]) is var length && length > file.Length - at - 12)
            return false;
        type = file.Slice(at + 4, 4);
        data = file.Slice(at + 8, (int)length);
        at += (int)length + 12;
        foreach (var letter in type)
        {
            if (!char.IsAsciiLetter((char)letter))
                return false;
        }

        return Crc32.Of(file.Slice(at - 8 - (int)length, (int)length + 4)) == BinaryPrimitives.ReadUInt32BigEndian(file[(at - 4)..]);
    }

    private static int? BitsPerPixel(byte depth, byte colour) => (colour, depth) switch
    {
        (0, 1 or 2 or 4 or 8 or 16) or (3, 1 or 2 or 4 or 8) => depth,
        (2, 8 or 16) => depth * 3,
        (4, 8 or 16) => depth * 2,
        (6, 8 or 16) => depth * 4,
        _ => null,
    };

    // Nothing is kept of what comes out; a bomb is over as soon as it is one byte longer than the picture.
    private static bool Fills(MemoryStream picture, int width, int height, int bits, bool isInterlaced)
    {
        var compressed = new SparingStream(picture.GetBuffer(), (int)picture.Length);
        using var inflated = new ZLibStream(compressed, CompressionMode.Decompress);
        var (buffer, adler) = (new byte[64 * 1024], new Adler32());
        try
        {
            foreach (var (rows, bytes) in Rows(width, height, bits, isInterlaced))
            {
                for (var row = 0; row < rows; row++)
                {
                    for (var left = bytes + 1; left > 0;)
                    {
                        var part = buffer.AsSpan(0, Math.Min(left, buffer.Length));
                        inflated.ReadExactly(part);
                        // Each row begins with the number of its filter.
                        if (left == bytes + 1 && part[0] > 4)
                            return false;
                        adler.Add(part);
                        left -= part.Length;
                    }
                }
            }

            return inflated.Read(buffer, 0, 1) == 0 && compressed.IsUsedUp && compressed.Length >= 6 && adler.Value == BinaryPrimitives.ReadUInt32BigEndian(picture.GetBuffer().AsSpan((int)picture.Length - 4));
        }
        catch (Exception broken) when (broken is InvalidDataException or EndOfStreamException)
        {
            return false;
        }
    }

    private static IEnumerable<(int Rows, int Bytes)> Rows(int width, int height, int bits, bool isInterlaced)
    {
        if (!isInterlaced)
            return [(height, Bytes(width))];
        return s_passes.Select(pass => (Rows: (height - pass.Y + pass.StepY - 1) / pass.StepY, Columns: (width - pass.X + pass.StepX - 1) / pass.StepX)).Where(pass => pass is { Rows: > 0, Columns: > 0 }).Select(pass => (pass.Rows, Bytes(pass.Columns)));

        int Bytes(int columns) => (int)(((long)columns * bits + 7) / 8);
    }

    private static PhotoRebuild Write(ReadOnlySpan<byte> header, ReadOnlySpan<byte> palette, ReadOnlySpan<byte> transparency, MemoryStream picture, int width, int height, int orientation)
    {
        using var file = new MemoryStream((int)picture.Length + 1024);
        file.Write(Signature);
        Put(file, "IHDR"u8, header);
        if (orientation != ExifOrientation.Upright)
            Put(file, "eXIf"u8, ExifOrientation.Tiff(orientation));
        if (!palette.IsEmpty)
            Put(file, "PLTE"u8, palette);
        if (!transparency.IsEmpty)
            Put(file, "tRNS"u8, transparency);
        Put(file, "IDAT"u8, picture.GetBuffer().AsSpan(0, (int)picture.Length));
        Put(file, "IEND"u8, []);
        return new PhotoRebuild(PhotoProblem.None, "image/png", width, height, file.ToArray());
    }

    private static void Put(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        var start = (int)file.Length;
        file.Write(type);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Of(file.GetBuffer().AsSpan(start, data.Length + 4)));
        file.Write(number);
    }

    // Gives its last bytes one by one, so that it shows whether the compressed picture ends where they do: nothing hides behind it.
    private sealed class SparingStream(byte[] bytes, int length) : MemoryStream(bytes, 0, length, writable: false)
    {
        private const int Last = 64;

        public bool IsUsedUp => Position == Length;

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Most(count));

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Most(buffer.Length)]);

        private int Most(int count) => (int)Math.Min(count, Math.Max(Length - Last - Position, 1));
    }
}
