using System.Security.Cryptography;
using Tapedeck.Manifest.Reading;
using Tapedeck.Policy.Reading;
using Tapedeck.Server.Loading;
using Tapedeck.Server.Serving;
using Xunit;

namespace Tapedeck.Server.Tests.Loading;

/// <summary>Signatures that a machine asks for by repository, whatever the WasmTools say.</summary>
public sealed class TrustPolicyTests : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _other = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    [Fact]
    public async Task One_prefix_warns_and_one_requires()
    {
        await using var registry = await TestRegistry.StartAsync();
        var manifest = registry.Push("v1", HandMade.Component(1));
        var required = await LoadAsync(registry, "required/tool");
        Assert.Equal((LoadFailure.NotVerified, false), (required.Failure?.Reason, required.Failure?.IsRetryable));
        var warned = await LoadAsync(registry, "warned/tool");
        Assert.Null(warned.Failure);
        Assert.Contains("no signature of", Assert.Single(warned.Current!.Facts.Notices), StringComparison.Ordinal);
        Assert.Empty(warned.Current.Facts.Signers);
        var free = await LoadAsync(registry, "free/tool");
        Assert.Null(free.Failure);
        Assert.Empty(free.Current!.Facts.Notices);
        foreach (var repository in new[] { "required/tool", "warned/tool" })
        {
            registry.Sign(manifest, _key, ($"{registry.Host}/{repository}", manifest));
            var signed = await LoadAsync(registry, repository);
            Assert.NotEmpty(signed.Current!.Facts.Signers);
            Assert.Empty(signed.Current.Facts.Notices);
        }
    }

    [Fact]
    public async Task The_tool_and_the_machine_both_have_to_be_content()
    {
        await using var registry = await TestRegistry.StartAsync();
        var manifest = registry.Push("v1", HandMade.Component(1));
        var verify = _other.ExportSubjectPublicKeyInfoPem();
        registry.Sign(manifest, _other, ($"{registry.Host}/required/tool", manifest));
        Assert.Equal(LoadFailure.NotVerified, (await LoadAsync(registry, "required/tool", verify)).Failure?.Reason);
        registry.Sign(manifest, _key, ($"{registry.Host}/required/tool", manifest));
        Assert.Equal(LoadFailure.NotVerified, (await LoadAsync(registry, "required/tool", verify)).Failure?.Reason);
        Assert.Null((await LoadAsync(registry, "required/tool", _key.ExportSubjectPublicKeyInfoPem())).Failure);
    }

    [Fact]
    public async Task A_tag_whose_signature_the_machine_requires_is_not_followed_back()
    {
        var cache = Directory.CreateTempSubdirectory("trust-").FullName;
        try
        {
            await using var registry = await TestRegistry.StartAsync();
            foreach (var (component, reason) in new[] { (1, null), (2, null), (1, LoadFailure.RolledBack) })
            {
                var manifest = registry.Push("v1", HandMade.Component(component));
                registry.Sign(manifest, _key, ($"{registry.Host}/required/tool", manifest));
                Assert.Equal(reason, (await LoadAsync(registry, "required/tool", cache: cache)).Failure?.Reason);
            }
        }
        finally
        {
            Directory.Delete(cache, recursive: true);
        }
    }

    public void Dispose()
    {
        _key.Dispose();
        _other.Dispose();
    }

    private async Task<ServedTool> LoadAsync(TestRegistry registry, string repository, string verify = "", string? cache = null)
    {
        var signer = $"{{keys: [{System.Text.Json.JsonSerializer.Serialize(_key.ExportSubjectPublicKeyInfoPem())}]}}";
        var text = $$"""
            apiVersion: tapedeck.dev/v1alpha1
            kind: TrustPolicy
            rules:
            - {prefix: "*", mode: none}
            - {prefix: "{{registry.Host}}/required", mode: require, verify: {{signer}}}
            - {prefix: "{{registry.Host}}/warned", mode: warn, verify: {{signer}}}
            """;
        var problems = new ProblemList("trust.yaml");
        var policy = TrustPolicyReader.Read(text, problems);
        Assert.Empty(problems.All);
        using var station = new Station(options: TestRegistry.Options(cache) with { TrustPolicy = policy });
        station.Write("tool.yaml", registry.Tool("tag: v1", verify).Replace("demo/tool", repository, StringComparison.Ordinal));
        await station.ApplyAsync();
        return station.Served("tool");
    }
}
