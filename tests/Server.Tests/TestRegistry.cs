using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Tapedeck.Oci;
using Tapedeck.Oci.Network;
using Tapedeck.Server.Serving;

namespace Tapedeck.Server.Tests;

/// <summary>A registry on loopback, of which a test says what its tags stand for and how it misbehaves.</summary>
internal sealed class TestRegistry : IAsyncDisposable
{
    private const string Manifest = "application/vnd.oci.image.manifest.v1+json";

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, byte[]> _content = new(StringComparer.Ordinal);

    private TestRegistry(WebApplication app) => _app = app;

    /// <summary>Host and port.</summary>
    internal string Host { get; private set; } = "";

    /// <summary>What a request is answered with in place of the registry's answer; false leaves it to the registry.</summary>
    internal Func<HttpContext, Task<bool>> Fault { get; set; } = _ => Task.FromResult(false);

    internal ConcurrentQueue<string> Authorizations { get; } = new();

    /// <summary>Of a runtime whose pulls may go to loopback; the WasmTool itself has to say that this is plain HTTP.</summary>
    internal static RuntimeOptions Options(string? cache = null) => new()
    {
        CacheFolder = cache,
        Pull = new PullOptions { Addresses = new AddressRules([], [IPNetwork.Parse("127.0.0.0/8")]), MostTries = 1, AnswerTimeout = TimeSpan.FromSeconds(10), IdleTimeout = TimeSpan.FromSeconds(10) },
    };

    /// <param name="certificate">What it shows over TLS; null talks plain HTTP.</param>
    internal static async Task<TestRegistry> StartAsync(X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(certificate);
            }
        }));
        var registry = new TestRegistry(builder.Build());
        registry._app.Run(registry.AnswerAsync);
        await registry._app.StartAsync();
        registry.Host = new Uri(registry._app.Urls.Single()).Authority;
        return registry;
    }

    /// <summary>A WasmTool of this registry's <c>demo/tool</c>.</summary>
    /// <param name="more">More of <c>oci</c>.</param>
    internal string Tool(string @ref, string verify = "", string more = "") => $$"""
        apiVersion: tapedeck.dev/v1alpha1
        kind: WasmTool
        metadata: { name: tool }
        spec:
          component: { oci: { repository: "{{Host}}/demo/tool", ref: { {{@ref}} }, plainHttp: true{{more}} } }
        {{(verify.Length == 0 ? "" : $"  verify: {{ keys: [{System.Text.Json.JsonSerializer.Serialize(verify)}] }}")}}
        """;

    /// <summary>A component under a tag, signed as cosign does where there is a key.</summary>
    internal string Push(string tag, byte[] component, ECDsa? key = null)
    {
        var manifest = Add(OneLayer("application/vnd.wasm.config.v0+json", "application/wasm", component, ""));
        _content[tag] = _content[manifest];
        if (key is not null)
        {
            var payload = Encoding.UTF8.GetBytes(
                $$$"""{"critical":{"identity":{"docker-reference":"{{{Host}}}/demo/tool"},"image":{"docker-manifest-digest":"{{{manifest}}}"},"type":"cosign container image signature"},"optional":null}""");
            var signature = Convert.ToBase64String(key.SignData(payload, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
            _content[$"{manifest.Replace(':', '-')}.sig"] = OneLayer(
                "application/vnd.oci.image.config.v1+json", "application/vnd.dev.cosign.simplesigning.v1+json", payload,
                $$""","annotations":{"dev.cosignproject.cosign/signature":"{{signature}}"}""");
        }
        return manifest;
    }

    internal void Remove(string tag) => _content.TryRemove(tag, out _);

    private byte[] OneLayer(string configType, string layerType, byte[] layer, string more) => Encoding.UTF8.GetBytes(
        $$"""
        {"schemaVersion":2,"mediaType":"{{Manifest}}","config":{"mediaType":"{{configType}}","digest":"{{Add("{}"u8.ToArray())}}","size":2},
         "layers":[{"mediaType":"{{layerType}}","digest":"{{Add(layer)}}","size":{{layer.Length}}{{more}}}]}
        """);

    private string Add(byte[] content)
    {
        var digest = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}";
        _content[digest] = content;
        return digest;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        try
        {
            Authorizations.Enqueue(context.Request.Headers.Authorization.ToString());
            if (await Fault(context))
            {
                return;
            }
            var parts = context.Request.Path.Value!.Split('/');
            if (parts[^2] == "tags")
            {
                var tags = _content.Keys.Where(name => !name.Contains(':', StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(tag => $"\"{tag}\"");
                await context.Response.WriteAsync($$"""{"name":"demo/tool","tags":[{{string.Join(',', tags)}}]}""");
            }
            else if (_content.TryGetValue(parts[^1], out var content))
            {
                context.Response.ContentType = parts[^2] == "manifests" ? Manifest : "application/octet-stream";
                context.Response.ContentLength = content.Length;
                await context.Response.Body.WriteAsync(HttpMethods.IsHead(context.Request.Method) ? default : content, context.RequestAborted);
            }
            else
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
            }
        }
        catch (OperationCanceledException)
        {
            // The client has gone.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }
}
