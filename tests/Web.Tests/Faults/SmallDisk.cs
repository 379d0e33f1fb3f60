using System.Diagnostics;

namespace Backsoon.Faults;

/// <summary>A file system of a few megabytes, mounted for one test, that can be filled up and emptied.</summary>
public sealed class SmallDisk : IDisposable
{
    private const int Piece = 4096;

    private SmallDisk(string folder) => Folder = folder;

    public string Folder { get; }

    private string Ballast => Path.Combine(Folder, "ballast");

    /// <summary>Null where this user may not mount anything.</summary>
    public static SmallDisk? Mount(int megabytes)
    {
        var folder = Directory.CreateTempSubdirectory("backsoon-small-disk").FullName;
        if (Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m,mode=0755", "tmpfs", folder))
            return new SmallDisk(folder);
        Directory.Delete(folder);
        return null;
    }

    /// <summary>Takes what is left, to the last page.</summary>
    public void Fill()
    {
        using var ballast = new FileStream(Ballast, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        var piece = new byte[Piece];
        try
        {
            while (true)
                ballast.Write(piece);
        }
        catch (IOException full) when (full.Message.Contains("space", StringComparison.OrdinalIgnoreCase))
        {
            // That is what it was for.
        }
    }

    public void MakeRoom() => File.Delete(Ballast);

    public void Dispose()
    {
        Run("umount", "--lazy", Folder);
        Directory.Delete(Folder);
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}

/// <summary>Skipped where this user may not mount anything.</summary>
public sealed class SmallDiskFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> s_may = new(() =>
    {
        using var disk = SmallDisk.Mount(megabytes: 1);
        return disk is not null;
    });

    public SmallDiskFactAttribute() => Skip = s_may.Value ? null : "It needs a user who may mount a file system.";
}
