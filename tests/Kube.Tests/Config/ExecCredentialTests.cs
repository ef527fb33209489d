using System.Text.Json;
using Tapedeck.Kube.Config;
using Tapedeck.Kube.Tests.Fakes;
using Xunit;

namespace Tapedeck.Kube.Tests.Config;

public sealed class ExecCredentialTests : IDisposable
{
    private const string Version = "client.authentication.k8s.io/v1";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tapedeck-kube-tests-");
    private readonly ManualTime _time = new();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_token_is_kept_until_just_before_its_end()
    {
        var credential = Credential($$$"""
            echo x >>"$(dirname "$0")/runs"
            echo '{"apiVersion": "{{{Version}}}", "kind": "ExecCredential", "status": {"token": "t", "expirationTimestamp": "2026-01-01T01:00:00Z"}}'
            """);
        await credential.GetAsync(CancellationToken.None);
        _time.Advance(TimeSpan.FromMinutes(59));
        await credential.GetAsync(CancellationToken.None);
        Assert.Equal(1, Runs);
        _time.Advance(TimeSpan.FromSeconds(51));
        await credential.GetAsync(CancellationToken.None);
        Assert.Equal(2, Runs);
    }

    [Fact]
    public async Task Many_requests_at_once_run_the_plugin_once()
    {
        var credential = Credential($$$"""
            echo x >>"$(dirname "$0")/runs"
            sleep 0.2
            echo '{"apiVersion": "{{{Version}}}", "kind": "ExecCredential", "status": {"token": "t"}}'
            """);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => credential.GetAsync(CancellationToken.None).AsTask()));
        Assert.Equal(1, Runs);
    }

    [Fact]
    public async Task A_client_certificate_stays_the_same_object_while_it_is_the_same()
    {
        var (certificate, key) = Certificates.Client("jane");
        var json = JsonSerializer.Serialize(new { apiVersion = Version, kind = "ExecCredential", status = new { clientCertificateData = certificate, clientKeyData = key } });
        File.WriteAllText(Path.Combine(_folder.FullName, "answer"), json);
        var credential = Credential("""cat "$(dirname "$0")/answer" """);
        var first = await credential.GetAsync(CancellationToken.None);
        Assert.True(credential.Reject(first));
        var second = await credential.GetAsync(CancellationToken.None);
        Assert.NotSame(first, second);
        Assert.Same(first.Certificate, second.Certificate);
        Assert.Equal("CN=jane", first.Certificate![0].Subject);
    }

    [Theory]
    [InlineData("exit 3", "failed with exit code 3; what it said is above. Install it thus.")]
    [InlineData("echo s3cr3t", "printed something that is not JSON")]
    [InlineData("echo '{\"kind\": \"Pod\", \"token\": \"s3cr3t\"}'", "printed something else than an ExecCredential")]
    [InlineData("echo '{\"apiVersion\": \"client.authentication.k8s.io/v1beta1\", \"kind\": \"ExecCredential\", \"status\": {\"token\": \"s3cr3t\"}}'", "something else than an ExecCredential of client.authentication.k8s.io/v1")]
    [InlineData("echo '{\"apiVersion\": \"client.authentication.k8s.io/v1\", \"kind\": \"ExecCredential\", \"status\": {}}'", "neither a token nor a client certificate")]
    [InlineData("echo '{\"apiVersion\": \"client.authentication.k8s.io/v1\", \"kind\": \"ExecCredential\", \"status\": {\"clientCertificateData\": \"s3cr3t\", \"clientKeyData\": \"s3cr3t\"}}'", "holds no CERTIFICATE block")]
    [InlineData("yes s3cr3t", "printed more than 1 MiB")]
    public async Task A_plugin_that_gives_no_credential_is_told_of_without_what_it_printed(string script, string message)
    {
        var error = await Assert.ThrowsAsync<KubeConfigException>(async () => await Credential(script).GetAsync(CancellationToken.None));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plugin_that_is_not_there_is_told_of_with_how_to_install_it()
    {
        var error = await Assert.ThrowsAsync<KubeConfigException>(async () => await Credential("", command: "no-such-program-anywhere").GetAsync(CancellationToken.None));
        Assert.Contains("exec plugin 'no-such-program-anywhere' of user 'u' cannot be started", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("Install it thus.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plugin_that_hangs_is_ended_with_its_request()
    {
        using var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(0.5));
        var credential = Credential("""
            echo $$ >"$(dirname "$0")/pid"
            exec sleep 60
            """);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await credential.GetAsync(cancel.Token));
        var pid = (await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "pid"))).Trim();
        await Eventually.True(() => !File.Exists($"/proc/{pid}/stat") || File.ReadAllText($"/proc/{pid}/stat").Contains(") Z", StringComparison.Ordinal), "the plugin is gone");
    }

    private int Runs => File.ReadAllLines(Path.Combine(_folder.FullName, "runs")).Length;

    private ExecCredential Credential(string script, string command = "./plugin")
    {
        var file = Path.Combine(_folder.FullName, "plugin");
        Scripts.Write(file, $"#!/bin/sh\n{script}\n");
        var exec = JsonSerializer.SerializeToElement(new { apiVersion = Version, command, interactiveMode = "Never", installHint = "Install it thus." });
        return new(ExecPlugin.Read(new("user 'u'", _folder.FullName, exec), new("cluster 'c'", _folder.FullName, default), terminal: false), _time);
    }
}
