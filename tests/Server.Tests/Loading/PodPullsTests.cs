using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tapedeck.Manifest;
using Tapedeck.Oci;
using Tapedeck.Server.Loading;
using Xunit;

namespace Tapedeck.Server.Tests.Loading;

public sealed class PodPullsTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("tapedeck-pod-").FullName;

    [Fact]
    public void A_pod_without_mounts_pulls_anonymously()
    {
        var options = PodPulls.Of(new PullOptions(), _root);
        Assert.Empty(options.Registries);
    }

    [Theory]
    [InlineData(".dockerconfigjson", "{\"auths\":{\"HOST\":{\"auth\":\"dXNlcjp3b3Jk\"}}}", true)]
    [InlineData(".dockercfg", "{\"HOST\":{\"auth\":\"dXNlcjp3b3Jk\"}}", true)]
    [InlineData("config.json", "{\"HOST\":{\"auth\":\"dXNlcjp3b3Jk\"}}", false)]
    public async Task Pull_secrets_are_read_from_their_folders(string key, string content, bool isRead)
    {
        await using var registry = await TestRegistry.StartAsync();
        registry.Push("v1", HandMade.Component(1));
        registry.Fault = async context =>
        {
            if (context.Request.Headers.Authorization == "Basic dXNlcjp3b3Jk")
            {
                return false;
            }
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"demo\"";
            await context.Response.CompleteAsync();
            return true;
        };
        Write($"{PodPaths.PullSecrets}/one/{key}", content.Replace("HOST", registry.Host, StringComparison.Ordinal));
        var options = TestRegistry.Options().Pull;
        using var puller = new Puller(PodPulls.Of(options with { Registries = options.Registries.Add(registry.Host, new() { PlainHttp = true }) }, _root), null);
        Assert.Equal(isRead, (await puller.Resolve(Source.Parse($"oci://{registry.Repository}:v1").Value!, default)).IsOk);
    }

    [Fact]
    public void A_pull_secret_that_is_none_is_named_and_not_shown()
    {
        Write(PodPaths.PullSecrets + "/one/.dockerconfigjson", "hunter2");
        var problem = Assert.Throws<FormatException>(() => PodPulls.Of(new PullOptions(), _root));
        Assert.Contains(".dockerconfigjson", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Certificates_are_for_the_registry_of_the_tool_alone()
    {
        using var key = ECDsa.Create();
        using var certificate = new CertificateRequest("CN=ca", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        Write(PodPaths.RegistryCertificates, certificate.ExportCertificatePem());
        Write(PodPaths.Tool, """
            {"apiVersion":"tapedeck.dev/v1alpha1","kind":"WasmTool","metadata":{"name":"t"},
             "spec":{"component":{"oci":{"repository":"registry.example:5000/a/b","ref":{"tag":"1"}}}}}
            """);
        var registry = Assert.Single(PodPulls.Of(new PullOptions(), _root).Registries);
        Assert.Equal("registry.example:5000", registry.Key);
        Assert.Equal(certificate.Thumbprint, Assert.Single(registry.Value.Authorities!).Thumbprint);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void Write(string path, string text)
    {
        var file = Path.Combine(_root, path.TrimStart('/'));
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
