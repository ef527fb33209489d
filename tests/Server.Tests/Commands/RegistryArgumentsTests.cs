using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using Tapedeck.Oci.Registries;
using Tapedeck.Server.Commands;
using Tapedeck.Server.Loading;
using Xunit;

namespace Tapedeck.Server.Tests.Commands;

/// <summary>What the command line says of registries.</summary>
public sealed class RegistryArgumentsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("registry-").FullName;

    [Fact]
    public void Each_registry_has_what_was_said_of_it()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=me", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(1));
        var file = Path.Combine(_folder, "me.pem");
        File.WriteAllText(file, certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem());
        var options = Options(
            "--token-host", "registry.example=gitlab.example", "--token-host", "registry.example=login.example", "--mirror", "registry.example=mirror.example:5000",
            "--plain-http", "mirror.example:5000", "--client-certificate", $"other.example:5000={file}", "--container-images", "--max-component", "128Mi");
        var registry = options.Registries["registry.example"];
        Assert.Equal("gitlab.example login.example", string.Join(' ', registry.TokenHosts));
        Assert.Equal(new Mirror("mirror.example:5000"), Assert.Single(registry.Mirrors));
        Assert.False(registry.PlainHttp);
        Assert.True(options.Registries["mirror.example:5000"].PlainHttp);
        Assert.True(options.Registries["other.example:5000"].ClientCertificate!.HasPrivateKey);
        Assert.Equal((true, 128 << 20), (options.ContainerImages, options.MostComponentBytes));
        Assert.Equal((false, 64 << 20), (Options().ContainerImages, Options().MostComponentBytes));
    }

    [Theory]
    [InlineData("--token-host", "gitlab.example", "--token-host expects REGISTRY=HOST, and not 'gitlab.example'")]
    [InlineData("--token-host", "registry.example=", "--token-host expects REGISTRY=HOST")]
    [InlineData("--token-host", "registry.example=https://gitlab.example", "--token-host expects a host without a port in lower case")]
    [InlineData("--token-host", "registry.example=gitlab.example:8443", "--token-host expects a host without a port in lower case")]
    [InlineData("--mirror", "registry.example=mirror.example/path", "--mirror expects a host, perhaps with a port, in lower case")]
    [InlineData("--mirror", "registry.example/acme=mirror.example", "--mirror expects a host, perhaps with a port, in lower case")]
    [InlineData("--plain-http", "registry.example/acme", "--plain-http expects a host, perhaps with a port, in lower case, and not 'registry.example/acme'")]
    [InlineData("--client-certificate", "registry.example=nothing.pem", "the client certificate nothing.pem")]
    [InlineData("--max-component", "2Gi", "--max-component expects a number of bytes such as 128Mi, 1Gi at most, and not '2Gi'")]
    [InlineData("--max-component", "0", "--max-component expects")]
    public void What_cannot_be_used_is_told_of(string option, string value, string expected) =>
        Assert.Contains(expected, Assert.Throws<StartException>(() => Options(option, value)).Message, StringComparison.Ordinal);

    /// <summary>Else an option would do nothing, and nobody would be told.</summary>
    [Theory]
    [InlineData("registry.example:443", "registry.example/a")]
    [InlineData("registry.example", "registry.example:443/a")]
    [InlineData("index.docker.io", "docker.io/a")]
    [InlineData("registry-1.docker.io", "a")]
    [InlineData("[0:0:0:0:0:0:0:1]:5000", "[::1]:5000/a")]
    public void A_registry_is_found_however_an_option_spells_it(string registry, string repository)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=me", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(1));
        var file = Path.Combine(_folder, "me.pem");
        File.WriteAllText(file, certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem());
        var said = Options("--plain-http", registry, "--token-host", $"{registry}=login.example", "--mirror", $"{registry}=mirror.example:443", "--client-certificate", $"{registry}={file}")
            .Registries[Oci.Reference.Parse(repository).Required.Registry];
        Assert.True(said.PlainHttp);
        Assert.Equal("login.example", Assert.Single(said.TokenHosts));
        Assert.Equal(new Mirror("mirror.example:443"), Assert.Single(said.Mirrors));
        Assert.NotNull(said.ClientCertificate);
    }

    [Theory]
    [InlineData("ghcr.io:443/acme/weather", "ghcr.io/acme/weather")]
    [InlineData("oci://ghcr.io:80/acme/weather", "ghcr.io/acme/weather")]
    [InlineData("index.docker.io/weather", "docker.io/library/weather")]
    public void A_repository_whose_tags_may_go_back_is_found_however_it_is_spelt(string text, string name) =>
        Assert.Equal(name, Assert.Single(RollbackAllowed(text)));

    [Theory]
    [InlineData("ghcr.io/acme/weather:1")]
    [InlineData("ghcr.io/Acme")]
    public void What_is_no_repository_can_have_no_tags_that_go_back(string text) =>
        Assert.Contains($"--allow-rollback expects a repository such as ghcr.io/acme/weather, without tag and digest, and not '{text}'", Assert.Throws<StartException>(() => RollbackAllowed(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_certificate_without_its_key_is_told_of_without_its_content()
    {
        var file = Path.Combine(_folder, "me.pem");
        File.WriteAllText(file, "hunter2");
        var message = Assert.Throws<StartException>(() => Options("--client-certificate", $"registry.example={file}")).Message;
        Assert.Contains("holds no certificate with its key", message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_login_reaches_a_token_server_on_another_host_only_after_it_was_named()
    {
        await using var registry = await TestRegistry.StartAsync();
        registry.Push("v1", HandMade.Component(1));
        var secret = Path.Combine(_folder, "login.json");
        File.WriteAllText(secret, $"{{\"auths\":{{\"{registry.Host}\":{{\"auth\":\"{Convert.ToBase64String("ann:secret"u8)}\"}}}}}}");
        registry.Fault = async context =>
        {
            if (context.Request.Path == "/token")
            {
                await context.Response.WriteAsync("""{"token":"t0"}""");
                return true;
            }
            if (context.Request.Headers.Authorization == "Bearer t0")
            {
                return false;
            }
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = $"Bearer realm=\"http://localhost:{registry.Host.Split(':')[1]}/token\",service=\"x\"";
            await context.Response.CompleteAsync();
            return true;
        };
        Assert.Contains($"--token-host {registry.Host}=localhost", (await LoadAsync())!.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("/token", registry.Requests);
        Assert.Null(await LoadAsync("--token-host", $"{registry.Host}=localhost"));

        async Task<LoadFailure?> LoadAsync(params string[] arguments)
        {
            using var station = new Station(
                options: TestRegistry.Options() with { Pull = Options([.. arguments, "--allow-address", "127.0.0.0/8", "--allow-address", "localhost"]) },
                secrets: new Dictionary<string, string> { ["login"] = secret });
            station.Write("tool.yaml", registry.Tool("tag: v1", more: ", pullSecrets: [login]"));
            await station.ApplyAsync();
            return station.Served("tool").Failure;
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static ImmutableHashSet<string> RollbackAllowed(string text) =>
        Shared.RuntimeOptionsOf(RunCommand.Make().Parse(["oci://registry.example/a:1", "--cache", "none", "--allow-rollback", text]), isPod: false).RollbackAllowed;

    private static Oci.PullOptions Options(params string[] arguments) => RegistryArguments.OptionsOf(PullCommands.MakePull().Parse(["oci://registry.example/a:1", .. arguments]));
}
