using System.Text;
using Tapedeck.Oci.Credentials;
using Tapedeck.Oci.Registries;
using Xunit;

namespace Tapedeck.Oci.Tests.Registries;

public sealed class AuthenticationTests
{
    private const string Secret = "open-sesame";
    private static readonly string Basic = $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"me:{Secret}"))}";

    [Theory]
    [InlineData("token")]
    [InlineData("access_token")]
    public async Task An_anonymous_token_is_got_for_pulling_only_and_used_again(string field)
    {
        await using var registry = await FaultyRegistry.Start();
        registry.AddComponent(Samples.Component(), "1.0");
        var server = new TokenServer(registry) { Field = field };
        using var client = new RegistryClient(registry.Options());
        var repository = client.Open(registry.Reference());
        Assert.True((await repository.GetManifest("1.0", default)).IsOk);
        Assert.True((await repository.GetTags(default)).IsOk);
        Assert.Equal("/token?service=the%20registry&scope=repository%3Ademo%2Fgreet%3Apull", Assert.Single(server.TokenRequests));
        // The first request was refused, the second one took the token along.
        Assert.Equal(4, registry.Requests.Count);
    }

    [Fact]
    public async Task A_login_is_sent_to_the_token_server_and_never_to_the_registry()
    {
        await using var registry = await FaultyRegistry.Start();
        registry.AddComponent(Samples.Component(), "1.0");
        var server = new TokenServer(registry) { Wants = Basic };
        using var client = new RegistryClient(registry.Options() with { Logins = LoginList.Of(registry.Host, Login.Password("me", Secret)) });
        Assert.True((await client.Open(registry.Reference()).GetManifest("1.0", default)).IsOk);
        Assert.All(registry.Requests.Where(request => request.Authorization == Basic), request => Assert.StartsWith("/token", request.Path, StringComparison.Ordinal));
        Assert.Single(server.TokenRequests);
    }

    [Fact]
    public async Task An_identity_token_is_posted_as_a_refresh_token()
    {
        await using var registry = await FaultyRegistry.Start();
        registry.AddComponent(Samples.Component(), "1.0");
        var server = new TokenServer(registry);
        using var client = new RegistryClient(registry.Options() with { Logins = LoginList.Of(registry.Host, Login.IdentityToken(Secret)) });
        Assert.True((await client.Open(registry.Reference()).GetManifest("1.0", default)).IsOk);
        var form = Assert.Single(server.Forms);
        Assert.Equal(("refresh_token", Secret, "repository:demo/greet:pull"), (form["grant_type"], form["refresh_token"], form["scope"]));
    }

    [Fact]
    public async Task A_registry_token_is_used_as_it_is()
    {
        await using var registry = await FaultyRegistry.Start();
        registry.AddComponent(Samples.Component(), "1.0");
        _ = new TokenServer(registry);
        using var client = new RegistryClient(registry.Options() with { Logins = LoginList.Of(registry.Host, Login.RegistryToken("mine")) });
        Assert.Equal(OciErrorKind.Denied, (await client.Open(registry.Reference()).GetManifest("1.0", default)).Error!.Kind);
        Assert.Contains(registry.Requests, request => request.Authorization == "Bearer mine");
    }

    [Theory]
    [InlineData("without a lifetime it is a minute", null, 50, 1)]
    [InlineData("without a lifetime it is a minute", null, 70, 2)]
    [InlineData("within its lifetime", 300, 200, 1)]
    [InlineData("after its lifetime", 300, 301, 2)]
    public async Task A_token_is_renewed_when_its_time_is_over(string name, int? lifetime, int seconds, int tokens)
    {
        await using var registry = await FaultyRegistry.Start();
        registry.AddComponent(Samples.Component(), "1.0");
        var server = new TokenServer(registry) { ExpiresIn = lifetime };
        var time = new FastTime();
        using var client = new RegistryClient(registry.Options(time));
        await client.Open(registry.Reference()).GetManifest("1.0", default);
        time.Advance(TimeSpan.FromSeconds(seconds));
        await client.Open(registry.Reference()).GetManifest("1.0", default);
        Assert.Equal(tokens, server.TokenRequests.Count());
    }

    [Fact]
    public async Task A_token_that_expires_under_way_is_renewed_once()
    {
        await using var registry = await FaultyRegistry.Start();
        registry.AddComponent(Samples.Component(), "1.0");
        var server = new TokenServer(registry) { ExpiresIn = 3600 };
        using var client = new RegistryClient(registry.Options());
        var repository = client.Open(registry.Reference());
        Assert.True((await repository.GetManifest("1.0", default)).IsOk);
        server.RevokeAll();
        Assert.True((await repository.GetManifest("1.0", default)).IsOk);
        Assert.Equal(2, server.TokenRequests.Count());
    }

    [Fact]
    public async Task A_registry_that_takes_no_token_is_asked_twice_and_no_more()
    {
        await using var registry = await FaultyRegistry.Start();
        var server = new TokenServer(registry);
        var inner = registry.Fault;
        registry.Fault = context =>
        {
            server.RevokeAll();
            return inner(context);
        };
        using var client = new RegistryClient(registry.Options());
        Assert.Equal(OciErrorKind.Denied, (await client.Open(registry.Reference()).GetManifest("1.0", default)).Error!.Kind);
        Assert.Equal(3, registry.Requests.Count);
    }

    [Theory]
    [InlineData("another host over TLS", "https://evil.test/token", true, "may be sent to")]
    [InlineData("another host in plain text", "http://evil.test/token", false, "not https")]
    [InlineData("a metadata service", "http://169.254.169.254/token", false, "not https")]
    [InlineData("a metadata service over TLS", "https://169.254.169.254/token", false, "not public (link-local)")]
    [InlineData("a login in the address", "https://a:b@evil.test/token", false, "a login")]
    [InlineData("no address", "token", false, "names no server")]
    [InlineData("a file", "file:///etc/passwd", false, "not https")]
    [InlineData("a name that is none", "https://xn--ü.example/token", false, "no host that can be asked")]
    public async Task A_realm_elsewhere_gets_no_login_and_no_request(string name, string realm, bool login, string says)
    {
        await using var registry = await FaultyRegistry.Start();
        _ = new TokenServer(registry) { Realm = realm };
        var options = registry.Options();
        using var client = new RegistryClient(login ? options with { Logins = LoginList.Of(registry.Host, Login.Password("me", Secret)) } : options);
        var error = (await client.Open(registry.Reference()).GetManifest("1.0", default)).Error!;
        Assert.Contains(says, error.What, StringComparison.Ordinal);
        Assert.Equal(says == "names no server" ? OciErrorKind.Malformed : OciErrorKind.Refused, error.Kind);
        Assert.Single(registry.Requests);
    }

    [Fact]
    public async Task A_realm_that_the_installer_names_gets_the_login()
    {
        await using var registry = await FaultyRegistry.Start();
        await using var elsewhere = await FaultyRegistry.Start();
        registry.AddComponent(Samples.Component(), "1.0");
        var server = new TokenServer(registry) { Realm = $"http://tokens.test:{elsewhere.Host.Split(':')[1]}/token" };
        var options = registry.Options();
        using var client = new RegistryClient(options with
        {
            Logins = LoginList.Of(registry.Host, Login.Password("me", Secret)),
            Registries = options.Registries.SetItem(registry.Host, new RegistryOptions { PlainHttp = true, TokenHosts = ["tokens.test"] }),
        }, (host, _) => Task.FromResult(System.Net.Dns.GetHostAddresses(host == "tokens.test" ? "127.0.0.1" : host)));
        elsewhere.Fault = async context =>
        {
            await FaultyRegistry.Write(context, "{\"token\":\"other\"}"u8.ToArray());
            return true;
        };
        Assert.Equal(OciErrorKind.Denied, (await client.Open(registry.Reference()).GetManifest("1.0", default)).Error!.Kind);
        Assert.Contains(elsewhere.Requests, request => request.Authorization == Basic);
        Assert.Empty(server.TokenRequests);
    }

    [Theory]
    [InlineData("registry-1.docker.io", "https://auth.docker.io/token", null)]
    [InlineData("ghcr.io", "https://ghcr.io/token", null)]
    [InlineData("registry.test:5000", "https://registry.test/auth", null)]
    [InlineData("registry.test", "https://auth.registry.test/", null)]
    [InlineData("registry.test", "https://auth.test/", "is not one that this registry's login may be sent to")]
    [InlineData("registry.test", "https://evil-registry.test/", "is not one that this registry's login may be sent to")]
    [InlineData("localhost", "https://evil.localhost/", "is not one that this registry's login may be sent to")]
    [InlineData("ghcr.io", "https://auth.docker.io/token", "is not one that this registry's login may be sent to")]
    [InlineData("ghcr.io", "http://ghcr.io/token", "is not https")]
    public void A_login_goes_to_the_realm_of_its_registry(string host, string realm, string? refusal) =>
        Assert.Equal(refusal, TokenRealm.Refusal(new Uri(realm), host, RegistryOptions.Default, withLogin: true));

    [Fact]
    public async Task Basic_is_answered_with_a_password()
    {
        await using var registry = await FaultyRegistry.Start();
        registry.AddComponent(Samples.Component(), "1.0");
        RequireBasic(registry);
        using var client = new RegistryClient(registry.Options() with { Logins = LoginList.Of(registry.Host, Login.Password("me", Secret)) });
        var repository = client.Open(registry.Reference());
        Assert.True((await repository.GetManifest("1.0", default)).IsOk);
        Assert.True((await repository.GetManifest("1.0", default)).IsOk);
        Assert.Equal([null, Basic, Basic], registry.Requests.Select(request => request.Authorization));
    }

    [Fact]
    public async Task Of_several_logins_the_next_is_tried_where_one_is_denied()
    {
        await using var registry = await FaultyRegistry.Start();
        registry.AddComponent(Samples.Component(), "1.0");
        RequireBasic(registry);
        var logins = LoginList.Join([LoginList.Of($"{registry.Host}/demo", Login.Password("me", "wrong")), LoginList.Of(registry.Host, Login.Password("me", Secret))]);
        using var client = new RegistryClient(registry.Options() with { Logins = logins });
        Assert.True((await client.Open(registry.Reference()).GetManifest("1.0", default)).IsOk);
    }

    [Theory]
    [InlineData("no login", false, "give a login for this registry")]
    [InlineData("a wrong one", true, "look at the rights of the login")]
    public async Task A_denial_says_what_to_do_and_no_secret(string name, bool login, string advice)
    {
        await using var registry = await FaultyRegistry.Start();
        RequireBasic(registry);
        using var client = new RegistryClient(login ? registry.Options() with { Logins = LoginList.Of(registry.Host, Login.Password("me", "wrong-secret")) } : registry.Options());
        var error = Assert.IsType<TerminalError>((await client.Open(registry.Reference()).GetManifest("1.0", default)).Error);
        Assert.Equal(OciErrorKind.Denied, error.Kind);
        Assert.Contains(advice, error.Advice, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_helper_that_is_not_started_is_named_where_access_is_denied()
    {
        await using var registry = await FaultyRegistry.Start();
        RequireBasic(registry);
        var logins = DockerConfig.Parse(Encoding.UTF8.GetBytes($$$"""{"auths":{},"credHelpers":{"{{{registry.Host}}}":"ecr-login"}}"""), "config.json").Required;
        using var client = new RegistryClient(registry.Options() with { Logins = logins });
        Assert.Contains("docker-credential-ecr-login", (await client.Open(registry.Reference()).GetManifest("1.0", default)).Error!.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_challenge_of_the_host_behind_a_redirect_gets_nothing()
    {
        await using var registry = await FaultyRegistry.Start();
        await using var evil = await FaultyRegistry.Start();
        RequireBasic(evil);
        registry.Fault = context =>
        {
            context.Response.Redirect($"http://{evil.Host}/steal");
            return Task.FromResult(true);
        };
        var options = registry.Options() with { Logins = LoginList.Of(registry.Host, Login.Password("me", Secret)) };
        using var client = new RegistryClient(options);
        Assert.Equal(OciErrorKind.Denied, (await client.Open(registry.Reference()).GetManifest("1.0", default)).Error!.Kind);
        // Neither does the registry get what another host asked for.
        Assert.Null(Assert.Single(registry.Requests).Authorization);
        Assert.All(evil.Requests, request => Assert.Null(request.Authorization));
    }

    [Fact]
    public async Task A_token_server_that_redirects_is_not_followed_with_a_login()
    {
        await using var registry = await FaultyRegistry.Start();
        await using var evil = await FaultyRegistry.Start();
        _ = new TokenServer(registry);
        var inner = registry.Fault;
        registry.Fault = context =>
        {
            if (context.Request.Path != "/token")
            {
                return inner(context);
            }
            context.Response.Redirect($"http://{evil.Host}/token");
            return Task.FromResult(true);
        };
        using var client = new RegistryClient(registry.Options() with { Logins = LoginList.Of(registry.Host, Login.Password("me", Secret)) });
        Assert.False((await client.Open(registry.Reference()).GetManifest("1.0", default)).IsOk);
        Assert.All(evil.Requests, request => Assert.Null(request.Authorization));
    }

    [Theory]
    [InlineData("no JSON", "<html>")]
    [InlineData("no token", "{}")]
    [InlineData("a token that breaks a header", "{\"token\":\"a\\r\\nX: y\"}")]
    [InlineData("a token that is a number", "{\"token\":1}")]
    [InlineData("a lifetime before now", "{\"token\":\"a\",\"expires_in\":-1}")]
    public async Task A_token_server_that_answers_nonsense_is_an_error(string name, string body)
    {
        await using var registry = await FaultyRegistry.Start();
        _ = new TokenServer(registry);
        var inner = registry.Fault;
        registry.Fault = async context =>
        {
            if (context.Request.Path != "/token")
            {
                return await inner(context);
            }
            await FaultyRegistry.Write(context, Encoding.UTF8.GetBytes(body));
            return true;
        };
        using var client = new RegistryClient(registry.Options());
        Assert.Equal(OciErrorKind.Malformed, (await client.Open(registry.Reference()).GetManifest("1.0", default)).Error!.Kind);
    }

    private static void RequireBasic(FaultyRegistry registry) => registry.Fault = async context =>
    {
        if (context.Request.Headers.Authorization == Basic)
        {
            return false;
        }
        context.Response.Headers.WWWAuthenticate = "Basic realm=\"demo\"";
        await FaultyRegistry.Refuse(context, 401, "UNAUTHORIZED");
        return true;
    };
}
