using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Backsoon.Dispatch;

/// <summary>Small pictures made byte by byte, with what cameras and attackers put beside them.</summary>
internal static class HandmadePhoto
{
    public const string Place = "38.7223N-9.1393W";

    /// <summary>A directory as cameras write it, in their byte order: which way is up, and a place and a maker that nobody is to see.</summary>
    public static byte[] Exif(int orientation, bool little = false)
    {
        byte[] Number(ushort n) => little ? [(byte)n, (byte)(n >> 8)] : [(byte)(n >> 8), (byte)n];
        byte[] Long(uint n) => little ? [.. BitConverter.GetBytes(n)] : [.. BitConverter.GetBytes(n).Reverse()];
        var place = Encoding.ASCII.GetBytes(Place);
        return
        [
            .. little ? "II"u8 : "MM"u8, .. Number(42), .. Long(8), .. Number(2),
            .. Number(0x010F), .. Number(2), .. Long((uint)place.Length), .. Long(38),
            .. Number(0x0112), .. Number(3), .. Long(1), .. Number((ushort)orientation), 0, 0,
            .. Long(0), .. place,
        ];
    }

    public static byte[] Segment(byte marker, params byte[] data) => [0xFF, marker, (byte)((data.Length + 2) >> 8), (byte)(data.Length + 2), .. data];

    /// <summary>Eight by eight grey points: one block of one value.</summary>
    public static byte[] Jpeg(int width = 8, int height = 8, byte frame = 0xC0, byte[]? notes = null, byte[]? after = null)
    {
        byte[] dc = [0, 1, .. new byte[15], 0], ac = [0x10, 1, .. new byte[15], 0];
        return
        [
            0xFF, 0xD8, .. Segment(0xE0, [.. "JFIF\0"u8, 1, 1, 0, 0, 72, 0, 72, 0, 0]), .. notes ?? [],
            .. Segment(0xDB, [0, .. Enumerable.Repeat((byte)1, 64)]),
            .. Segment(frame, 8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, 1, 1, 0x11, 0),
            .. Segment(0xC4, dc), .. Segment(0xC4, ac), .. Segment(0xDA, 1, 1, 0, 0, 63, 0),
            0x3F, 0xFF, 0x00, 0x12, 0xFF, 0xD9, .. after ?? [],
        ];
    }

    /// <summary>A JPEG with everything in it that is not to come out.</summary>
    public static byte[] Talkative(int orientation) => Jpeg(
        notes:
        [
            .. Segment(0xE1, [.. "Exif\0\0"u8, .. Exif(orientation, little: true)]), .. Segment(0xE1, [.. "http://ns.adobe.com/xap/1.0/\0"u8, .. Encoding.ASCII.GetBytes(Place)]),
            .. Segment(0xE2, [.. "ICC_PROFILE\0"u8, .. Encoding.ASCII.GetBytes(Place)]), .. Segment(0xED, Encoding.ASCII.GetBytes(Place)), .. Segment(0xFE, Encoding.ASCII.GetBytes($"<script>{Place}</script>")),
        ],
        after: [.. "PK\x03\x04"u8, .. Encoding.ASCII.GetBytes(Place)]);

    public static byte[] Chunk(string type, params byte[] data)
    {
        var chunk = new byte[data.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        Encoding.ASCII.GetBytes(type, chunk.AsSpan(4));
        data.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(data.Length + 8), Crc32.Of(chunk.AsSpan(4, data.Length + 4)));
        return chunk;
    }

    public static byte[] Header(int width, int height, byte depth = 8, byte colour = 2, byte interlaced = 0)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = (depth, colour, interlaced);
        return Chunk("IHDR", header);
    }

    public static byte[] Deflated(byte[] raw)
    {
        using var stream = new MemoryStream();
        using (var deflate = new ZLibStream(stream, CompressionLevel.SmallestSize))
            deflate.Write(raw);
        return stream.ToArray();
    }

    /// <summary>Four by three points, each row without a filter.</summary>
    public static byte[] Png(byte[]? before = null, byte[]? after = null, byte[]? picture = null, byte[]? header = null) =>
        [.. PngRebuild.Signature, .. header ?? Header(4, 3), .. before ?? [], .. Chunk("IDAT", picture ?? Deflated(new byte[3 * 13])), .. Chunk("IEND"), .. after ?? []];

    public static byte[] Riff(string type, params byte[] data) => [.. Encoding.ASCII.GetBytes(type), .. BitConverter.GetBytes(data.Length), .. data, .. data.Length % 2 == 1 ? new byte[1] : []];

    public static byte[] Webp(params byte[] chunks) => [.. "RIFF"u8, .. BitConverter.GetBytes(chunks.Length + 4), .. "WEBP"u8, .. chunks];

    /// <summary>A key frame of these sides, with a first partition of two bytes and two more after it.</summary>
    public static byte[] Vp8(int width = 16, int height = 16) => Riff("VP8 ", 0x50, 0, 0, 0x9D, 0x01, 0x2A, (byte)width, (byte)(width >> 8), (byte)height, (byte)(height >> 8), 1, 2, 3, 4);

    public static byte[] Vp8L(int width = 16, int height = 16) => Riff("VP8L", [0x2F, .. BitConverter.GetBytes((uint)(width - 1 | height - 1 << 14)), 1, 2, 3]);

    public static byte[] Vp8X(byte flags, int width = 16, int height = 16) =>
        Riff("VP8X", flags, 0, 0, 0, (byte)(width - 1), (byte)(width - 1 >> 8), (byte)(width - 1 >> 16), (byte)(height - 1), (byte)(height - 1 >> 8), (byte)(height - 1 >> 16));
}
