using System.Security.Cryptography.X509Certificates;
using Tapedeck.Oci.Registries;
using Xunit;

namespace Tapedeck.Oci.Tests.Network;

public sealed class TlsTests : IDisposable
{
    private readonly Certificates _certificates = new();

    [Fact]
    public async Task A_private_authority_is_trusted_where_it_is_given()
    {
        await using var registry = await FaultyRegistry.Start(_certificates.Server());
        registry.AddComponent(Samples.Component(), "1.0");
        Assert.Null(await ErrorOf(registry, new RegistryOptions { Authorities = _certificates.Trusted }));
    }

    [Theory]
    [InlineData("no authority")]
    [InlineData("another authority")]
    [InlineData("another name")]
    public async Task A_server_that_is_not_trusted_is_refused_and_not_asked_again(string what)
    {
        using var others = new Certificates();
        await using var registry = await FaultyRegistry.Start(what switch
        {
            "another name" => _certificates.Server("other.test"),
            _ => _certificates.Server(),
        });
        var error = await ErrorOf(registry, new RegistryOptions
        {
            Authorities = what switch { "no authority" => null, "another authority" => others.Trusted, _ => _certificates.Trusted },
        });
        Assert.Equal(OciErrorKind.Refused, Assert.IsType<TerminalError>(error).Kind);
        Assert.Contains("certificate", error.What, StringComparison.Ordinal);
        Assert.Empty(registry.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_certificate_is_fetched_from_where_a_server_says_that_it_is(bool hasAuthorities)
    {
        using var others = new Certificates();
        await using var elsewhere = await FaultyRegistry.Start();
        await using var registry = await FaultyRegistry.Start(_certificates.ServerWhoseIssuerIsAt($"http://{elsewhere.Host}/issuer.cer"));
        // The server itself has looked for its issuer.
        var before = elsewhere.Requests.Count;

        Assert.NotNull(await ErrorOf(registry, new RegistryOptions { Authorities = hasAuthorities ? others.Trusted : null }));
        Assert.Equal(before, elsewhere.Requests.Count);
    }

    [Fact]
    public async Task Plain_http_is_not_tried_for_a_registry_that_has_no_TLS()
    {
        await using var registry = await FaultyRegistry.Start();
        Assert.NotNull(await ErrorOf(registry, new RegistryOptions()));
        Assert.Empty(registry.Requests);
    }

    [Fact]
    public async Task A_client_certificate_is_shown_to_its_registry_and_to_nobody_it_redirects_to()
    {
        await using var registry = await FaultyRegistry.Start(_certificates.Server(), clientCertificates: true);
        await using var elsewhere = await FaultyRegistry.Start(_certificates.Server());
        X509Certificate2? shownHere = null, shownThere = null;
        registry.Fault = async context =>
        {
            shownHere = await context.Connection.GetClientCertificateAsync();
            context.Response.Redirect($"https://{elsewhere.Host}{context.Request.Path}");
            return true;
        };
        elsewhere.Fault = async context =>
        {
            shownThere = await context.Connection.GetClientCertificateAsync();
            return false;
        };
        elsewhere.AddComponent(Samples.Component(), "1.0");
        using var client = _certificates.Client();
        Assert.Null(await ErrorOf(registry, new RegistryOptions { Authorities = _certificates.Trusted, ClientCertificate = client }));
        Assert.Equal("CN=client", shownHere!.Subject);
        Assert.Null(shownThere);
        Assert.NotEmpty(elsewhere.Requests);
    }

    [Fact]
    public async Task A_redirect_from_TLS_to_plain_text_is_refused()
    {
        await using var registry = await FaultyRegistry.Start(_certificates.Server());
        await using var plain = await FaultyRegistry.Start();
        registry.Fault = context =>
        {
            context.Response.Redirect($"http://{plain.Host}/");
            return Task.FromResult(true);
        };
        var error = await ErrorOf(registry, new RegistryOptions { Authorities = _certificates.Trusted });
        Assert.Equal(OciErrorKind.Refused, error!.Kind);
        Assert.Empty(plain.Requests);
    }

    [Fact]
    public async Task A_file_is_pulled_over_https_by_its_digest()
    {
        await using var server = await FaultyRegistry.Start(_certificates.Server());
        server.Fault = async context =>
        {
            await FaultyRegistry.Write(context, Samples.Component());
            return true;
        };
        var options = server.Options();
        using var puller = new Puller(options with { Registries = options.Registries.SetItem(server.Host, new RegistryOptions { Authorities = _certificates.Trusted }) }, null);
        var address = $"https://{server.Host}/greet.wasm?signature=secret";
        var right = Digest.Sha256(Samples.Component());
        Assert.Equal(right, (await puller.Pull(Source.Parse(address, right).Required, default)).Required.ContentDigest);
        var error = (await puller.Pull(Source.Parse(address, Digest.Sha256("x"u8)).Required, default)).Error!;
        Assert.Equal(OciErrorKind.DigestMismatch, error.Kind);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
    }

    private static async Task<OciError?> ErrorOf(FaultyRegistry registry, RegistryOptions registryOptions)
    {
        var options = registry.Options();
        using var client = new RegistryClient(options with { Registries = options.Registries.SetItem(registry.Host, registryOptions), MostTries = 2 });
        return (await client.Open(registry.Reference()).GetManifest("1.0", default)).Error;
    }

    public void Dispose() => _certificates.Dispose();
}
