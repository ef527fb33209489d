using Tapedeck.Oci.Credentials;
using Tapedeck.Oci.Images;
using Tapedeck.Oci.Network;
using Tapedeck.Oci.Registries;
using Xunit;

namespace Tapedeck.Oci.Tests.Network;

public sealed class RedirectTests
{
    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_to_another_host_is_followed_without_the_login(int status)
    {
        await using var registry = await FaultyRegistry.Start();
        await using var bucket = await FaultyRegistry.Start();
        var content = Samples.Component();
        var digest = bucket.AddBlob(content);
        registry.Fault = context =>
        {
            if (context.Request.Headers.Authorization.Count == 0)
            {
                context.Response.Headers.WWWAuthenticate = "Basic realm=\"demo\"";
                context.Response.StatusCode = 401;
            }
            else
            {
                context.Response.StatusCode = status;
                context.Response.Headers.Location = $"http://{bucket.Host}{context.Request.Path}?X-Signature=secret";
            }
            return Task.FromResult(true);
        };
        using var client = new RegistryClient(registry.Options() with { Logins = LoginList.Of(registry.Host, Login.Password("me", "open-sesame")) });
        Assert.Equal(content, (await client.Open(registry.Reference()).GetBlob(new Descriptor("", digest, content.Length), 1 << 20, default)).Required);
        Assert.Null(Assert.Single(bucket.Requests).Authorization);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_redirect_to_a_name_that_is_none_is_refused(bool hasProxy)
    {
        await using var registry = await FaultyRegistry.Start();
        registry.Fault = context =>
        {
            context.Response.StatusCode = 307;
            context.Response.Headers["Location"] = "https://xn--ü.example/x";
            return Task.FromResult(true);
        };
        var proxies = hasProxy ? new ProxySettings(new Uri("http://127.0.0.1:1"), null, []) : ProxySettings.None;
        using var client = new RegistryClient(registry.Options() with { Proxies = proxies });
        Assert.Equal(OciErrorKind.Malformed, Assert.IsType<TerminalError>((await client.Open(registry.Reference()).GetManifest("1.0", default)).Error).Kind);
    }

    [Fact]
    public async Task A_redirect_back_does_not_bring_the_login_back()
    {
        await using var registry = await FaultyRegistry.Start();
        await using var elsewhere = await FaultyRegistry.Start();
        registry.Fault = context =>
        {
            if (context.Request.Path == "/back")
            {
                context.Response.StatusCode = 204;
            }
            else if (context.Request.Headers.Authorization.Count == 0)
            {
                context.Response.Headers.WWWAuthenticate = "Basic realm=\"demo\"";
                context.Response.StatusCode = 401;
            }
            else
            {
                context.Response.Redirect($"http://{elsewhere.Host}/");
            }
            return Task.FromResult(true);
        };
        elsewhere.Fault = context =>
        {
            context.Response.Redirect($"http://{registry.Host}/back");
            return Task.FromResult(true);
        };
        using var client = new RegistryClient(registry.Options() with { Logins = LoginList.Of(registry.Host, Login.Password("me", "open-sesame")) });
        await client.Open(registry.Reference()).GetManifest("1.0", default);
        Assert.Null(registry.Requests.Single(request => request.Path == "/back").Authorization);
    }

    [Fact]
    public async Task Redirects_have_an_end()
    {
        await using var registry = await FaultyRegistry.Start();
        registry.Fault = context =>
        {
            context.Response.Redirect($"http://{registry.Host}/{registry.Requests.Count}");
            return Task.FromResult(true);
        };
        Assert.Contains("more than 5 redirects", (await Get(registry)).What, StringComparison.Ordinal);
        Assert.Equal(6, registry.Requests.Count);
    }

    [Theory]
    [InlineData("a metadata service", "http://169.254.169.254/latest/meta-data/", OciErrorKind.Refused, "link-local")]
    [InlineData("a metadata service, over TLS", "https://169.254.169.254/", OciErrorKind.Refused, "link-local")]
    [InlineData("a metadata service, as a number", "http://2852039166/", OciErrorKind.Refused, "link-local")]
    [InlineData("a metadata service, mapped", "http://[::ffff:169.254.169.254]/", OciErrorKind.Refused, "link-local")]
    [InlineData("a metadata service, by NAT64", "http://[64:ff9b::a9fe:a9fe]/", OciErrorKind.Refused, "link-local")]
    [InlineData("a private address", "http://10.0.0.1/", OciErrorKind.Refused, "private")]
    [InlineData("a name that means a private address", "http://inside.test/", OciErrorKind.Refused, "private")]
    [InlineData("loopback of IPv6", "http://[::1]:1/", OciErrorKind.Refused, "loopback")]
    [InlineData("a file", "file:///etc/passwd", OciErrorKind.Refused, "not https")]
    [InlineData("something with a login", "https://a:b@example.com/", OciErrorKind.Refused, "not https")]
    [InlineData("nothing", "", OciErrorKind.Malformed, "nowhere")]
    public async Task A_redirect_obeys_the_address_rules(string name, string target, OciErrorKind kind, string says)
    {
        await using var registry = await FaultyRegistry.Start();
        registry.Fault = context =>
        {
            context.Response.StatusCode = 302;
            context.Response.Headers.Location = target.Length == 0 ? default(Microsoft.Extensions.Primitives.StringValues) : target;
            return Task.FromResult(true);
        };
        var error = await Get(registry);
        Assert.Equal(kind, error.Kind);
        Assert.Contains(says, error.What, StringComparison.Ordinal);
        Assert.Single(registry.Requests);
    }

    private static async Task<TerminalError> Get(FaultyRegistry registry)
    {
        using var client = new RegistryClient(registry.Options(), (host, _) =>
            Task.FromResult(System.Net.Dns.GetHostAddresses(host == "inside.test" ? "10.1.2.3" : host)));
        return Assert.IsType<TerminalError>((await client.Open(registry.Reference()).GetManifest("1.0", default)).Error);
    }
}
