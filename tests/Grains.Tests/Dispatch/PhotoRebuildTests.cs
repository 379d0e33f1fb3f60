using System.Text;
using FsCheck;
using FsCheck.Fluent;
using MetadataExtractor;
using MetadataExtractor.Formats.Exif;
using static Backsoon.Dispatch.HandmadePhoto;

namespace Backsoon.Dispatch;

public sealed class PhotoRebuildTests
{
    public static TheoryData<byte[]> Good => new(
        Jpeg(), Talkative(6), Jpeg(frame: 0xC1), Png(), Png(header: Header(4, 3, 8, 6), picture: Deflated(new byte[3 * 17])), Png(header: Header(4, 3, 1, 0, 1), picture: Deflated(new byte[2 + 2 + 2 + 4 + 2])),
        Png(Chunk("PLTE", 1, 2, 3), header: Header(4, 3, 8, 3), picture: Deflated(new byte[3 * 5])), Webp(Vp8()), Webp(Vp8L()), Webp([.. Vp8X(0x18), .. Riff("ALPH", 1, 2, 3), .. Vp8(), .. Riff("EXIF", Exif(3))]));

    [Theory, MemberData(nameof(Good))]
    public void What_is_whole_is_kept_and_what_comes_out_comes_out_again_the_same(byte[] file)
    {
        var once = PhotoRebuild.Of(file);
        Assert.Equal(PhotoProblem.None, once.Problem);
        Assert.True(once is { Width: > 0, Height: > 0, MediaType: "image/jpeg" or "image/png" or "image/webp" });
        Assert.Equal(once.File, PhotoRebuild.Of(once.File).File);
    }

    [Theory, MemberData(nameof(Good))]
    public void Cut_at_any_byte_it_is_refused_or_ends_where_the_picture_does(byte[] file)
    {
        var whole = PhotoRebuild.Of(file).File;
        for (var length = 0; length < file.Length; length++)
        {
            var cut = PhotoRebuild.Of(file.AsSpan(0, length));
            Assert.True(cut.Problem is PhotoProblem.Broken or PhotoProblem.NotAPhoto || cut.File.SequenceEqual(whole), $"Cut at {length} it is something else.");
        }
    }

