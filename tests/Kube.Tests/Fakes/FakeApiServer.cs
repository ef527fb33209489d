using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Config;

namespace Tapedeck.Kube.Tests.Fakes;

/// <summary>An API server in this process that can be told to misbehave. It knows objects, versions, watches and chunks; of server-side apply only
/// that it merges.</summary>
internal sealed class FakeApiServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Lock _lock = new();
    private readonly List<(Func<HttpRequest, bool> When, RequestDelegate Answer, bool Once)> _faults = [];
    private readonly List<string> _requests = [];

    private FakeApiServer(WebApplication app) => _app = app;

    internal FakeObjects Objects { get; } = new();
    internal FakeWatches Watches { get; } = new();

    internal Uri Address { get; private set; } = null!;

    /// <summary>Method and target, as sent, of all requests so far.</summary>
    internal string[] Requests
    {
        get
        {
            lock (_lock)
            {
                return [.. _requests];
            }
        }
    }

    internal static async Task<FakeApiServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        var app = builder.Build();
        var server = new FakeApiServer(app);
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        server.Address = new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return server;
    }

    internal KubeClient Client(TimeProvider? time = null, KubeClientOptions? options = null, KubeConnection? connection = null) =>
        new(connection ?? new KubeConnection(Address), options ?? new() { QueriesPerSecond = 10_000, Burst = 10_000 }, time ?? TimeProvider.System);

    /// <summary>Has the next request of a kind answered in another way.</summary>
    internal void Once(Func<HttpRequest, bool> when, RequestDelegate answer) => Add(when, answer, true);

    /// <summary>Has all requests of a kind answered in another way, until <see cref="Heal"/>.</summary>
    internal void Always(Func<HttpRequest, bool> when, RequestDelegate answer) => Add(when, answer, false);

    internal void Heal()
    {
        lock (_lock)
        {
            _faults.Clear();
        }
    }

    internal static Func<HttpRequest, bool> Any => _ => true;
    internal static Func<HttpRequest, bool> Watching => request => request.Query["watch"] == "true";
    internal static Func<HttpRequest, bool> Listing => request => request.Method == "GET" && request.Query["watch"] != "true";

    internal static RequestDelegate Status(int code, string reason, string message = "so it is", JsonObject? details = null, string? retryAfter = null) => async context =>
    {
        context.Response.StatusCode = code;
        if (retryAfter is not null)
        {
            context.Response.Headers.RetryAfter = retryAfter;
        }
        await WriteAsync(context, StatusObject(code, reason, message, details));
    };

    internal static RequestDelegate Text(int code, string text) => async context =>
    {
        context.Response.StatusCode = code;
        await context.Response.WriteAsync(text);
    };

    internal static JsonObject StatusObject(int code, string reason, string message, JsonObject? details = null) => new()
    {
        ["kind"] = "Status",
        ["apiVersion"] = "v1",
        ["metadata"] = new JsonObject(),
        ["status"] = "Failure",
        ["message"] = message,
        ["reason"] = reason,
        ["details"] = details?.DeepClone() ?? new JsonObject(),
        ["code"] = code,
    };

    internal static Task WriteAsync(HttpContext context, JsonNode json)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json.ToJsonString());
    }

    public async ValueTask DisposeAsync()
    {
        Watches.End();
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private void Add(Func<HttpRequest, bool> when, RequestDelegate answer, bool once)
    {
        lock (_lock)
        {
            _faults.Add((when, answer, once));
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        await (Fault(context.Request) ?? Healthy)(context);
    }

    private RequestDelegate? Fault(HttpRequest request)
    {
        lock (_lock)
        {
            _requests.Add($"{request.Method} {request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget}");
            var index = _faults.FindIndex(fault => fault.When(request));
            if (index < 0)
            {
                return null;
            }
            var fault = _faults[index];
            if (fault.Once)
            {
                _faults.RemoveAt(index);
            }
            return fault.Answer;
        }
    }

    private Task Healthy(HttpContext context) =>
        FakeWatches.Wants(context.Request) ? Watches.AnswerAsync(context, Objects) : Objects.AnswerAsync(context);
}
