using System.Text.Json;
using Tapedeck.Kube.Config;
using Tapedeck.Kube.Tests.Fakes;
using Xunit;

namespace Tapedeck.Kube.Tests.Config;

public sealed class KubeConfigTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tapedeck-kube-tests-");
    private readonly ManualTime _time = new();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_context_joins_its_cluster_its_user_and_its_namespace()
    {
        var (certificate, key) = Certificates.Client("jane");
        Write("ca.crt", Certificates.Authority());
        Write("sub/jane.crt", certificate);
        Write("sub/jane.key", key);
        var file = Write("config", """
            {"current-context": "a",
             "contexts": [{"name": "a", "context": {"cluster": "prod", "user": "nobody"}},
                          {"name": "b", "context": {"cluster": "prod", "user": "jane", "namespace": "team"}}],
             "clusters": [{"name": "prod", "cluster": {"server": "https://k8s.example:6443/prefix", "certificate-authority": "ca.crt",
                           "tls-server-name": "inner.example", "proxy-url": "socks5://127.0.0.1:1080"}}],
             "users": [{"name": "jane", "user": {"client-certificate": "sub/jane.crt", "client-key": "sub/jane.key", "as": "root", "as-groups": ["g"]}},
                       {"name": "nobody", "user": {}}]}
            """);
        var connection = Load([file], new() { Context = "b" });
        Assert.Equal("https://k8s.example:6443/prefix", connection.Server.ToString());
        Assert.Equal(("team", "inner.example", "socks5://127.0.0.1:1080/"), (connection.Namespace, connection.TlsServerName, connection.Proxy!.ToString()));
        Assert.Equal(("root", "g"), (connection.Impersonation.User, connection.Impersonation.Groups.Single()));
        Assert.NotNull(connection.Roots);
        Assert.False(connection.InsecureSkipTlsVerify);
        var proof = await connection.Credential.GetAsync(CancellationToken.None);
        Assert.Equal("CN=jane", proof.Certificate![0].Subject);
        Assert.True(proof.Certificate[0].HasPrivateKey);
        Assert.Equal("default", Load([file], new()).Namespace);
    }

    [Fact]
    public void Of_several_files_the_first_entry_of_a_name_and_the_first_current_context_count()
    {
        var first = Write("first", """
            {"current-context": "a", "clusters": [{"name": "c", "cluster": {"server": "https://first.example"}}], "contexts": []}
            """);
        var second = Write("second", """
            {"current-context": "b", "clusters": [{"name": "c", "cluster": {"server": "https://second.example"}}],
             "contexts": [{"name": "a", "context": {"cluster": "c"}}, {"name": "b", "context": {"cluster": "none"}}]}
            """);
        Assert.Equal("first.example", Load([Path.Combine(_folder.FullName, "not-there"), first, second], new()).Server.Host);
    }

    [Fact]
    public void A_file_that_is_not_JSON_is_read_by_the_reader_of_YAML_that_was_handed_in()
    {
        var file = Write("config", "current-context: a\n");
        var asked = "";
        var connection = KubeConfig.Load([file], Read, new(), _time);
        Assert.Equal("current-context: a\n", asked);
        Assert.Equal("a.example", connection.Server.Host);

        JsonElement Read(string text)
        {
            asked = text;
            return JsonElement.Parse("""
                {"current-context": "a", "contexts": [{"name": "a", "context": {"cluster": "c"}}], "clusters": [{"name": "c", "cluster": {"server": "https://a.example"}}]}
                """);
        }
    }

    public static TheoryData<string, string, string, string> Refusals => new()
    {
        { "no server", "{}", "{}", "The server of cluster 'c' is not an https address." },
        { "another scheme", """{"server": "ftp://a"}""", "{}", "The server of cluster 'c' is not an https address." },
        { "plain http", """{"server": "http://a"}""", "{}", "plain http, which anybody on the way can read and change" },
        { "a password in the address", """{"server": "https://a:b@c"}""", "{}", "has a password in its address" },
        { "no verification", """{"server": "https://a", "insecure-skip-tls-verify": true}""", "{}", "so that anybody could answer for it" },
        { "a proxy of an unknown scheme", """{"server": "https://a", "proxy-url": "ftp://secret@b"}""", "{}", "The proxy-url of cluster 'c' is not an address with one of the schemes http, https, socks5." },
        { "an authority that is not base64", """{"server": "https://a", "certificate-authority-data": "%"}""", "{}", "The certificate-authority-data of cluster 'c' is not base64." },
        { "an authority that is no certificate", """{"server": "https://a", "certificate-authority-data": "eA=="}""", "{}", "holds no CERTIFICATE block" },
        { "an authority that is not there", """{"server": "https://a", "certificate-authority": "gone.crt"}""", "{}", "cannot be read" },
        { "a provider", """{"server": "https://a"}""", """{"auth-provider": {"name": "gcp"}}""", "use an exec plugin" },
        { "a password", """{"server": "https://a"}""", """{"username": "u", "password": "s3cr3t"}""", "has a username and password" },
        { "a certificate without its key", """{"server": "https://a"}""", """{"client-certificate": "a.crt"}""", "has a client-certificate without a client-key" },
        { "a key without its certificate", """{"server": "https://a"}""", """{"client-key-data": "czNjcjN0"}""", "has a client-key without a client-certificate" },
        { "groups of nobody", """{"server": "https://a"}""", """{"as-groups": ["a"]}""", "has as-groups or as-user-extra without as" },
        { "a plugin without a command", """{"server": "https://a"}""", """{"exec": {"apiVersion": "client.authentication.k8s.io/v1"}}""", "has no command" },
        { "a plugin of another version", """{"server": "https://a"}""", """{"exec": {"apiVersion": "client.authentication.k8s.io/v1alpha1", "command": "x"}}""", "has the apiVersion 'client.authentication.k8s.io/v1alpha1'" },
        { "a plugin without a mode", """{"server": "https://a"}""", """{"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "x"}}""", "needs an interactiveMode" },
        { "a plugin that wants a terminal", """{"server": "https://a"}""", """{"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "x", "interactiveMode": "Always"}}""", "wants a terminal" },
    };

    [Theory, MemberData(nameof(Refusals))]
    public void What_cannot_be_used_is_refused_by_its_name(string name, string cluster, string user, string message)
    {
        var file = Write("config", $$$"""
            {"current-context": "x", "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
             "clusters": [{"name": "c", "cluster": {{{cluster}}} }], "users": [{"name": "u", "user": {{{user}}} }]}
            """);
        var error = Assert.Throws<KubeConfigException>(() => Load([file], new()));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret@", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"current-context": ""}""", "has no current-context")]
    [InlineData("""{"current-context": "a", "contexts": [{"name": "b"}]}""", "no entry 'a' in contexts, which current-context names. There are: b.")]
    [InlineData("""{"current-context": "a", "contexts": [{"name": "a", "context": {"cluster": "c"}}]}""", "no entry 'c' in clusters, which context 'a' names. There are: none.")]
    [InlineData("""{"current-context": """, "is not valid JSON, near line 1.")]
    public void What_is_missing_is_named(string text, string message) =>
        Assert.Contains(message, Assert.Throws<KubeConfigException>(() => Load([Write("config", text)], new())).Message, StringComparison.Ordinal);

    [Fact]
    public void Without_a_file_the_places_are_named() =>
        Assert.Contains("There is no kubeconfig at /no/such/file", Assert.Throws<KubeConfigException>(() => Load(["/no/such/file"], new())).Message, StringComparison.Ordinal);

    [Fact]
    public void Insecure_servers_are_taken_when_that_is_said()
    {
        var file = Write("config", """
            {"current-context": "x", "contexts": [{"name": "x", "context": {"cluster": "c"}}],
             "clusters": [{"name": "c", "cluster": {"server": "https://a", "insecure-skip-tls-verify": true}}]}
            """);
        Assert.True(Load([file], new() { AllowInsecure = true }).InsecureSkipTlsVerify);
    }

    [Fact]
    public async Task Inside_a_cluster_token_authority_and_namespace_are_mounted_and_the_token_is_read_again()
    {
        Write("token", "first");
        Write("namespace", "team\n");
        Write("ca.crt", Certificates.Authority());
        var connection = InCluster.Load(name => name == "KUBERNETES_SERVICE_HOST" ? "fd00::1" : "443", _folder.FullName, _time);
        Assert.Equal(("https://[fd00::1]/", "team"), (connection.Server.ToString(), connection.Namespace));
        Assert.Equal("first", await TokenAsync(connection));
        Write("token", "second");
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal("first", await TokenAsync(connection));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("second", await TokenAsync(connection));
        // Kubelet swaps a link; for a moment there may be nothing.
        File.Delete(Path.Combine(_folder.FullName, "token"));
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("second", await TokenAsync(connection));
        Write("token", "third");
        var proof = await connection.Credential.GetAsync(CancellationToken.None);
        Assert.True(connection.Credential.Reject(proof));
        Assert.Equal("third", await TokenAsync(connection));
    }

    [Fact]
    public void Outside_of_a_cluster_that_is_said() =>
        Assert.Contains("this is not a pod", Assert.Throws<KubeConfigException>(() => InCluster.Load(_ => null, _folder.FullName, _time)).Message, StringComparison.Ordinal);

    private static async Task<string?> TokenAsync(KubeConnection connection) => (await connection.Credential.GetAsync(CancellationToken.None)).Token;

    private KubeConnection Load(string[] files, KubeConfigOptions options) =>
        KubeConfig.Load(files, _ => throw new InvalidOperationException("it is JSON"), options, _time);

    private string Write(string name, string text)
    {
        var file = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return file;
    }
}
