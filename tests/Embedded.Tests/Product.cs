using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;

namespace Backsoon.Embedded;

/// <summary>A product reduced to its database, in a process of its own that a test can kill.</summary>
internal sealed class Product : IDisposable
{
    private readonly Process _process;

    private Product(Process process, string connectionString, int serverProcessId) =>
        (_process, ConnectionString, ServerProcessId) = (process, connectionString, serverProcessId);

    public string ConnectionString { get; }

    public int ServerProcessId { get; }

    /// <summary>Runs in the product's process: starts the database of the folder, or a throw-away, says where it is, and stops when its input ends.</summary>
    public static async Task Main(string[] arguments)
    {
        await using var postgres = arguments is [var data]
            ? await PrivatePostgres.Start(data, NullLogger.Instance, CancellationToken.None)
            : await PrivatePostgres.StartThrowaway();
        Console.WriteLine(postgres.ConnectionString);
        Console.WriteLine(postgres.ServerProcessId);
        await Console.In.ReadToEndAsync();
    }

    public static Task<Product> OnThrowaway() => Start(["dotnet", typeof(Product).Assembly.Location]);

    public static Task<Product> On(string data) => Start(["dotnet", typeof(Product).Assembly.Location, data]);

    public static async Task<Product> Start(IReadOnlyList<string> words)
    {
        var process = Process.Start(new ProcessStartInfo(words[0], words.Skip(1)) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var connectionString = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"{string.Join(' ', words)} ended before it was ready.");
        return new(process, connectionString, int.Parse((await process.StandardOutput.ReadLineAsync())!));
    }

    public async Task Kill()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async Task Stop()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }
}
