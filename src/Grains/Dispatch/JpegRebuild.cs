using System.Buffers.Binary;

namespace Backsoon.Dispatch;

/// <summary>JPEG (ITU-T T.81): baseline, extended and progressive pictures of 8 bits. Tables, frame and scans stay; comments, thumbnails, profiles, places and whatever follows the end go.</summary>
internal ref struct JpegRebuild
{
    // A progressive picture has about ten; hundreds make a decoder work through the whole picture each time.
    private const int MostScans = 64;

    private static readonly byte[] s_jfif = [0xFF, 0xE0, 0, 16, .. "JFIF\0"u8, 1, 1, 0, 0, 1, 0, 1, 0, 0];

    private readonly ReadOnlySpan<byte> _file;
    private readonly byte[] _kept;
    private int _at = 2;
    private int _length;
    private int _scans;
    private int _width;
    private int _height;
    private byte _frame;
    private ReadOnlySpan<byte> _components;
    private int _quantisation;
    private int _dcTables;
    private int _acTables;
    private bool _restarts;
    private bool _isJfif;
    private byte? _adobe;
    private int _orientation = ExifOrientation.Upright;

    private JpegRebuild(ReadOnlySpan<byte> file)
    {
        _file = file;
        _kept = new byte[file.Length];
    }

    public static PhotoRebuild Of(ReadOnlySpan<byte> file) => new JpegRebuild(file).Read();

    private PhotoRebuild Read()
    {
        while (Marker() is { } marker)
        {
            if (marker == 0xD9)
                return _scans > 0 ? Picture() : PhotoRebuild.Refused(PhotoProblem.Broken);
            if (!Segment(out var segment))
                break;

            var fits = marker switch
            {
                0xC0 or 0xC1 or 0xC2 => Frame(marker, segment),
                0xC4 => HuffmanTables(segment),
                0xDB => QuantisationTables(segment),
                0xDD => RestartInterval(segment),
                0xDA => Scan(segment),
                >= 0xE0 and <= 0xEF or 0xFE => Note(marker, segment),
                // Arithmetic coding, lossless and hierarchical pictures, which no phone makes and few programs show.
                _ => false,
            };
            if (_frame != 0 && PhotoRebuild.Measure(_width, _height) is { } problem)
                return PhotoRebuild.Refused(problem);
            if (!fits)
                break;
            if (marker is 0xC0 or 0xC1 or 0xC2 or 0xC4 or 0xDB or 0xDD)
                Keep(marker, segment);
        }

        return PhotoRebuild.Refused(PhotoProblem.Broken);
    }

    private readonly PhotoRebuild Picture()
    {
        var file = new List<byte>(_length + 80) { 0xFF, 0xD8 };
        if (_isJfif)
            file.AddRange(s_jfif);
        if (_orientation != ExifOrientation.Upright)
        {
            var tiff = ExifOrientation.Tiff(_orientation);
            file.AddRange([0xFF, 0xE1, 0, (byte)(tiff.Length + 8), .. "Exif\0\0"u8, .. tiff]);
        }

        // Says how three or four components are colours; without it some pictures come out in wrong ones.
        if (_adobe is { } transform)
            file.AddRange([0xFF, 0xEE, 0, 14, .. "Adobe"u8, 0, 100, 0, 0, 0, 0, transform]);
        file.AddRange(_kept.AsSpan(0, _length));
        file.AddRange([0xFF, 0xD9]);
        return new PhotoRebuild(PhotoProblem.None, "image/jpeg", _width, _height, [.. file]);
    }

    private byte? Marker()
    {
        if (_at >= _file.Length || _file[_at] != 0xFF)
            return null;
        while (_at < _file.Length && _file[_at] == 0xFF)
            _at++;
        return _at < _file.Length ? _file[_at++] : null;
    }

    private bool Segment(out ReadOnlySpan<byte> segment)
    {
        segment = [];
        if (_at + 2 > _file.Length)
            return false;
        var length = BinaryPrimitives.ReadUInt16BigEndian(_file[_at..]);
        if (length < 2 || _at + length > _file.Length)
            return false;
        segment = _file.Slice(_at + 2, length - 2);
        _at += length;
        return true;
    }

    private bool Frame(byte marker, ReadOnlySpan<byte> segment)
    {
        if (_frame != 0 || segment.Length < 6 || segment[0] != 8 || segment[5] is not (1 or 3 or 4) || segment.Length != 6 + 3 * segment[5])
            return false;
        _frame = marker;
        _components = segment[6..];
        (_height, _width) = (BinaryPrimitives.ReadUInt16BigEndian(segment[1..]), BinaryPrimitives.ReadUInt16BigEndian(segment[3..]));
        for (var i = 0; i < _components.Length; i += 3)
        {
            if (_components[i + 1] >> 4 is < 1 or > 4 || (_components[i + 1] & 15) is < 1 or > 4 || _components[i + 2] > 3)
                return false;
        }

        return true;
    }

    private bool QuantisationTables(ReadOnlySpan<byte> segment)
    {
        do
        {
            if (segment.Length == 0 || segment[0] >> 4 > 1 || (segment[0] & 15) > 3)
                return false;
            var length = segment[0] >> 4 == 0 ? 65 : 129;
            if (segment.Length < length)
                return false;
            _quantisation |= 1 << (segment[0] & 15);
            segment = segment[length..];
        }
        while (segment.Length > 0);
        return true;
    }

    private bool HuffmanTables(ReadOnlySpan<byte> segment)
    {
        do
        {
            if (segment.Length < 17 || segment[0] >> 4 > 1 || (segment[0] & 15) > 3)
                return false;
            var (symbols, codes) = (0, 0);
            for (var bits = 1; bits <= 16; bits++)
            {
                symbols += segment[bits];
                codes = codes * 2 + segment[bits];
                if (codes > 1 << bits)
                    return false;
            }

            if (symbols is 0 or > 256 || segment.Length < 17 + symbols)
                return false;
            if (segment[0] >> 4 == 0)
                _dcTables |= 1 << (segment[0] & 15);
            else
                _acTables |= 1 << (segment[0] & 15);
            segment = segment[(17 + symbols)..];
        }
        while (segment.Length > 0);
        return true;
    }

    private bool RestartInterval(ReadOnlySpan<byte> segment)
    {
        _restarts = segment.Length == 2 && BinaryPrimitives.ReadUInt16BigEndian(segment) > 0;
        return segment.Length == 2;
    }

    private bool Scan(ReadOnlySpan<byte> segment)
    {
        if (_frame == 0 || ++_scans > MostScans || segment.Length < 1 || segment[0] is < 1 or > 4 || segment.Length != 4 + 2 * segment[0])
            return false;

        var (first, last, refines) = (segment[^3], segment[^2], segment[^1] >> 4 > 0);
        var isProgressive = _frame == 0xC2;
        if (isProgressive ? last > 63 || first > last || first == 0 && last != 0 || first > 0 && segment[0] != 1 : first != 0 || last != 63 || segment[^1] != 0)
            return false;
        for (var i = 0; i < segment[0]; i++)
        {
            var (component, tables) = (segment[1 + 2 * i], segment[2 + 2 * i]);
            var needsDc = first == 0 && !refines;
            var needsAc = !isProgressive || first > 0;
            if (!IsKnown(component) || needsDc && !Has(_dcTables, tables >> 4) || needsAc && !Has(_acTables, tables & 15))
                return false;
        }

        Keep(0xDA, segment);
        var start = _at;
        if (!SkipCoded())
            return false;
        _file[start.._at].CopyTo(_kept.AsSpan(_length));
        _length += _at - start;
        return true;
    }

    // To the next marker that is neither a stuffed byte nor a restart.
    private bool SkipCoded()
    {
        while (_file[_at..].IndexOf((byte)0xFF) is >= 0 and var found)
        {
            _at += found;
            var next = _at + 1;
            while (next < _file.Length && _file[next] == 0xFF)
                next++;
            if (next >= _file.Length)
                return false;
            var isStuffed = _file[next] == 0 && next == _at + 1;
            if (!isStuffed && _file[next] is not (>= 0xD0 and <= 0xD7))
                return _file[next] != 0;
            if (!isStuffed && !_restarts)
                return false;
            _at = next + 1;
        }

        return false;
    }

    // Of what programs write beside the picture only what changes how it looks is read.
    private bool Note(byte marker, ReadOnlySpan<byte> segment)
    {
        if (marker == 0xE0 && segment.StartsWith("JFIF\0"u8))
            _isJfif = true;
        else if (marker == 0xE1 && _frame == 0 && segment.StartsWith("Exif\0\0"u8))
            _orientation = ExifOrientation.Of(segment[6..]);
        else if (marker == 0xEE && segment.StartsWith("Adobe"u8) && segment.Length >= 12 && segment[11] <= 2)
            _adobe = segment[11];
        return true;
    }

    private void Keep(byte marker, ReadOnlySpan<byte> segment)
    {
        var kept = _kept.AsSpan(_length);
        (kept[0], kept[1]) = (0xFF, marker);
        BinaryPrimitives.WriteUInt16BigEndian(kept[2..], (ushort)(segment.Length + 2));
        segment.CopyTo(kept[4..]);
        _length += segment.Length + 4;
    }

    private readonly bool IsKnown(byte component)
    {
        for (var i = 0; i < _components.Length; i += 3)
        {
            if (_components[i] == component)
                return Has(_quantisation, _components[i + 2]);
        }

        return false;
    }

    private static bool Has(int tables, int number) => (tables >> number & 1) == 1;
}
