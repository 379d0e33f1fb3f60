using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Backsoon;

/// <summary>Metrics and traces to the collector that OTEL_EXPORTER_OTLP_ENDPOINT names; without one nothing is measured. LOG_FORMAT=json writes the log for programs. The exporter reads the other OTEL_… settings itself.</summary>
public static class Telemetry
{
    // Ours, and those of others of which every attribute is known to tell of nobody. System.Net.Http is not among them: its addresses have people's calendars in them.
    // Nor is Microsoft.AspNetCore as a source of spans: a path may be a secret link; our own source names the route.
    private static readonly string[] s_meters = ["Backsoon", "Backsoon.Embedded", "Microsoft.Orleans", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Npgsql", "System.Runtime"];
    private static readonly string[] s_spans = ["Backsoon.Web", "Backsoon.Embedded", "Microsoft.Orleans.Application", "Npgsql"];

    /// <param name="builder">Of the process.</param>
    /// <param name="service">Which kind of process it is.</param>
    /// <returns>Whether anybody measures it.</returns>
    public static bool AddTelemetry(this WebApplicationBuilder builder, string service)
    {
        // Without scopes: those of a request hold its path, which may be a secret link.
        if (builder.Configuration["LOG_FORMAT"] == "json")
            builder.Logging.ClearProviders().AddJsonConsole(console => (console.IncludeScopes, console.UseUtcTimestamp, console.TimestampFormat) = (false, true, "O"));
        if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is not { Length: > 0 })
            return false;
        var resource = ResourceBuilder.CreateDefault().AddService(service, serviceNamespace: "backsoon", autoGenerateServiceInstanceId: false, serviceInstanceId: Environment.MachineName);
        builder.Services
            .AddSingleton(_ => Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(s_meters).AddOtlpExporter().Build())
            .AddSingleton(_ => Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(s_spans).AddOtlpExporter().Build())
            .AddHostedService<Exporting>();
        return true;
    }

    // Made when the process starts; what is left is sent when it ends.
    private sealed class Exporting(MeterProvider metrics, TracerProvider traces) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            metrics.ForceFlush();
            traces.ForceFlush();
            return Task.CompletedTask;
        }
    }
}
