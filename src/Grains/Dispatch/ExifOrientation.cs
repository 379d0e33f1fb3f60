using System.Buffers.Binary;

namespace Backsoon.Dispatch;

/// <summary>The one thing that is kept of what a camera writes beside a picture: which way is up, 1 to 8.</summary>
internal static class ExifOrientation
{
    public const int Upright = 1;

    private const ushort Tag = 0x0112;
    private const ushort Short = 3;
    private const int EntryLength = 12;

    /// <summary>Upright where nothing readable says otherwise.</summary>
    /// <param name="tiff">The directory as TIFF has it, from its byte order mark on.</param>
    public static int Of(ReadOnlySpan<byte> tiff)
    {
        if (tiff.Length < 8 || !(tiff[..4].SequenceEqual("II*\0"u8) || tiff[..4].SequenceEqual("MM\0*"u8)))
            return Upright;

        var little = tiff[0] == 'I';
        var start = little ? BinaryPrimitives.ReadUInt32LittleEndian(tiff[4..]) : BinaryPrimitives.ReadUInt32BigEndian(tiff[4..]);
        if (start > tiff.Length - 2)
            return Upright;

        var entries = tiff[((int)start + 2)..];
        for (var left = Number(tiff[(int)start..]); left > 0 && entries.Length >= EntryLength; left--, entries = entries[EntryLength..])
        {
            if (Number(entries) == Tag)
                return Number(entries[2..]) == Short && Number(entries[8..]) is >= 1 and <= 8 and var orientation ? orientation : Upright;
        }

        return Upright;

        ushort Number(ReadOnlySpan<byte> at) => little ? BinaryPrimitives.ReadUInt16LittleEndian(at) : BinaryPrimitives.ReadUInt16BigEndian(at);
    }

    /// <summary>A directory of this one entry.</summary>
    public static byte[] Tiff(int orientation) => [.. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0];
}
