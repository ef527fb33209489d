using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Tapedeck.Operator.Hosting;

/// <summary>What kubelet and a scraper ask the process.</summary>
internal static class HealthServer
{
    /// <summary>A live watch says something every minute or so, and ends after ten.</summary>
    internal static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(20);

    /// <summary>A process that stands by is as healthy as one that leads.</summary>
    /// <param name="port">0 for any that is free.</param>
    /// <param name="watching">What is followed at present; null where nothing is.</param>
    /// <param name="metrics">In the text format of Prometheus.</param>
    internal static WebApplication Make(int port, Func<Watching?> watching, Func<string> metrics, ILoggerFactory loggers)
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
            kestrel.ListenAnyIP(port);
        });
        var application = builder.Build();
        // RequestDelegates: for any other signature ASP.NET Core compiles expressions, which costs megabytes.
        application.MapGet("/healthz", context => SayAsync(context, watching() is { } followed && followed.OldestSilence > LongestSilence ? "a watch is silent" : null));
        application.MapGet("/readyz", context => SayAsync(context, watching() is { Synced.IsCompletedSuccessfully: false } ? "the caches are being filled" : null));
        application.MapGet("/metrics", context =>
        {
            context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
            return context.Response.WriteAsync(metrics());
        });
        return application;
    }

    private static Task SayAsync(HttpContext context, string? trouble)
    {
        context.Response.StatusCode = trouble is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync($"{trouble ?? "ok"}\n");
    }
}
