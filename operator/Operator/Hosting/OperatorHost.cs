using Microsoft.Extensions.Logging;
using Tapedeck.Kube;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Leasing;
using Tapedeck.Operator.Artifacts;
using Tapedeck.Operator.Reports;

namespace Tapedeck.Operator.Hosting;

/// <summary>The process: health on a port, and the work while this process leads.</summary>
/// <param name="outside">Whom to ask in place of registries and pods, for tests and measurements; null for these.</param>
internal sealed partial class OperatorHost(KubeClient client, Settings settings, HostOptions options, ILoggerFactory loggers, TimeProvider time, Outside? outside = null)
{
    private readonly ILogger _logger = loggers.CreateLogger("Tapedeck.Operator");
    private volatile Leading? _leading;

    /// <summary>Where health and metrics are served; null before.</summary>
    internal string? HealthAddress { get; private set; }

    /// <returns>Whether it was asked to end; false where the lease was lost: the process has to end then.</returns>
    internal async Task<bool> RunAsync(CancellationToken stop)
    {
        var identity = $"{Environment.MachineName}-{Guid.NewGuid():n}";
        var election = new LeaderElection(client, new LeaseOptions(settings.Namespace, "tapedeck-operator", identity), time, Jitter(), Notice);
        using var telemetry = new OperatorTelemetry(() => election.IsLeading, options.Workers, Environment.GetEnvironmentVariable);
        await using var health = HealthServer.Make(options.HealthPort, () => _leading?.Watching, telemetry.Text, loggers);
        await health.StartAsync(stop);
        HealthAddress = health.Urls.FirstOrDefault();
        var end = await election.RunAsync(token => LeadAsync(identity, telemetry, token), stop);
        await health.StopAsync(CancellationToken.None);
        return end == LeadershipEnd.Stopped;
    }

    private async Task LeadAsync(string identity, OperatorTelemetry telemetry, CancellationToken cancellationToken)
    {
        var question = new RegistryQuestion(client, settings, time);
        using var http = PodQuestion.MakeHttp();
        var real = new Outside(question.AskAsync, new PodQuestion(client, http, time).AskAsync);
        var leading = new Leading(client, settings, options, outside ?? real, telemetry, identity, time, Jitter, Notice);
        _leading = leading;
        await leading.RunAsync(cancellationToken);
    }

    /// <summary>Two processes that start together are not to come back together.</summary>
    private static Random Jitter() => new(System.Security.Cryptography.RandomNumberGenerator.GetInt32(int.MaxValue));

    private void Notice(Notice notice)
    {
        var level = notice.Level switch
        {
            NoticeLevel.Error => LogLevel.Error,
            NoticeLevel.Warning => LogLevel.Warning,
            _ => LogLevel.Information,
        };
        Say(_logger, level, notice.Source, notice.Text, notice.Error);
    }

    [LoggerMessage(EventId = 1, Message = "{Source}: {Text}")]
    private static partial void Say(ILogger logger, LogLevel level, string source, string text, Exception? error);
}
