using System.Text;
using System.Text.Json.Nodes;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Config;
using Tapedeck.Kube.Tests.Fakes;
using Xunit;

namespace Tapedeck.Kube.Tests.Cluster;

/// <summary>Who we are, and who the server is, settled between two programs that both care.</summary>
[Collection(RealServerCollection.Name)]
public sealed class CredentialsTests(RealServer server) : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tapedeck-kube-tests-");

    public void Dispose() => _folder.Delete(recursive: true);

    [RealServerFact(OnlyOurs = true)]
    public async Task A_user_without_rights_is_told_so_and_an_unknown_one_too()
    {
        using var nobody = server.Client("nobody");
        var error = await Assert.ThrowsAsync<ForbiddenException>(() => nobody.ListAsync(RealServer.ConfigMaps, Selection.All, None));
        Assert.Contains("nobody", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("nobody-token", error.ToString(), StringComparison.Ordinal);
        await Assert.ThrowsAsync<UnauthorizedException>(() => TryAsync(new() { ["token"] = "no-such-token" }));
    }

    [RealServerFact(OnlyOurs = true)]
    public async Task A_token_that_was_renewed_in_its_file_is_taken_when_the_old_one_is_refused()
    {
        var file = Write("token", "an-old-token\n");
        var connection = Load(new() { ["tokenFile"] = "token" });
        using var client = new KubeClient(connection, new(), TimeProvider.System);
        await Assert.ThrowsAsync<UnauthorizedException>(() => client.ListAsync(RealServer.Namespaces, Selection.All, None));
        await File.WriteAllTextAsync(file, "admin-token\n");
        Assert.NotEmpty((await client.ListAsync(RealServer.Namespaces, Selection.All, None)).Items);
    }

    [RealServerFact(OnlyOurs = true)]
    public async Task An_exec_plugin_gives_a_token_once_and_another_when_it_is_refused()
    {
        Scripts.Write(Path.Combine(_folder.FullName, "plugin"), """
            #!/bin/sh
            cd "$(dirname "$0")"
            echo "$KUBERNETES_EXEC_INFO" >>asked
            token=$1
            [ -f renewed ] && token=$EXTRA
            echo "{\"apiVersion\": \"client.authentication.k8s.io/v1\", \"kind\": \"ExecCredential\", \"status\": {\"token\": \"$token\"}}"
            """);
        using var client = new KubeClient(Load(Exec("./plugin", "admin-token", "robot")), new(), TimeProvider.System);
        Assert.NotEmpty((await client.ListAsync(RealServer.Namespaces, Selection.All, None)).Items);
        Assert.NotEmpty((await client.ListAsync(RealServer.Namespaces, Selection.All, None)).Items);
        var asked = Assert.Single(await File.ReadAllLinesAsync(Path.Combine(_folder.FullName, "asked")));
        var information = JsonNode.Parse(asked)!;
        Assert.Equal(server.ClusterEntry.GetProperty("server").GetString(), information["spec"]!["cluster"]!["server"]!.GetValue<string>());
        Assert.False(information["spec"]!["interactive"]!.GetValue<bool>());

        // The token that the plugin gave is no good any more: it is asked once more, and then believed.
        using var other = new KubeClient(Load(Exec("./plugin", "an-old-token", "admin-token")), new(), TimeProvider.System);
        await Assert.ThrowsAsync<UnauthorizedException>(() => other.ListAsync(RealServer.Namespaces, Selection.All, None));
        Write("renewed", "");
        Assert.NotEmpty((await other.ListAsync(RealServer.Namespaces, Selection.All, None)).Items);
    }

    [RealServerFact(OnlyOurs = true)]
    public async Task Requests_go_by_HTTP_2_over_one_connection()
    {
        var connection = server.Connection("robot");
        using var connector = new Connector(connection, new());
        var proof = await connection.Credential.GetAsync(None);
        using var message = new HttpRequestMessage(HttpMethod.Get, new Uri(connection.Server, "/readyz")) { Version = new(2, 0), VersionPolicy = HttpVersionPolicy.RequestVersionOrLower };
        using var answer = await connector.For(proof).SendAsync(message, None);
        Assert.Equal((new Version(2, 0), "ok"), (answer.Version, await answer.Content.ReadAsStringAsync()));
        Assert.Same(connector.For(proof), connector.For(proof));
    }

    [RealServerFact(OnlyOurs = true)]
    public async Task An_administrator_can_act_as_nobody()
    {
        var error = await Assert.ThrowsAsync<ForbiddenException>(() => TryAsync(new() { ["token"] = "admin-token", ["as"] = "somebody-else", ["as-groups"] = new JsonArray("team") }));
        Assert.Contains("somebody-else", error.Message, StringComparison.Ordinal);
    }

    [RealServerFact(OnlyOurs = true)]
    public async Task A_server_is_believed_only_if_its_authority_vouches_for_its_name()
    {
        JsonObject User() => new() { ["token"] = "admin-token" };
        await TryAsync(User(), cluster => cluster["tls-server-name"] = "kubernetes.default.svc");
        await Assert.ThrowsAsync<UnavailableException>(() => TryAsync(User(), cluster => cluster["tls-server-name"] = "another.example"));
        await Assert.ThrowsAsync<UnavailableException>(() => TryAsync(User(), cluster => cluster["certificate-authority-data"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(Certificates.Authority()))));
        await Assert.ThrowsAsync<UnavailableException>(() => TryAsync(User(), cluster => cluster.Remove("certificate-authority-data")));
        await TryAsync(User(), cluster =>
        {
            cluster.Remove("certificate-authority-data");
            cluster["insecure-skip-tls-verify"] = true;
        });
    }

    private static JsonObject Exec(string command, string argument, string extra) => new()
    {
        ["exec"] = new JsonObject
        {
            ["apiVersion"] = "client.authentication.k8s.io/v1",
            ["command"] = command,
            ["args"] = new JsonArray(argument),
            ["env"] = new JsonArray(new JsonObject { ["name"] = "EXTRA", ["value"] = extra }),
            ["interactiveMode"] = "IfAvailable",
            ["provideClusterInfo"] = true,
        },
    };

    private async Task TryAsync(JsonObject user, Action<JsonObject>? change = null)
    {
        using var client = new KubeClient(Load(user, change), new(), TimeProvider.System);
        await client.ListAsync(RealServer.Namespaces, Selection.All, None);
    }

    private KubeConnection Load(JsonObject user, Action<JsonObject>? change = null)
    {
        var cluster = JsonObject.Create(server.ClusterEntry)!;
        change?.Invoke(cluster);
        var config = new JsonObject
        {
            ["current-context"] = "x",
            ["contexts"] = new JsonArray(new JsonObject { ["name"] = "x", ["context"] = new JsonObject { ["cluster"] = "x", ["user"] = "x" } }),
            ["clusters"] = new JsonArray(new JsonObject { ["name"] = "x", ["cluster"] = cluster }),
            ["users"] = new JsonArray(new JsonObject { ["name"] = "x", ["user"] = user }),
        };
        var file = Write($"config-{Guid.NewGuid():n}", config.ToJsonString());
        return KubeConfig.Load([file], _ => throw new InvalidOperationException("it is JSON"), new() { AllowInsecure = true }, TimeProvider.System);
    }

    private string Write(string name, string text)
    {
        var file = Path.Combine(_folder.FullName, name);
        File.WriteAllText(file, text);
        return file;
    }
}
