using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tapedeck.Manifest;
using Tapedeck.Server.Loading;
using Xunit;

namespace Tapedeck.Server.Tests.Loading;

/// <summary>Registries whose certificate is of an authority of their own, which <c>certificateConfigMap</c> names: over TLS, on a laptop and in a pod.</summary>
public sealed class RegistryCertificateTests : IDisposable
{
    private const string NotTrusted = "is not trusted, or it speaks no TLS";
    private const string Named = ", certificateConfigMap: registry-ca";

    private readonly string _folder = Directory.CreateTempSubdirectory("certificates-").FullName;
    private readonly Authority _authority = new("CN=authority");

    [Fact]
    public async Task A_laptop_trusts_the_authority_that_the_tool_names_and_no_other()
    {
        await using var registry = await TestRegistry.StartAsync(_authority.Leaf());
        registry.Push("v1", HandMade.Component(7));
        var unnamed = await LoadAsync(registry, "", "");
        Assert.Contains(NotTrusted, unnamed.Message, StringComparison.Ordinal);
        Assert.Contains("certificateConfigMap of a tool", unnamed.Message, StringComparison.Ordinal);
        Assert.Contains("start with --secret registry-ca/ca.crt=FILE", (await LoadAsync(registry, Named, null)).Message, StringComparison.Ordinal);
        Assert.Contains("holds no certificate in PEM", (await LoadAsync(registry, Named, "rubbish")).Message, StringComparison.Ordinal);
        using var other = new Authority("CN=other");
        Assert.Contains(NotTrusted, (await LoadAsync(registry, Named, other.Pem)).Message, StringComparison.Ordinal);
        // One of the same name is not the same.
        using var namesake = new Authority("CN=authority");
        Assert.Contains(NotTrusted, (await LoadAsync(registry, Named, namesake.Pem)).Message, StringComparison.Ordinal);
        Assert.Null((await LoadAsync(registry, Named, _authority.Pem)).Failure);
        // While it is renewed there are both.
        Assert.Null((await LoadAsync(registry, Named, other.Pem + _authority.Pem)).Failure);
    }

