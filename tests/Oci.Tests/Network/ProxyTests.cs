using System.Net;
using System.Net.Sockets;
using System.Text;
using Tapedeck.Oci.Network;
using Tapedeck.Oci.Registries;
using Xunit;

namespace Tapedeck.Oci.Tests.Network;

public sealed class ProxyTests
{
    [Theory]
    [InlineData("https://ghcr.io/v2/", "", "http://secure.test:3128/")]
    [InlineData("http://ghcr.io/v2/", "", "http://plain.test:3128/")]
    [InlineData("https://ghcr.io/v2/", "*", null)]
    [InlineData("https://ghcr.io/v2/", "ghcr.io", null)]
    [InlineData("https://ghcr.io/v2/", "GHCR.IO", null)]
    [InlineData("https://a.ghcr.io/v2/", "ghcr.io", null)]
    [InlineData("https://a.ghcr.io/v2/", ".ghcr.io", null)]
    [InlineData("https://a.ghcr.io/v2/", "*.ghcr.io", null)]
    [InlineData("https://notghcr.io/v2/", "ghcr.io", "http://secure.test:3128/")]
    [InlineData("https://ghcr.io:5000/v2/", "ghcr.io:5000", null)]
    [InlineData("https://ghcr.io/v2/", "ghcr.io:5000", "http://secure.test:3128/")]
    [InlineData("https://10.1.2.3/v2/", "10.0.0.0/8, 192.168.0.0/16", null)]
    [InlineData("https://11.1.2.3/v2/", "10.0.0.0/8", "http://secure.test:3128/")]
    [InlineData("https://[fd00::1]/v2/", "fd00::/8", null)]
    public void A_target_goes_through_its_proxy(string target, string bypass, string? proxy)
    {
        var environment = new Dictionary<string, string> { ["https_proxy"] = "http://secure.test:3128", ["HTTP_PROXY"] = "plain.test:3128", ["NO_PROXY"] = bypass };
        Assert.Equal(proxy, ProxySettings.FromEnvironment(environment.GetValueOrDefault).For(new Uri(target))?.ToString());
    }

    [Fact]
    public void A_proxy_that_is_no_URL_is_refused_without_repeating_it()
    {
        var error = Assert.Throws<FormatException>(() => ProxySettings.FromEnvironment(name => name == "https_proxy" ? "socks5://me:secret@proxy.test" : null));
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registry_is_reached_through_a_proxy_that_is_known_by_a_login()
    {
        await using var registry = await FaultyRegistry.Start();
        registry.AddComponent(Samples.Component(), "1.0");
        using var proxy = new TinyProxy(registry.Host, asksForLogin: true);
        var options = registry.Options();
        using var client = new RegistryClient(options with
        {
            Addresses = AddressRules.PublicOnly,
            Proxies = new ProxySettings(null, new Uri($"http://me:open%3Asesame@{proxy.Host}"), []),
            Registries = options.Registries.Add("registry.test:5000", new RegistryOptions { PlainHttp = true }),
        });
        Assert.True((await client.Open(Reference.Parse("registry.test:5000/demo/greet:1.0").Required).GetManifest("1.0", default)).IsOk);
        Assert.Contains(proxy.Heads, head => head.StartsWith("GET http://registry.test:5000/v2/demo/greet/manifests/1.0", StringComparison.Ordinal));
        Assert.Contains(proxy.Heads, head => head.Contains($"Proxy-Authorization: Basic {Convert.ToBase64String("me:open:sesame"u8)}", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("http://169.254.169.254/")]
    [InlineData("http://localhost:1/")]
    [InlineData("http://[::1]:1/")]
    [InlineData("http://10.0.0.1/")]
    public async Task A_proxy_is_not_asked_for_an_address_that_is_refused(string target)
    {
        await using var registry = await FaultyRegistry.Start();
        registry.Fault = context =>
        {
            context.Response.Redirect(target);
            return Task.FromResult(true);
        };
        using var proxy = new TinyProxy(registry.Host, asksForLogin: false);
        var options = registry.Options();
        using var client = new RegistryClient(options with
        {
            Addresses = AddressRules.PublicOnly,
            Proxies = new ProxySettings(null, new Uri($"http://{proxy.Host}"), []),
            Registries = options.Registries.Add("registry.test:5000", new RegistryOptions { PlainHttp = true }),
        });
        var error = (await client.Open(Reference.Parse("registry.test:5000/demo/greet:1.0").Required).GetManifest("1.0", default)).Error!;
        Assert.Equal(OciErrorKind.Refused, error.Kind);
        Assert.Single(proxy.Heads);
    }

    /// <summary>Passes plain requests on to one server, whatever host they are for.</summary>
    private sealed class TinyProxy : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

        internal TinyProxy(string target, bool asksForLogin)
        {
            _listener.Start();
            Host = _listener.LocalEndpoint.ToString()!;
            _ = Serve(target, asksForLogin);
        }

        internal string Host { get; }

        internal List<string> Heads { get; } = [];

        private async Task Serve(string target, bool asksForLogin)
        {
            try
            {
                while (true)
                {
                    using var peer = await _listener.AcceptTcpClientAsync();
                    await Pass(peer.GetStream(), target, asksForLogin);
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
            {
                // The listener was stopped.
            }
        }

        private async Task Pass(NetworkStream stream, string target, bool asksForLogin)
        {
            var head = new StringBuilder();
            var buffer = new byte[4096];
            while (!head.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
            {
                head.Append(Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer)));
            }
            Heads.Add(head.ToString());
            if (!head.ToString().Contains("Proxy-Authorization", StringComparison.OrdinalIgnoreCase) && asksForLogin)
            {
                await stream.WriteAsync("HTTP/1.1 407 Login\r\nProxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
                return;
            }
            using var server = new TcpClient();
            await server.ConnectAsync(IPEndPoint.Parse(target));
            var path = head.ToString().Split(' ')[1];
            var request = $"GET {new Uri(path).PathAndQuery} HTTP/1.1\r\nHost: {target}\r\nAccept: */*\r\nConnection: close\r\n\r\n";
            await server.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
            await server.GetStream().CopyToAsync(stream);
        }

        public void Dispose() => _listener.Stop();
    }
}
