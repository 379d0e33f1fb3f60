using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Backsoon;

/// <summary>A program of ours in a process of its own, that ends with this one.</summary>
public sealed class ProductUnderLoad : IAsyncDisposable
{
    public const string RootKey = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    private const int MostKept = 500;
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly DirectoryInfo? _data;
    private readonly List<string> _said = [];

    private ProductUnderLoad(ProcessStartInfo start, int port, DirectoryInfo? data)
    {
        (Port, _data) = (port, data);
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start.");
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Port { get; }

    public Process Process => _process;

    /// <summary>What the product calls an error, some lines of it.</summary>
    public IReadOnlyList<string> Complaints
    {
        get
        {
            lock (_said)
                return [.. _said.SkipWhile(line => !line.StartsWith("fail:", StringComparison.Ordinal) && !line.StartsWith("crit:", StringComparison.Ordinal)).Take(20)];
        }
    }

    public static async Task<ProductUnderLoad> Start(string connectionString, int port, string mailStandIn, string collector)
    {
        var data = Directory.CreateTempSubdirectory("backsoon-load");
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Backsoon.Web.dll")]);
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("BACKSOON_", StringComparison.Ordinal) || name.StartsWith("OTEL_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["PORT"] = port.ToString(CultureInfo.InvariantCulture),
            ["DATA"] = data.FullName,
            ["BACKSOON_DATABASE"] = connectionString,
            ["BACKSOON_ROOT_KEY"] = RootKey,
            ["BACKSOON_LIMITS"] = "1000000",
            ["BACKSOON_DEMO"] = "false",
            ["BACKSOON_CANARY"] = "false",
            // The pump sends as it would in production: to Resend's interface, at Resend's pace.
            ["MAIL_FROM"] = "desk@example.com",
            ["RESEND_API_KEY"] = "re_load",
            ["RESEND_URL"] = mailStandIn,
            ["Logging__LogLevel__Default"] = "Warning",
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
            ["OTEL_TRACES_SAMPLER"] = "always_off",
        })
            start.Environment[name] = value;
        var product = new ProductUnderLoad(start, port, data);
        await product.Answers("/readyz");
        return product;
    }

    /// <summary>The bare Kestrel, which is the stand-in for the mail provider, too.</summary>
    public static async Task<ProductUnderLoad> StartLimit(string connectionString)
    {
        var port = FreePort();
        var limit = new ProductUnderLoad(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Backsoon.Bench.dll"), "--limit", port.ToString(CultureInfo.InvariantCulture), connectionString]), port, null);
        await limit.Answers("/empty");
        return limit;
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _data?.Delete(recursive: true);
    }

    private async Task Answers(string path)
    {
        using var client = new HttpClient();
        for (var began = Stopwatch.GetTimestamp(); ; await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System))
        {
            try
            {
                if ((await client.GetAsync(new Uri($"http://127.0.0.1:{Port}{path}"))).IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException) when (Stopwatch.GetElapsedTime(began) < s_patience && !_process.HasExited)
            {
                continue;
            }

            if (_process.HasExited || Stopwatch.GetElapsedTime(began) > s_patience)
                throw new InvalidOperationException($"The program does not answer {path}. It said:\n{Said()}");
        }
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;
        lock (_said)
        {
            if (_said.Count < MostKept)
                _said.Add(line);
        }
    }

    private string Said()
    {
        lock (_said)
            return string.Join('\n', _said);
    }
}
