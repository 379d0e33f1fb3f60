using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Backsoon;

/// <summary>What one run of a load measured.</summary>
public sealed record Measured(double PerSecond, double P50, double P99, IReadOnlyList<int> Failed);

/// <summary>A closed loop over keep-alive connections: every connection sends the next request when the answer of the last one is complete.</summary>
public static class Load
{
    /// <param name="next">The bytes of the next request; must be safe to call from every connection.</param>
    /// <param name="expected">The status lines' codes that count as success.</param>
    public static async Task<Measured> Run(int port, int connections, TimeSpan length, Func<byte[]> next, params int[] expected)
    {
        var latencies = new List<double>[connections];
        var failed = new ConcurrentBag<int>();
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(i => Task.Run(async () =>
        {
            var mine = latencies[i] = new List<double>(100_000);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            // Somebody else each, as far as anybody can tell: what is counted for one address is not to be what is measured.
            socket.Bind(new IPEndPoint(new IPAddress([127, 0, 1, (byte)(1 + i)]), 0));
            await socket.ConnectAsync(IPAddress.Loopback, port);
            var buffer = new byte[64 * 1024];
            while (clock.Elapsed < length)
            {
                var started = Stopwatch.GetTimestamp();
                await socket.SendAsync(next());
                if (await ReadAnswer(socket, buffer) is var status && !expected.Contains(status))
                    failed.Add(status);
                else
                    mine.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        })));

        var elapsed = clock.Elapsed.TotalSeconds;
        var all = latencies.SelectMany(l => l).Order().ToArray();
        return all.Length == 0 ? new Measured(0, double.NaN, double.NaN, [.. failed]) : new Measured(all.Length / elapsed, all[all.Length / 2], all[(int)(all.Length * 0.99)], [.. failed]);
    }

    /// <summary>One exchange on a connection of its own, for checking by eye that the right thing is measured.</summary>
    public static async Task<(int Status, string Text)> Once(int port, byte[] request)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        await socket.SendAsync(request);
        var buffer = new byte[256 * 1024];
        var status = await ReadAnswer(socket, buffer);
        return (status, Encoding.UTF8.GetString(buffer).TrimEnd('\0'));
    }

    private static async Task<int> ReadAnswer(Socket socket, byte[] buffer)
    {
        var filled = 0;
        var whole = -1;
        var chunked = false;
        var status = 0;
        while (true)
        {
            if (filled == buffer.Length)
                Array.Resize(ref buffer, buffer.Length * 2);
            var read = await socket.ReceiveAsync(buffer.AsMemory(filled));
            if (read == 0)
                throw new IOException("The server closed the connection.");
            filled += read;
            if (whole < 0 && !chunked && buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8) is var end && end > 0)
            {
                var head = Encoding.ASCII.GetString(buffer, 0, end);
                status = int.Parse(head.AsSpan(9, 3));
                var at = head.IndexOf("Content-Length:", StringComparison.OrdinalIgnoreCase);
                chunked = at < 0 && head.Contains("chunked", StringComparison.OrdinalIgnoreCase);
                var line = at < 0 ? "0" : head[(at + 15)..].Split('\r')[0];
                whole = chunked ? -1 : end + 4 + int.Parse(line);
            }

            if (whole >= 0 && filled >= whole || chunked && buffer.AsSpan(0, filled).EndsWith("0\r\n\r\n"u8))
                return status;
        }
    }
}
