using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Backsoon.Embedded;

/// <summary>What a backup says of itself.</summary>
/// <param name="Postgres">The server's version, of which the programs that restore it must be at least.</param>
/// <param name="Digest">SHA-256 of the dump.</param>
/// <param name="KeyMark">Tells one root key from another and nothing about it.</param>
public sealed record BackupLabel(int Format, DateTimeOffset Made, int Postgres, string Digest, string KeyMark);

/// <summary>One file: a tar of a label, the database as pg_dump writes it, and the root key if that was asked for. Plain enough to be taken apart by hand.</summary>
internal static class BackupFile
{
    public const int Format = 1;
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const string LabelEntry = "backsoon.json";
    private const string DumpEntry = "database.dump";
    private const string KeyEntry = "root.key";

    /// <summary>Written under another name, flushed, renamed: a file of this name is whole.</summary>
    public static async Task Write(string file, BackupLabel label, string dump, string? key, CancellationToken cancellation)
    {
        var part = file + ".part";
        try
        {
            await using (var stream = new FileStream(part, Create()))
            {
                await using (var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
                {
                    await AddText(tar, LabelEntry, label.Made, JsonSerializer.Serialize(label), cancellation);
                    if (key is not null) await AddText(tar, KeyEntry, label.Made, key + "\n", cancellation);
                    await using var content = File.OpenRead(dump);
                    await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, DumpEntry) { DataStream = content, Mode = OwnerOnly, ModificationTime = label.Made }, cancellation);
                }
                stream.Flush(flushToDisk: true);
            }
            File.Move(part, file, overwrite: false);
        }
        finally
        {
            File.Delete(part);
        }
    }

    /// <summary>Takes the file apart, the dump into a file of its own; nothing damaged gets past.</summary>
    public static async Task<(BackupLabel Label, string? Key)> Read(string file, string dump, CancellationToken cancellation)
    {
        BackupLabel? label = null;
        string? key = null, digest = null;
        try
        {
            await using var stream = File.OpenRead(file);
            await using var tar = new TarReader(stream);
            while (await tar.GetNextEntryAsync(cancellationToken: cancellation) is { } entry)
                switch (entry)
                {
                    case { Name: LabelEntry, DataStream: { } text }:
                        label = await JsonSerializer.DeserializeAsync<BackupLabel>(text, cancellationToken: cancellation);
                        break;
                    case { Name: KeyEntry, DataStream: { } text }:
                        key = (await new StreamReader(text).ReadToEndAsync(cancellation)).Trim();
                        break;
                    case { Name: DumpEntry, DataStream: { } content }:
                        await using (var target = new FileStream(dump, Create())) await content.CopyToAsync(target, cancellation);
                        digest = await Digest(dump, cancellation);
                        break;
                }
        }
        catch (Exception broken) when (broken is FormatException or JsonException or InvalidDataException or EndOfStreamException)
        {
            throw new PrivatePostgresException($"{file} is not a backup of Backsoon, or it is damaged: {broken.Message}", broken);
        }
        if (label is null || digest is null) throw new PrivatePostgresException($"{file} is not a backup of Backsoon, or its end is missing.");
        if (label.Format != Format) throw new PrivatePostgresException($"{file} was made by another version of Backsoon (its format is {label.Format}, this version reads {Format}).");
        if (label.Digest != digest) throw new PrivatePostgresException($"{file} is damaged: its content is not what was written when it was made.");
        return (label, key);
    }

    public static async Task<string> Digest(string file, CancellationToken cancellation)
    {
        await using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellation));
    }

    private static FileStreamOptions Create() => new() { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = OwnerOnly };

    private static Task AddText(TarWriter tar, string name, DateTimeOffset made, string text, CancellationToken cancellation) =>
        tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)), Mode = OwnerOnly, ModificationTime = made }, cancellation);
}
