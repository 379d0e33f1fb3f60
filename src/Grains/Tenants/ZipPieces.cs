using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Backsoon.Tenants;

/// <summary>A ZIP (APPNOTE 6.3.10) that is written piece by piece, by processes that may end between any two: each piece is a few whole blocks of DEFLATE, which may follow each other.</summary>
/// <remarks>Sizes come after each file, in a descriptor of ZIP64 lengths only where they do not fit; the directory at the end has them all.</remarks>
internal static class ZipPieces
{
    private const ushort Version = 45;
    private const ushort Flags = 0x0808;
    private const ushort Deflate = 8;
    private const uint Most = uint.MaxValue;

    // An empty last block (RFC 1951, 3.2.3): what was written before it needs none.
    private static readonly byte[] s_end = [0x03, 0x00];

    private static readonly uint[] s_table = [.. Enumerable.Range(0, 256).Select(n => Enumerable.Range(0, 8).Aggregate((uint)n, (sum, _) => (sum & 1) == 1 ? 0xEDB88320 ^ sum >> 1 : sum >> 1))];

    public static byte[] Begin(string name)
    {
        var text = Encoding.UTF8.GetBytes(name);
        var head = new byte[30 + text.Length];
        var at = head.AsSpan();
        BinaryPrimitives.WriteUInt32LittleEndian(at, 0x04034b50);
        BinaryPrimitives.WriteUInt16LittleEndian(at[4..], Version);
        BinaryPrimitives.WriteUInt16LittleEndian(at[6..], Flags);
        BinaryPrimitives.WriteUInt16LittleEndian(at[8..], Deflate);
        BinaryPrimitives.WriteUInt32LittleEndian(at[10..], s_day);
        BinaryPrimitives.WriteUInt16LittleEndian(at[26..], (ushort)text.Length);
        text.CopyTo(at[30..]);
        return head;
    }

    /// <summary>The content as blocks that others may follow.</summary>
    public static byte[] Pack(ReadOnlySpan<byte> content, bool isPackedAlready)
    {
        if (content.IsEmpty)
            return [];
        using var into = new MemoryStream();
        using var deflate = new DeflateStream(into, isPackedAlready ? CompressionLevel.NoCompression : CompressionLevel.Fastest, leaveOpen: true);
        deflate.Write(content);
        // Ends at a byte, and not the file.
        deflate.Flush();
        return into.ToArray();
    }

    public static uint Crc(uint before, ReadOnlySpan<byte> content)
    {
        var sum = ~before;
        foreach (var one in content)
            sum = s_table[(sum ^ one) & 0xFF] ^ sum >> 8;
        return ~sum;
    }

    /// <summary>What ends a file; its packed length has the two bytes of the last block in it.</summary>
    public static (byte[] Bytes, ZipEntry Entry) End(ZipEntry open)
    {
        var entry = open with { Packed = open.Packed + s_end.Length };
        if (entry.Size >= Most || entry.Packed >= Most)
            throw new InvalidOperationException($"{entry.Name} is larger than a file in this ZIP can be.");
        var end = new byte[s_end.Length + 16];
        var at = end.AsSpan();
        s_end.CopyTo(at);
        BinaryPrimitives.WriteUInt32LittleEndian(at[2..], 0x08074b50);
        BinaryPrimitives.WriteUInt32LittleEndian(at[6..], entry.Crc);
        BinaryPrimitives.WriteUInt32LittleEndian(at[10..], (uint)entry.Packed);
        BinaryPrimitives.WriteUInt32LittleEndian(at[14..], (uint)entry.Size);
        return (end, entry);
    }

    /// <summary>One file's line of the directory; where it begins is always said in 64 bits.</summary>
    public static byte[] Line(ZipEntry entry)
    {
        var text = Encoding.UTF8.GetBytes(entry.Name);
        var line = new byte[46 + text.Length + 12];
        var at = line.AsSpan();
        BinaryPrimitives.WriteUInt32LittleEndian(at, 0x02014b50);
        BinaryPrimitives.WriteUInt16LittleEndian(at[4..], Version);
        BinaryPrimitives.WriteUInt16LittleEndian(at[6..], Version);
        BinaryPrimitives.WriteUInt16LittleEndian(at[8..], Flags);
        BinaryPrimitives.WriteUInt16LittleEndian(at[10..], Deflate);
        BinaryPrimitives.WriteUInt32LittleEndian(at[12..], s_day);
        BinaryPrimitives.WriteUInt32LittleEndian(at[16..], entry.Crc);
        BinaryPrimitives.WriteUInt32LittleEndian(at[20..], (uint)entry.Packed);
        BinaryPrimitives.WriteUInt32LittleEndian(at[24..], (uint)entry.Size);
        BinaryPrimitives.WriteUInt16LittleEndian(at[28..], (ushort)text.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(at[30..], 12);
        BinaryPrimitives.WriteUInt32LittleEndian(at[42..], Most);
        text.CopyTo(at[46..]);
        var extra = at[(46 + text.Length)..];
        BinaryPrimitives.WriteUInt16LittleEndian(extra, 1);
        BinaryPrimitives.WriteUInt16LittleEndian(extra[2..], 8);
        BinaryPrimitives.WriteInt64LittleEndian(extra[4..], entry.Offset);
        return line;
    }

    /// <summary>The end of the directory, in 64 bits and in the form that says so.</summary>
    public static byte[] Finish(int entries, long offset, long length)
    {
        var end = new byte[56 + 20 + 22];
        var at = end.AsSpan();
        BinaryPrimitives.WriteUInt32LittleEndian(at, 0x06064b50);
        BinaryPrimitives.WriteInt64LittleEndian(at[4..], 44);
        BinaryPrimitives.WriteUInt16LittleEndian(at[12..], Version);
        BinaryPrimitives.WriteUInt16LittleEndian(at[14..], Version);
        BinaryPrimitives.WriteInt64LittleEndian(at[24..], entries);
        BinaryPrimitives.WriteInt64LittleEndian(at[32..], entries);
        BinaryPrimitives.WriteInt64LittleEndian(at[40..], length);
        BinaryPrimitives.WriteInt64LittleEndian(at[48..], offset);
        var locator = at[56..];
        BinaryPrimitives.WriteUInt32LittleEndian(locator, 0x07064b50);
        BinaryPrimitives.WriteInt64LittleEndian(locator[8..], offset + length);
        BinaryPrimitives.WriteUInt32LittleEndian(locator[16..], 1);
        var last = at[76..];
        BinaryPrimitives.WriteUInt32LittleEndian(last, 0x06054b50);
        BinaryPrimitives.WriteUInt16LittleEndian(last[8..], ushort.MaxValue);
        BinaryPrimitives.WriteUInt16LittleEndian(last[10..], ushort.MaxValue);
        BinaryPrimitives.WriteUInt32LittleEndian(last[12..], Most);
        BinaryPrimitives.WriteUInt32LittleEndian(last[16..], Most);
        return end;
    }

    // The first day that the format knows: when each file was written says nothing.
    private const uint s_day = (1 << 5 | 1) << 16;
}
