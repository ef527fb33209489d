using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
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
    /// <summary>A live watch says something every minute or so, and ends after ten.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(20);

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
        await using var health = Health(telemetry);
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
        var real = new Outside(question.AskAsync, new PodQuestion(client, http).AskAsync);
        var leading = new Leading(client, settings, options, outside ?? real, telemetry, identity, time, Jitter, Notice);
        _leading = leading;
        await leading.RunAsync(cancellationToken);
    }

    /// <summary>A process that stands by is as healthy as one that leads.</summary>
    private WebApplication Health(OperatorTelemetry telemetry)
    {
        // Of its own: the other builders also read and watch an appsettings.json of the current folder, whose owner could open ports.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(loggers);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // Of both families, or of the one that there is.
            kestrel.ListenAnyIP(options.HealthPort);
        });
        var application = builder.Build();
        // RequestDelegates: for any other signature ASP.NET Core compiles expressions, which costs megabytes.
        application.MapGet("/healthz", context => SayAsync(context, _leading?.Watching is { } watching && watching.OldestSilence > LongestSilence ? "a watch is silent" : null));
        application.MapGet("/readyz", context => SayAsync(context, _leading?.Watching is { Synced.IsCompletedSuccessfully: false } ? "the caches are being filled" : null));
        application.MapGet("/metrics", context =>
        {
            context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
            return context.Response.WriteAsync(telemetry.Text());
        });
        return application;
    }

    private static Task SayAsync(HttpContext context, string? trouble)
    {
        context.Response.StatusCode = trouble is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync($"{trouble ?? "ok"}\n");
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
