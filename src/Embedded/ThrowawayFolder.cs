using System.Diagnostics;
using System.Security.Cryptography;

namespace Backsoon.Embedded;

/// <summary>A folder under /tmp for a cluster that ends with this process, however the process ends.</summary>
internal sealed class ThrowawayFolder : IDisposable
{
    private const string StopAndRemove =
        """
        read -r _
        { read -r server; read -r _; read -r _; read -r _; read -r sockets; } 2>/dev/null <"$1/postgres/postmaster.pid" && {
            kill -s QUIT "$server"
            rm -rf "$sockets"
        }
        rm -rf "$1" || { sleep 1; rm -rf "$1"; }
        """;

    private readonly Process _guard;

    public ThrowawayFolder()
    {
        Directory.CreateDirectory(Path);
        // The guard's standard input ends when this process does, killed or not. It has a session of its own, so that what ends us spares it.
        var guard = ChildProgram.Prepare(null, "setsid", ["sh", "-c", StopAndRemove, "sh", Path]);
        guard.RedirectStandardInput = guard.RedirectStandardOutput = guard.RedirectStandardError = true;
        _guard = Process.Start(guard) ?? throw new InvalidOperationException("setsid could not be started.");
    }

    public string Path { get; } = "/tmp/backsoon-throwaway-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));

    public void Dispose()
    {
        _guard.StandardInput.Close();
        _guard.WaitForExit();
        _guard.Dispose();
    }
}
