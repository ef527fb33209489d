using System.Text;
using Tapedeck.Oci.Credentials;
using Tapedeck.Server.Commands;
using Tapedeck.Server.Loading;
using Xunit;

namespace Tapedeck.Server.Tests.Loading;

/// <summary>The logins of a laptop: of docker's files, of a tool's pull secrets, of credential helpers.</summary>
public sealed class ToolPullsTests
{
    [Theory]
    [InlineData(".dockerconfigjson")]
    [InlineData(".dockercfg")]
    public async Task A_pull_secret_of_the_tool_is_sent_to_its_registry(string key)
    {
        await using var registry = await TestRegistry.StartAsync();
        registry.Push("v1", HandMade.Component(1));
        registry.Fault = async context =>
        {
            if (context.Request.Headers.Authorization == $"Basic {Convert.ToBase64String("ann:secret"u8)}")
            {
                return false;
            }
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"demo\"";
            await context.Response.CompleteAsync();
            return true;
        };
        var folder = Directory.CreateTempSubdirectory("login-").FullName;
        var logins = $"{{\"{registry.Host}\":{{\"auth\":\"{Convert.ToBase64String("ann:secret"u8)}\"}}}}";
        File.WriteAllText(Path.Combine(folder, key), key == ".dockercfg" ? logins : $"{{\"auths\":{logins}}}");
        try
        {
            using var without = new Station(options: TestRegistry.Options());
            without.Write("tool.yaml", registry.Tool("tag: v1"));
            await without.ApplyAsync();
            Assert.Equal(LoadFailure.PullFailed, without.Served("tool").Failure!.Reason);
            using var missing = new Station(options: TestRegistry.Options());
            missing.Write("tool.yaml", registry.Tool("tag: v1", more: ", pullSecrets: [login]"));
            await missing.ApplyAsync();
            Assert.Contains("start with --secret login/.dockerconfigjson=FILE", missing.Served("tool").Failure!.Message, StringComparison.Ordinal);
            using var with = new Station(options: TestRegistry.Options(), secrets: new Dictionary<string, string> { ["login"] = folder });
            with.Write("tool.yaml", registry.Tool("tag: v1", more: ", pullSecrets: [login]"));
            await with.ApplyAsync();
            Assert.Null(with.Served("tool").Failure);
            Assert.Equal("1", await with.ValueAsync("version", """{"spins":0}"""));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Plain_http_is_talked_where_the_tool_says_so_and_nowhere_else()
    {
        await using var registry = await TestRegistry.StartAsync();
        registry.Push("v1", HandMade.Component(1));
        using var station = new Station(options: TestRegistry.Options());
        station.Write("tool.yaml", registry.Tool("tag: v1").Replace("plainHttp: true", "plainHttp: false", StringComparison.Ordinal));
        await station.ApplyAsync();
        Assert.Equal(LoadFailure.PullFailed, station.Served("tool").Failure!.Reason);
        station.Write("tool.yaml", registry.Tool("tag: v1"));
        await station.ApplyAsync();
        Assert.Null(station.Served("tool").Failure);
    }

    [Fact]
    public void Logins_come_from_the_files_that_docker_and_podman_write()
    {
        var home = Directory.CreateTempSubdirectory("home-").FullName;
        try
        {
            Assert.Null(DockerLogins.Read(_ => null, home).HelperOf("ghcr.io"));
            Directory.CreateDirectory(Path.Combine(home, ".docker"));
            File.WriteAllText(Path.Combine(home, ".docker", "config.json"), """{"auths":{},"credsStore":"desktop","credHelpers":{"gcr.io":"gcloud"}}""");
            var logins = DockerLogins.Read(_ => null, home);
            Assert.Equal(("desktop", "gcloud"), (logins.HelperOf("ghcr.io"), logins.HelperOf("gcr.io")));
            var other = Directory.CreateDirectory(Path.Combine(home, "other")).FullName;
            Assert.Null(DockerLogins.Read(name => name == "DOCKER_CONFIG" ? other : null, home).HelperOf("ghcr.io"));
            File.WriteAllText(Path.Combine(other, "config.json"), """{"auths":{"ghcr.io":{"auth":"hunter2"}}}""");
            var error = Assert.Throws<StartException>(() => DockerLogins.Read(name => name == "DOCKER_CONFIG" ? other : null, home));
            Assert.Contains(other, error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("hunter2", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    [Theory]
    [InlineData("a password", """{"ServerURL":"x","Username":"ann","Secret":"s"}""", "a login by Password")]
    [InlineData("a token", """{"Username":"<token>","Secret":"s"}""", "a login by IdentityToken")]
    [InlineData("no login", """{"Username":"ann"}""", null)]
    [InlineData("a list", "[]", null)]
    [InlineData("no JSON", "credentials not found in native keychain", null)]
    public void An_answer_of_a_credential_helper(string name, string output, string? login) => Assert.Equal(login, CredentialHelper.Parse(output)?.ToString());

    [Theory]
    [InlineData("none of that name", "tapedeck-has-none")]
    [InlineData("a path", "../../bin/sh")]
    [InlineData("no name", "")]
    public async Task A_helper_that_cannot_be_asked_gives_no_login(string what, string name) =>
        Assert.Null(await CredentialHelper.AskAsync(name, "ghcr.io", default));

    [Fact]
    public async Task A_helper_is_started_from_PATH_and_never_from_the_current_folder()
    {
        var folder = Directory.CreateTempSubdirectory("path-").FullName;
        var name = $"tapedeck-{Guid.NewGuid():n}";
        var here = Path.Combine(Directory.GetCurrentDirectory(), $"docker-credential-{name}");
        try
        {
            Helper(here, "true");
            Assert.Null(await CredentialHelper.AskAsync(name, "ghcr.io", default));
            Assert.Null(await CredentialHelper.AskAsync(name, "ghcr.io", $".{Path.PathSeparator}{Path.PathSeparator}{folder}", default));
            // More on standard error than a pipe holds.
            Helper(Path.Combine(folder, $"docker-credential-{name}"), $"head -c 200000 /dev/zero >&2; cat >'{folder}/asked'");
            Assert.Equal("a login by Password", (await CredentialHelper.AskAsync(name, "docker.io", folder, default))?.ToString());
            Assert.Equal("https://index.docker.io/v1/", await File.ReadAllTextAsync(Path.Combine(folder, "asked")));
        }
        finally
        {
            File.Delete(here);
            Directory.Delete(folder, recursive: true);
        }

        static void Helper(string file, string does)
        {
            File.WriteAllText(file, $$"""
                #!/bin/sh
                {{does}}
                echo '{"Username":"ann","Secret":"s"}'
                """.ReplaceLineEndings("\n") + "\n");
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
    }

    [Fact]
    public async Task A_helper_is_asked_for_the_registry_and_its_answer_is_the_login()
    {
        var asked = new List<string>();
        var logins = DockerConfig.Parse(Encoding.UTF8.GetBytes("""{"credHelpers":{"127.0.0.1:1":"mine"}}"""), "test").Required;
        var pulls = new ToolPulls(TestRegistry.Options().Pull with { Logins = logins }, null, new PodMounts(), (helper, registry, _) =>
        {
            asked.Add($"{helper} {registry}");
            return Task.FromResult<Login?>(Login.Password("a", "b"));
        });
        var (own, problem) = await pulls.OfAsync(new Manifest.Specs.OciSource("127.0.0.1:1/demo/tool", new(Manifest.Specs.ArtifactRefKind.Tag, "v1")), default);
        using (own)
        {
            Assert.NotNull(own);
        }
        Assert.Equal((problem, "mine 127.0.0.1:1"), ("", string.Join(',', asked)));
        Assert.Null((await pulls.OfAsync(new Manifest.Specs.OciSource("ghcr.io/demo/tool", new(Manifest.Specs.ArtifactRefKind.Tag, "v1")), default)).Own);
    }
}