    [Fact]
    public async Task An_authority_vouches_for_the_name_that_is_in_the_certificate()
    {
        await using var registry = await TestRegistry.StartAsync(_authority.Leaf(address: "127.0.0.2"));
        registry.Push("v1", HandMade.Component(7));
        Assert.Contains(NotTrusted, (await LoadAsync(registry, Named, _authority.Pem)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_has_expired_is_refused()
    {
        await using var registry = await TestRegistry.StartAsync(_authority.Leaf(DateTimeOffset.UnixEpoch.AddYears(30)));
        registry.Push("v1", HandMade.Component(7));
        Assert.Contains(NotTrusted, (await LoadAsync(registry, Named, _authority.Pem)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_authority_that_is_put_right_serves_without_a_restart()
    {
        await using var registry = await TestRegistry.StartAsync(_authority.Leaf());
        registry.Push("v1", HandMade.Component(7));
        var file = Write("ca.crt", "rubbish");
        var time = new Serving.ManualTime();
        using var station = new Station(time, TestRegistry.Options(), secrets: new Dictionary<string, string> { ["registry-ca/ca.crt"] = file });
        station.Write("tool.yaml", registry.Tool("tag: v1", more: Named).Replace("plainHttp: true", "plainHttp: false", StringComparison.Ordinal));
        await station.ApplyAsync();
        Assert.True(station.Served("tool").Failure!.IsRetryable);
        File.WriteAllText(file, _authority.Pem);
        time.Advance(TimeSpan.FromSeconds(2));
        await station.ApplyAsync();
        Assert.Null(station.Served("tool").Failure);
        Assert.Equal("7", await station.ValueAsync("version", """{"spins":0}"""));
    }

    [Fact]
    public async Task A_pod_trusts_the_authority_that_the_operator_mounted_for_the_registry_of_the_tool_and_for_no_other()
    {
        await using var registry = await TestRegistry.StartAsync(_authority.Leaf());
        await using var another = await TestRegistry.StartAsync(_authority.Leaf());
        registry.Push("v1", HandMade.Component(7));
        another.Push("v1", HandMade.Component(8));
        Mount(PodPaths.RegistryCertificates, _authority.Pem);
        Mount(PodPaths.Tool, $$$"""
            {"apiVersion":"tapedeck.dev/v1alpha1","kind":"WasmTool","metadata":{"name":"tool"},
             "spec":{"component":{"oci":{"repository":"{{{registry.Host}}}/demo/tool","ref":{"tag":"v1"} } } } }
            """);
        var options = TestRegistry.Options() with { Pull = PodPulls.Of(TestRegistry.Options().Pull, _folder), ToolsSayHowToPull = false };
        using var pod = new Station(options: options);
        pod.Write("tool.yaml", TlsTool(registry, ""));
        await pod.ApplyAsync();
        Assert.Null(pod.Served("tool").Failure);
        Assert.Equal("7", await pod.ValueAsync("version", """{"spins":0}"""));
        pod.Write("tool.yaml", TlsTool(another, ""));
        await pod.ApplyAsync();
        Assert.Contains(NotTrusted, pod.Served("tool").Failure!.Message, StringComparison.Ordinal);
        // What a tool says of it counts for nothing in a pod: the operator has decided.
        pod.Write("tool.yaml", TlsTool(another, Named));
        await pod.ApplyAsync();
        Assert.Contains(NotTrusted, pod.Served("tool").Failure!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rubbish")]
    [InlineData("-----BEGIN CERTIFICATE-----\nrubbish\n-----END CERTIFICATE-----\n")]
    public void A_pod_whose_mounted_authority_is_none_does_not_start(string text)
    {
        Mount(PodPaths.RegistryCertificates, text);
        Mount(PodPaths.Tool, """
            {"apiVersion":"tapedeck.dev/v1alpha1","kind":"WasmTool","metadata":{"name":"tool"},"spec":{"component":{"oci":{"repository":"registry.example/a","ref":{"tag":"1"}}}}}
            """);
        var error = Assert.Throws<FormatException>(() => PodPulls.Of(TestRegistry.Options().Pull, _folder));
        Assert.Contains($"{PodPaths.RegistryCertificates} holds no certificate in PEM; put there, as key ca.crt of certificateConfigMap, what the registry's certificate is checked by", error.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string TlsTool(TestRegistry registry, string more) => registry.Tool("tag: v1", more: more).Replace("plainHttp: true", "plainHttp: false", StringComparison.Ordinal);

    private void Mount(string path, string text) => Write(path.TrimStart('/'), text);

    private string Write(string path, string text)
    {
        var file = Path.Combine(_folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return file;
    }

    /// <summary>What becomes of a tool of the registry.</summary>
    /// <param name="certificates">What the ConfigMap has; null where nobody named a file for it.</param>
    private async Task<(LoadFailure? Failure, string Message)> LoadAsync(TestRegistry registry, string more, string? certificates)
    {
        var secrets = certificates is null ? [] : new Dictionary<string, string> { ["registry-ca/ca.crt"] = Write("ca.crt", certificates) };
        using var station = new Station(options: TestRegistry.Options(), secrets: secrets);
        station.Write("tool.yaml", TlsTool(registry, more));
        await station.ApplyAsync();
        var failure = station.Served("tool").Failure;
        return (failure, failure?.Message ?? "");
    }

    /// <summary>An authority of a company, and the certificates that it gives.</summary>
    private sealed class Authority : IDisposable
    {
        private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        private readonly X509Certificate2 _root;

        internal Authority(string name) => _root = new CertificateRequest(name, _key, HashAlgorithmName.SHA256)
        {
            CertificateExtensions = { new X509BasicConstraintsExtension(true, false, 0, true) },
        }.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue);

        internal string Pem => _root.ExportCertificatePem() + "\n";

        internal X509Certificate2 Leaf(DateTimeOffset? until = null, string address = "127.0.0.1")
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var names = new SubjectAlternativeNameBuilder();
            names.AddIpAddress(IPAddress.Parse(address));
            var request = new CertificateRequest("CN=registry", key, HashAlgorithmName.SHA256) { CertificateExtensions = { names.Build() } };
            using var leaf = request.Create(_root, DateTimeOffset.UnixEpoch, until ?? _root.NotAfter, [3]);
            return leaf.CopyWithPrivateKey(key);
        }

        public void Dispose()
        {
            _root.Dispose();
            _key.Dispose();
        }
    }
}
