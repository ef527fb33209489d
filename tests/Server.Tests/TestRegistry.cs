using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tapedeck.Oci;
using Tapedeck.Oci.Network;
using Tapedeck.Server.Serving;

namespace Tapedeck.Server.Tests;

/// <summary>A registry for a runtime.</summary>
internal sealed class TestRegistry : LoopbackRegistry
{
    /// <summary>Of a runtime whose pulls may go to loopback; the WasmTool itself has to say that this is plain HTTP.</summary>
    internal static RuntimeOptions Options(string? cache = null) => new()
    {
        CacheFolder = cache,
        Pull = new PullOptions { Addresses = new AddressRules([], [IPNetwork.Parse("127.0.0.0/8")]), MostTries = 1, AnswerTimeout = TimeSpan.FromSeconds(10), IdleTimeout = TimeSpan.FromSeconds(10) },
    };

    /// <param name="certificate">What it shows over TLS; null talks plain HTTP.</param>
    internal static Task<TestRegistry> StartAsync(X509Certificate2? certificate = null) => StartAsync(new TestRegistry(), certificate);

    /// <summary>A WasmTool of this registry's <c>demo/tool</c>.</summary>
    /// <param name="more">More of <c>oci</c>.</param>
    internal string Tool(string @ref, string verify = "", string more = "") => $$"""
        apiVersion: tapedeck.dev/v1alpha1
        kind: WasmTool
        metadata: { name: tool }
        spec:
          component: { oci: { repository: "{{Repository}}", ref: { {{@ref}} }, plainHttp: true{{more}} } }
        {{(verify.Length == 0 ? "" : $"  verify: {{ keys: [{System.Text.Json.JsonSerializer.Serialize(verify)}] }}")}}
        """;

    /// <summary>A component under a tag, signed as cosign does where there is a key.</summary>
    internal string Push(string tag, byte[] component, ECDsa? key = null)
    {
        var manifest = Push(component, tag);
        if (key is not null)
        {
            Sign(manifest, key);
        }
        return manifest;
    }
}
