using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Tapedeck.Server.Tests;

/// <summary>A registry on loopback in this process: a test says what its tags stand for, who signed that, and how it misbehaves.</summary>
internal abstract class LoopbackRegistry : IAsyncDisposable
{
    private const string Index = "application/vnd.oci.image.index.v1+json";
    private const string Manifest = "application/vnd.oci.image.manifest.v1+json";

    private readonly ConcurrentDictionary<string, byte[]> _content = new(StringComparer.Ordinal);
    private WebApplication _app = null!;

    /// <summary>Host and port.</summary>
    internal string Host { get; private set; } = "";

    internal string Repository => $"{Host}/demo/tool";

    /// <summary>What a request is answered with in place of the registry's answer; false leaves it to the registry.</summary>
    internal Func<HttpContext, Task<bool>> Fault { get; set; } = _ => Task.FromResult(false);

    /// <summary>Paths of all requests, in order.</summary>
    internal ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>What each of them had in its header of that name.</summary>
    internal ConcurrentQueue<string> Authorizations { get; } = new();

    /// <param name="certificate">What it shows over TLS; null talks plain HTTP.</param>
    protected static async Task<TRegistry> StartAsync<TRegistry>(TRegistry registry, X509Certificate2? certificate)
        where TRegistry : LoopbackRegistry
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(certificate);
            }
        }));
        registry._app = builder.Build();
        registry._app.Run(registry.AnswerAsync);
        await registry._app.StartAsync();
        registry.Host = new Uri(registry._app.Urls.Single()).Authority;
        return registry;
    }

    /// <summary>A component under tags.</summary>
    /// <returns>The digest of its manifest.</returns>
    protected string Push(byte[] component, params ReadOnlySpan<string> tags)
    {
        var manifest = Add(OneLayer("application/vnd.wasm.config.v0+json", "application/wasm", component, ""));
        foreach (var tag in tags)
        {
            _content[tag] = _content[manifest];
        }
        return manifest;
    }

    /// <summary>An index of one manifest under a tag.</summary>
    /// <param name="note">What makes it another index of the same manifest.</param>
    /// <returns>The digest of the index.</returns>
    internal string PushIndex(string tag, string manifest, string note = "")
    {
        var index = Add(Encoding.UTF8.GetBytes(
            $$"""
            {"schemaVersion":2,"mediaType":"{{Index}}","annotations":{"note":"{{note}}"},"manifests":[
             {"mediaType":"{{Manifest}}","digest":"{{manifest}}","size":{{_content[manifest].Length}},"platform":{"architecture":"wasm","os":"wasip2"} }]}
            """));
        _content[tag] = _content[index];
        return index;
    }

    internal void Remove(string tag) => _content.TryRemove(tag, out _);

    /// <summary>A signature as cosign writes it. <see href="https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md"/></summary>
    /// <param name="of">What the signature says it is of, where that is not this manifest in this repository.</param>
    internal void Sign(string manifest, ECDsa key, (string Repository, string Digest)? of = null)
    {
        Sign(manifest, payload => [("dev.cosignproject.cosign/signature", Convert.ToBase64String(key.SignData(payload, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)))], of);
    }

    /// <param name="sign">The annotations of the layer with a payload.</param>
    internal void Sign(string manifest, Func<byte[], (string Key, string Value)[]> sign, (string Repository, string Digest)? of = null)
    {
        var (repository, digest) = of ?? (Repository, manifest);
        var payload = Encoding.UTF8.GetBytes(
            $$$"""{"critical":{"identity":{"docker-reference":"{{{repository}}}"},"image":{"docker-manifest-digest":"{{{digest}}}"},"type":"cosign container image signature"},"optional":null}""");
        var annotations = JsonSerializer.Serialize(sign(payload).ToDictionary(pair => pair.Key, pair => pair.Value));
        _content[$"{manifest.Replace(':', '-')}.sig"] = OneLayer("application/vnd.oci.image.config.v1+json", "application/vnd.dev.cosign.simplesigning.v1+json", payload, $",\"annotations\":{annotations}");
    }

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
        Requests.Enqueue(context.Request.Path);
        Authorizations.Enqueue(context.Request.Headers.Authorization.ToString());
        try
        {
            if (!await Fault(context))
            {
                await AnswerWellAsync(context);
            }
        }
        catch (OperationCanceledException)
        {
            // The client has gone.
        }
    }

    private async Task AnswerWellAsync(HttpContext context)
    {
        var parts = context.Request.Path.Value!.Split('/');
        if (parts[^2] == "tags")
        {
            var tags = _content.Keys.Where(name => !name.Contains(':', StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(tag => $"\"{tag}\"");
            await context.Response.WriteAsync($$"""{"name":"demo/tool","tags":[{{string.Join(',', tags)}}]}""");
        }
        else if (_content.TryGetValue(parts[^1], out var content))
        {
            context.Response.ContentType = parts[^2] != "manifests" ? "application/octet-stream" : content.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Index)) >= 0 ? Index : Manifest;
            context.Response.ContentLength = content.Length;
            await context.Response.Body.WriteAsync(HttpMethods.IsHead(context.Request.Method) ? default : content, context.RequestAborted);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }
}