    [Theory, MemberData(nameof(Good))]
    public void With_any_byte_changed_it_is_refused_or_still_a_whole_picture(byte[] file) => Prop.ForAll(
        Gen.Choose(0, file.Length - 1).SelectMany(at => Gen.Choose(0, 255).Select(value => (at, (byte)value))).ToArbitrary(),
        change =>
        {
            byte[] changed = [.. file];
            changed[change.at] = change.Item2;
            var outcome = PhotoRebuild.Of(changed);
            return outcome.Problem != PhotoProblem.None || PhotoRebuild.Of(outcome.File).File.SequenceEqual(outcome.File);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Theory]
    [InlineData(1), InlineData(3), InlineData(6), InlineData(8)]
    public void Of_what_a_camera_writes_only_which_way_is_up_is_left(int orientation)
    {
        foreach (var (file, type) in new[]
        {
            (Talkative(orientation), "JPEG"),
            (Png([.. Chunk("tEXt", Encoding.ASCII.GetBytes($"Comment\0{Place}")), .. Chunk("eXIf", Exif(orientation)), .. Chunk("iCCP", Encoding.ASCII.GetBytes(Place))], Encoding.ASCII.GetBytes(Place)), "PNG"),
            (Webp([.. Vp8X(0x0C), .. Riff("ICCP", Encoding.ASCII.GetBytes(Place)), .. Vp8(), .. Riff("EXIF", Exif(orientation, little: true)), .. Riff("XMP ", Encoding.ASCII.GetBytes(Place))]), "WebP"),
        })
        {
            Assert.Contains(Place, Encoding.Latin1.GetString(file));
            var rebuilt = PhotoRebuild.Of(file);
            Assert.Equal(PhotoProblem.None, rebuilt.Problem);
            Assert.DoesNotContain(Place[..6], Encoding.Latin1.GetString(rebuilt.File));
            using var stream = new MemoryStream(rebuilt.File);
            var said = ImageMetadataReader.ReadMetadata(stream);
            var exif = said.OfType<ExifDirectoryBase>().SelectMany(directory => directory.Tags).ToArray();
            Assert.True(exif.All(tag => tag.Type == ExifDirectoryBase.TagOrientation), $"{type}: {string.Join(", ", exif.Select(tag => tag.ToString()))}");
            Assert.Equal(orientation == 1 ? null : orientation, said.OfType<ExifIfd0Directory>().FirstOrDefault()?.GetInt32(ExifDirectoryBase.TagOrientation));
            Assert.DoesNotContain(said, directory => directory is GpsDirectory || directory.Name.Contains("XMP", StringComparison.Ordinal) || directory.Name.Contains("ICC", StringComparison.Ordinal) || directory.HasError);
        }
    }

    public static TheoryData<string, byte[]> Floods => new()
    {
        { "JPEG", Jpeg(50_000, 50_000) }, { "PNG", Png(header: Header(50_000, 50_000)) }, { "PNG", Png(header: Header(int.MaxValue, int.MaxValue)) }, { "WebP", Webp(Vp8(16_000, 16_000)) }, { "WebP", Webp(Vp8L(16_000, 16_000)) },
        { "WebP", Webp([.. Vp8X(0, 50_000, 50_000), .. Vp8()]) },
    };

    [Theory, MemberData(nameof(Floods))]
    public void More_than_fifty_million_points_are_refused_by_the_header(string type, byte[] file)
    {
        Assert.NotEmpty(type);
        Assert.Equal(PhotoProblem.TooManyPixels, PhotoRebuild.Of(file).Problem);
    }

    public static TheoryData<string, byte[]> Others => new()
    {
        { "empty", [] }, { "SVG", "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"u8.ToArray() }, { "GIF", "GIF89a\x01\0\x01\0"u8.ToArray() }, { "PDF", "%PDF-1.7\n"u8.ToArray() }, { "HTML", "<!doctype html><script>"u8.ToArray() },
        { "ZIP", "PK\x03\x04"u8.ToArray() }, { "AVIF", "\0\0\0\x1cftypavif"u8.ToArray() }, { "moving WebP", Webp([.. Vp8X(2), .. Riff("ANIM", new byte[6])]) }, { "sound", "RIFF\x10\0\0\0WAVEfmt "u8.ToArray() },
    };

    [Theory, MemberData(nameof(Others))]
    public void What_is_no_photo_is_told_by_its_content(string kind, byte[] file)
    {
        Assert.NotEmpty(kind);
        Assert.Equal(PhotoProblem.NotAPhoto, PhotoRebuild.Of(file).Problem);
    }

    [Theory, InlineData("heic"), InlineData("mif1"), InlineData("heix")]
    public void What_phones_save_unless_told_otherwise_has_a_word_of_its_own(string brand) =>
        Assert.Equal(PhotoProblem.Heic, PhotoRebuild.Of([0, 0, 0, 0x18, .. "ftyp"u8, .. Encoding.ASCII.GetBytes(brand), 0, 0, 0, 0]).Problem);

    public static TheoryData<string, byte[]> BrokenOnes => new()
    {
        { "no picture", [0xFF, 0xD8, 0xFF, 0xD9] }, { "no tables", [0xFF, 0xD8, .. Segment(0xC0, 8, 0, 8, 0, 8, 1, 1, 0x11, 0), .. Segment(0xDA, 1, 1, 0, 0, 63, 0), 0x12, 0xFF, 0xD9] }, { "two frames", Jpeg(notes: Segment(0xC0, 8, 0, 8, 0, 8, 1, 1, 0x11, 0)) },
        { "arithmetic", Jpeg(frame: 0xC9) }, { "lossless", Jpeg(frame: 0xC3) }, { "no lines", Jpeg(height: 0) }, { "a table that hides words", Jpeg(notes: Segment(0xDB, [0, .. new byte[64], .. "hidden"u8])) }, { "lines later", Jpeg(notes: Segment(0xDC, 0, 8)) },
        { "a bomb", Png(picture: Deflated(new byte[20_000_000])) }, { "too short", Png(picture: Deflated(new byte[38])) }, { "one byte too long", Png(picture: Deflated(new byte[40])) }, { "words behind it", Png(picture: [.. Deflated(new byte[39]), .. "hidden"u8]) },
        { "many words behind it", Png(picture: [.. Deflated(new byte[39]), .. new byte[500]]) }, { "a filter there is not", Png(picture: Deflated([9, .. new byte[38]])) }, { "a wrong sum", Png(picture: [.. Deflated(new byte[39])[..^1], 0x77]) },
        { "no palette", Png(header: Header(4, 3, 8, 3), picture: Deflated(new byte[15])) }, { "what nobody knows", Png(Chunk("EVIL", 1)) }, { "colours there are not", Png(header: Header(4, 3, 3, 2)) }, { "picture in two places", Png(after: null, before: [.. Chunk("IDAT", 1), .. Chunk("tEXt", 1)]) },
        { "another canvas", Webp([.. Vp8X(0, 32, 32), .. Vp8()]) }, { "two pictures", Webp([.. Vp8X(0), .. Vp8(), .. Vp8()]) }, { "a frame of no key", Webp(Riff("VP8 ", 0x51, 0, 0, 0x9D, 1, 0x2A, 16, 0, 16, 0, 1, 2)) }, { "no picture", Webp(Vp8X(0)) },
        { "a partition too long", Webp(Riff("VP8 ", 0x50, 0xFF, 0, 0x9D, 1, 0x2A, 16, 0, 16, 0, 1, 2)) },
    };

    [Theory, MemberData(nameof(BrokenOnes))]
    public void What_does_not_parse_is_refused(string why, byte[] file)
    {
        Assert.NotEmpty(why);
        Assert.Equal(PhotoProblem.Broken, PhotoRebuild.Of(file).Problem);
    }
}
