using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Tapedeck.Kube.Client;

namespace Tapedeck.Operator.Tests.Cluster;

/// <summary>A way to a real API server that can be told to misbehave, for one who acts as the operator.</summary>
internal sealed class FaultyWay : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpMessageInvoker _server;
    private readonly Uri _address;
    private readonly Lock _lock = new();
    private readonly HashSet<string> _expired = [];
    private CancellationTokenSource _watches = new();
    private volatile string _state = "";

    private FaultyWay(WebApplication app, HttpMessageInvoker server, Uri address) => (_app, _server, _address) = (app, server, address);

    /// <summary>Through here.</summary>
    internal KubeClient Client { get; private set; } = null!;

    /// <summary>What happens before a request gets through, or is refused.</summary>
    internal Func<HttpRequest, Task> Before { get; set; } = _ => Task.CompletedTask;

    /// <summary>The code that a request is refused with; null where it is not.</summary>
    internal Func<HttpRequest, int?> Refuse { get; set; } = _ => null;

    /// <summary>Watches that were told that their moment is forgotten.</summary>
    internal int Expired
    {
        get
        {
            lock (_lock)
            {
                return _expired.Count;
            }
        }
    }

    internal static async Task<FaultyWay> OpenAsync(ApiServer server)
    {
        var cluster = server.ClusterEntry;
        using var authority = X509Certificate2.CreateFromPem(System.Text.Encoding.UTF8.GetString(cluster.GetProperty("certificate-authority-data").GetBytesFromBase64()));
        var trusted = new X509Certificate2Collection(X509CertificateLoader.LoadCertificate(authority.RawData));
        var handler = new SocketsHttpHandler { UseProxy = false, SslOptions = { CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck } } };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(trusted);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var way = new FaultyWay(app, new HttpMessageInvoker(handler), new Uri(cluster.GetProperty("server").GetString()!));
        app.Run(way.AnswerAsync);
        await app.StartAsync();
        way.Client = server.ClientVia(new Uri(app.Urls.Single()));
        return way;
    }

    /// <summary>Watches say nothing more, and do not end; new ones begin and say nothing.</summary>
    internal void Silence() => _state = "silent";

    /// <summary>All watches end, and nothing gets through.</summary>
    internal void Close()
    {
        _state = "closed";
        lock (_lock)
        {
            _watches.Cancel();
            _watches = new();
        }
    }

    /// <summary>Requests get through again, but the first watch of each resource is told that its moment is forgotten, by the code of the answer or, on an open stream, by an event.</summary>
    internal void OpenForgetful(bool isEvent)
    {
        lock (_lock)
        {
            _expired.Clear();
        }
        _state = isEvent ? "forgetful, by event" : "forgetful";
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _watches.CancelAsync();
        await _app.DisposeAsync();
        _server.Dispose();
        _watches.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var state = _state;
        var isWatch = context.Request.Query["watch"] == "true";
        if (state == "closed")
        {
            context.Abort();
        }
        else if (isWatch && state.StartsWith("forgetful", StringComparison.Ordinal) && IsFirst(context.Request.Path))
        {
            await ForgetAsync(context, state != "forgetful");
        }
        else
        {
            await Before(context.Request);
            if (Refuse(context.Request) is { } code)
            {
                context.Response.StatusCode = code;
            }
            else
            {
                await ForwardAsync(context, isWatch);
            }
        }
    }

    private bool IsFirst(string path)
    {
        lock (_lock)
        {
            return _expired.Add(path);
        }
    }

    private static Task ForgetAsync(HttpContext context, bool isEvent)
    {
        var status = Json.Object(("kind", "Status"), ("apiVersion", "v1"), ("status", "Failure"), ("message", "too old resource version"), ("reason", "Expired"), ("code", 410));
        context.Response.StatusCode = isEvent ? 200 : 410;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(isEvent ? Json.Object(("type", "ERROR"), ("object", status)).ToJsonString() + "\n" : status.ToJsonString());
    }

    private async Task ForwardAsync(HttpContext context, bool isWatch)
    {
        CancellationToken watches;
        lock (_lock)
        {
            watches = _watches.Token;
        }
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, isWatch ? watches : default);
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri(_address, context.Request.Path + context.Request.QueryString));
        request.Headers.TryAddWithoutValidation("Accept", context.Request.Headers.Accept.ToString());
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer nobody-token");
        if (context.Request.ContentLength is > 0)
        {
            request.Content = new StreamContent(context.Request.Body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", context.Request.ContentType);
        }
        try
        {
            using var answer = await _server.SendAsync(request, either.Token);
            context.Response.StatusCode = (int)answer.StatusCode;
            context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
            context.Features.Get<IHttpResponseBodyFeature>()!.DisableBuffering();
            await CopyAsync(await answer.Content.ReadAsStreamAsync(either.Token), context.Response, isWatch, either.Token);
        }
        catch (Exception error) when (error is OperationCanceledException or HttpRequestException or IOException)
        {
            context.Abort();
        }
    }

    private async Task CopyAsync(Stream from, HttpResponse to, bool isWatch, CancellationToken cancellationToken)
    {
        await to.StartAsync(cancellationToken);
        var bytes = new byte[64 << 10];
        while (await from.ReadAsync(bytes, cancellationToken) is > 0 and var count)
        {
            if (isWatch && _state == "silent")
            {
                continue;
            }
            await to.Body.WriteAsync(bytes.AsMemory(0, count), cancellationToken);
            await to.Body.FlushAsync(cancellationToken);
        }
        if (isWatch && _state == "silent")
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }
}
