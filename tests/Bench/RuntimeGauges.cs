using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text;

namespace Backsoon;

/// <summary>A collector of metrics (OTLP over HTTP) that keeps the newest value of each by its name, summed over its attributes.</summary>
public sealed class RuntimeGauges : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, double> _values = new();
    private readonly WebApplication _collector;

    private RuntimeGauges(WebApplication collector) => _collector = collector;

    public static async Task<(RuntimeGauges Gauges, string Address)> Listen()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var gauges = new RuntimeGauges(builder.Build());
        gauges._collector.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            if (context.Request.Path == "/v1/metrics")
                gauges.Keep(body.ToArray());
            context.Response.ContentType = "application/x-protobuf";
        });
        await gauges._collector.StartAsync();
        return (gauges, gauges._collector.Urls.Single());
    }

    /// <summary>Not a number until the product has told it.</summary>
    public double this[string name] => _values.GetValueOrDefault(name, double.NaN);

    public ValueTask DisposeAsync() => _collector.DisposeAsync();

    // ExportMetricsServiceRequest { 1: ResourceMetrics { 2: ScopeMetrics { 2: Metric { 1: name, 5: Gauge or 7: Sum { 1: NumberDataPoint { 4: double, 6: sfixed64 } } } } } }
    private void Keep(byte[] message)
    {
        foreach (var metric in Fields(message).Where(resource => resource.Number == 1).SelectMany(resource => Inside(resource, 2)).SelectMany(scope => Inside(scope, 2)))
        {
            var parts = Fields(metric.Bytes).ToList();
            var name = Encoding.UTF8.GetString(parts.Find(part => part.Number == 1).Bytes.Span);
            var values = parts.Where(part => part.Number is 5 or 7).SelectMany(data => Inside(data, 1)).SelectMany(point => Fields(point.Bytes)).Where(field => field.Number is 4 or 6).ToList();
            if (values.Count > 0)
                _values[name] = values.Sum(field => field.Number == 4 ? BinaryPrimitives.ReadDoubleLittleEndian(field.Bytes.Span) : BinaryPrimitives.ReadInt64LittleEndian(field.Bytes.Span));
        }
    }

    private static IEnumerable<(int Number, ReadOnlyMemory<byte> Bytes)> Inside((int Number, ReadOnlyMemory<byte> Bytes) field, int number) => Fields(field.Bytes).Where(inner => inner.Number == number);

    private static IEnumerable<(int Number, ReadOnlyMemory<byte> Bytes)> Fields(ReadOnlyMemory<byte> message)
    {
        for (var at = 0; at < message.Length;)
        {
            var tag = Varint(message.Span, ref at);
            var from = at;
            var length = (tag & 7) switch
            {
                0 => Skipped(message.Span, ref at),
                1 => 8,
                2 => (int)Varint(message.Span, ref at),
                5 => 4,
                var wire => throw new InvalidDataException($"A field of wire type {wire}."),
            };
            from = (tag & 7) == 0 ? from : at;
            yield return ((int)(tag >> 3), message.Slice(from, length));
            at = from + length;
        }
    }

    private static int Skipped(ReadOnlySpan<byte> message, ref int at)
    {
        var from = at;
        Varint(message, ref at);
        return at - from;
    }

    private static ulong Varint(ReadOnlySpan<byte> message, ref int at)
    {
        for (var (value, shift) = (0UL, 0); ; shift += 7)
        {
            var piece = message[at++];
            value |= (ulong)(piece & 127) << shift;
            if (piece < 128)
                return value;
        }
    }
}
