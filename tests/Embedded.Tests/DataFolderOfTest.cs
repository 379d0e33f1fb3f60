using System.Security.Cryptography;

namespace Backsoon.Embedded;

/// <summary>A DATA of a test's own, gone with it.</summary>
internal sealed class DataFolderOfTest(string parent = "/tmp", int length = 0) : IDisposable
{
    public string Path { get; } = System.IO.Path.Combine(parent, $"backsoon-test-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}".PadRight(length, 'x'));

    public void Dispose()
    {
        if (Directory.Exists(Path)) Directory.Delete(Path, recursive: true);
    }
}
