using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Backsoon.Faults;

/// <summary>The built product in a process of its own, on a given database, to be killed and started again.</summary>
public sealed class ProductProcess(string connectionString, IReadOnlyDictionary<string, string> settings) : IAsyncDisposable
{
    public const string RootKey = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly string _data = Directory.CreateTempSubdirectory("backsoon-faults").FullName;
    private readonly List<string> _log = [];
    private Process? _process;

    public int Port { get; } = FreePort();

    /// <summary>The folder of the build that is started: this one's, unless a test wants another.</summary>
    public string Build { get; set; } = AppContext.BaseDirectory;

    /// <summary>How many times the process was ended by signal 9, as the operating system reports it.</summary>
    public int Kills { get; private set; }

    public async Task Start()
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(Build, "Backsoon.Web.dll")]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["PORT"] = Port.ToString();
        start.Environment["DATA"] = _data;
        start.Environment["BACKSOON_DATABASE"] = connectionString;
        start.Environment["BACKSOON_ROOT_KEY"] = RootKey;
        start.Environment["BACKSOON_DEMO"] = "false";
        start.Environment["BACKSOON_LIMITS"] = "100000";
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        _process = Process.Start(start) ?? throw new InvalidOperationException("The product did not start.");
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await Answers();
    }

    /// <summary>kill -9, no goodbye.</summary>
    public async Task Kill()
    {
        var process = _process ?? throw new InvalidOperationException("There is no process to kill.");
        process.Kill();
        await process.WaitForExitAsync();
        if (process.ExitCode == 128 + 9)
            Kills++;
        process.Dispose();
        _process = null;
    }

    /// <summary>A client that reaches the product whatever host the address names, as a browser would.</summary>
    public HttpClient Client() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectCallback = async (_, cancellation) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, Port, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    })
    { Timeout = TimeSpan.FromSeconds(20) };

    public string Log()
    {
        lock (_log)
            return string.Join('\n', _log.TakeLast(60));
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        Directory.Delete(_data, recursive: true);
    }

    private async Task Answers()
    {
        using var client = Client();
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                if ((await client.GetAsync(new Uri($"http://localhost:{Port}/readyz"))).IsSuccessStatusCode)
                    return;
            }
            catch (Exception broken) when (broken is HttpRequestException or SocketException && clock.Elapsed < s_patience && _process is { HasExited: false })
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }

            if (clock.Elapsed > s_patience || _process is not { HasExited: false })
                throw new InvalidOperationException($"The product does not answer. It said:\n{Log()}");
        }
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            lock (_log)
                _log.Add(line);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
