using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Tapedeck.Server.Calls;
using Tapedeck.Server.Logs;

namespace Tapedeck.Server.Serving;

/// <summary>Sends traces and metrics by OTLP where the environment names a collector, as OpenTelemetry's own variables have it.</summary>
/// <remarks><see href="https://opentelemetry.io/docs/specs/otel/protocol/exporter/"/></remarks>
internal sealed class Exporters : IDisposable
{
    private static readonly string[] Variables =
        ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"];

    private readonly TracerProvider _traces;
    private readonly MeterProvider _metrics;

    private Exporters()
    {
        // What the environment says, OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES, comes last and wins.
        var resource = ResourceBuilder.CreateDefault().AddService("tapedeck", serviceVersion: Version.Text).AddEnvironmentVariableDetector();
        _traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(Telemetry.Name).AddOtlpExporter().Build();
        _metrics = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(Telemetry.Name).AddMeter(LogPipe.MeterName).AddOtlpExporter().Build();
    }

    /// <summary>Null where no collector is named: nothing is sent anywhere unasked.</summary>
    internal static Exporters? Start(Func<string, string?> variable) =>
        Variables.Any(name => !string.IsNullOrEmpty(variable(name))) ? new Exporters() : null;

    public void Dispose()
    {
        _traces.Dispose();
        _metrics.Dispose();
    }
}
