using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using Tapedeck.Oci.Images;

namespace Tapedeck.Oci.Tests;

/// <summary>
/// A registry in this process that answers as the distribution specification says, until a test puts a fault before it. Each instance has a port
/// of its own on loopback.
/// </summary>
internal sealed class FaultyRegistry : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, (byte[] Bytes, string Type)> _manifests = new();
    private readonly ConcurrentDictionary<string, byte[]> _blobs = new();

    private FaultyRegistry(WebApplication app) => _app = app;

    /// <summary>What a request is answered with in place of the registry's answer. Returning false leaves it to the registry.</summary>
    internal Func<HttpContext, Task<bool>> Fault { get; set; } = _ => Task.FromResult(false);

    /// <summary>Method, path with query, and the Authorization header of every request, in order.</summary>
    internal ConcurrentQueue<(string Method, string Path, string? Authorization, string? Range)> Requests { get; } = new();

    internal bool HasReferrersApi { get; set; }

    internal int PageSize { get; set; } = 1000;

    /// <summary>Host and port.</summary>
    internal string Host { get; private set; } = "";

    internal Reference Reference(string rest = "demo/greet:1.0") => Oci.Reference.Parse($"{Host}/{rest}").Required;

    /// <summary>Options that allow loopback addresses, and plain HTTP to this registry.</summary>
    internal PullOptions Options(FastTime? time = null) => new()
    {
        Addresses = new([], [IPNetwork.Parse("127.0.0.0/8")]),
        Registries = System.Collections.Immutable.ImmutableDictionary<string, Oci.Registries.RegistryOptions>.Empty.Add(Host, new() { PlainHttp = true }),
        Time = time ?? new FastTime(),
        // Six seconds of this clock, so that a busy machine is no fault.
        AnswerTimeout = TimeSpan.FromMinutes(10),
        IdleTimeout = TimeSpan.FromMinutes(10),
        Deadline = TimeSpan.FromHours(1),
    };

    internal static async Task<FaultyRegistry> Start(X509Certificate2? certificate = null, bool clientCertificates = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AllowSynchronousIO = true;
            // As a hostile server writes what it likes.
            kestrel.ResponseHeaderEncodingSelector = _ => Encoding.Latin1;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                if (certificate is not null)
                {
                    listen.UseHttps(https =>
                    {
                        https.ServerCertificate = certificate;
                        https.ClientCertificateMode = clientCertificates ? ClientCertificateMode.RequireCertificate : ClientCertificateMode.AllowCertificate;
                        https.ClientCertificateValidation = (_, _, _) => true;
                    });
                }
                else
                {
                    listen.Protocols = HttpProtocols.Http1;
                }
            });
        });
        var registry = new FaultyRegistry(builder.Build());
        registry._app.Run(registry.Answer);
        await registry._app.StartAsync();
        registry.Host = new Uri(registry._app.Urls.Single()).Authority;
        return registry;
    }

    internal Digest AddBlob(byte[] content)
    {
        var digest = Digest.Sha256(content);
        _blobs[digest.ToString()] = content;
        return digest;
    }

    internal Digest AddManifest(string json, string mediaType = MediaTypes.ImageManifest, params string[] tags)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        var digest = Digest.Sha256(bytes);
        foreach (var name in tags.Append(digest.ToString()))
        {
            _manifests[name] = (bytes, mediaType);
        }
        return digest;
    }

    /// <summary>A manifest in the CNCF layout with one component.</summary>
    internal Digest AddComponent(byte[] component, params string[] tags)
    {
        var config = AddBlob("{}"u8.ToArray());
        var layer = AddBlob(component);
        return AddManifest(
            $$"""
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
             "config":{"mediaType":"application/vnd.wasm.config.v0+json","digest":"{{config}}","size":2},
             "layers":[{"mediaType":"application/wasm","digest":"{{layer}}","size":{{component.Length}}}]}
            """, tags: tags);
    }

    internal void AddReferrer(Digest subject, string json, bool viaTag)
    {
        var referrer = AddManifest(json);
        var index = $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.ImageIndex}}","manifests":[{"mediaType":"{{MediaTypes.ImageManifest}}","digest":"{{referrer}}","size":{{Encoding.UTF8.GetByteCount(json)}}}]}""";
        AddManifest(index, MediaTypes.ImageIndex, viaTag ? $"sha256-{subject.Hex}" : $"api-{subject.Hex}");
    }

    private async Task Answer(HttpContext context)
    {
        var request = context.Request;
        Requests.Enqueue((request.Method, request.Path + request.QueryString, request.Headers.Authorization.FirstOrDefault(), request.Headers.Range.FirstOrDefault()));
        try
        {
            if (!await Fault(context))
            {
                await AnswerWell(context);
            }
        }
        catch (OperationCanceledException)
        {
            // The client has gone, which some tests are about.
        }
    }

    private async Task AnswerWell(HttpContext context)
    {
        var parts = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var (kind, name) = (parts.ElementAtOrDefault(parts.Length - 2), parts.LastOrDefault() ?? "");
        switch (kind)
        {
            case "manifests" when _manifests.TryGetValue(name, out var manifest):
                context.Response.ContentType = manifest.Type;
                context.Response.Headers["Docker-Content-Digest"] = Digest.Sha256(manifest.Bytes).ToString();
                await Write(context, manifest.Bytes);
                break;
            case "blobs" when _blobs.TryGetValue(name, out var blob):
                await WriteRange(context, blob);
                break;
            case "referrers" when HasReferrersApi:
                context.Response.ContentType = MediaTypes.ImageIndex;
                await Write(context, _manifests.TryGetValue($"api-{name[7..]}", out var index) ? index.Bytes : """{"schemaVersion":2,"manifests":[]}"""u8.ToArray());
                break;
            case "tags":
                await WriteTags(context);
                break;
            default:
                await Refuse(context, 404, "MANIFEST_UNKNOWN");
                break;
        }
    }

    private Task WriteTags(HttpContext context)
    {
        var last = context.Request.Query["last"].FirstOrDefault() ?? "";
        var tags = _manifests.Keys.Where(name => !name.Contains(':', StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToArray();
        var page = tags.Where(tag => string.CompareOrdinal(tag, last) > 0).Take(PageSize).ToArray();
        if (page.Length > 0 && page[^1] != tags[^1])
        {
            context.Response.Headers.Link = $"<{context.Request.Path}?n={PageSize}&last={page[^1]}>; rel=\"next\"";
        }
        return Write(context, Encoding.UTF8.GetBytes($$"""{"name":"demo/greet","tags":[{{string.Join(',', page.Select(tag => $"\"{tag}\""))}}]}"""));
    }

    internal static Task WriteRange(HttpContext context, byte[] blob)
    {
        var from = context.Request.Headers.Range.FirstOrDefault() is { } range ? int.Parse(range[6..^1]) : 0;
        if (from > 0)
        {
            context.Response.StatusCode = 206;
            context.Response.Headers.ContentRange = $"bytes {from}-{blob.Length - 1}/{blob.Length}";
        }
        return Write(context, blob[from..]);
    }

    internal static async Task Write(HttpContext context, byte[] bytes)
    {
        context.Response.ContentLength = bytes.Length;
        if (context.Request.Method != "HEAD")
        {
            await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
        }
    }

    internal static async Task Refuse(HttpContext context, int status, string code)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync($$$"""{"errors":[{"code":"{{{code}}}","message":"secret detail","detail":"/var/lib/secret"}]}""");
    }

    /// <summary>Ends the connection without a proper end of the answer.</summary>
    internal static void Cut(HttpContext context) => context.Abort();

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
