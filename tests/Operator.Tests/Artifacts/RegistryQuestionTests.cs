using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Tapedeck.Kube.Objects;
using Tapedeck.Manifest.Specs;
using Tapedeck.Oci.Tests.Signatures.Making;
using Tapedeck.Operator.Artifacts;
using Tapedeck.Operator.Policies;
using Tapedeck.Operator.Tests.Cluster;
using Tapedeck.Operator.Tools;
using Tapedeck.Policy.Merging;
using Tapedeck.Policy.Specs;
using Xunit;

namespace Tapedeck.Operator.Tests.Artifacts;

/// <summary>What the operator makes of a registry's answers, with Secrets and ConfigMaps of a real API server under the operator's own rights.</summary>
[Collection(ApiServerCollection.Name)]
public sealed class RegistryQuestionTests(ApiServer server) : IAsyncLifetime
{
    private readonly string _namespace = Stage.NewNamespace();
    private Publisher _registry = null!;
    private TimeProvider _time = TimeProvider.System;

    public async Task InitializeAsync()
    {
        _registry = await Publisher.StartAsync();
        if (ApiServer.Missing is null)
        {
            await server.Client.CreateAsync(Kinds.Namespaces, KubeObject.From(Json.Object(("apiVersion", "v1"), ("kind", "Namespace"), ("metadata", Json.Object(("name", _namespace))))), "tests", default);
        }
    }

    public async Task DisposeAsync() => await _registry.DisposeAsync();

    [ApiServerFact]
    public async Task A_tag_is_what_it_stands_for_at_the_moment()
    {
        var (one, two) = (_registry.Push("one", "v1"), _registry.Push("two"));
        var found = await FoundAsync(new(ArtifactRefKind.Tag, "v1"));
        Assert.Equal((one, "v1", _registry.Repository), (found.Digest, found.Tag, found.Repository));
        Assert.Empty(found.Signers);
        Assert.Equal(two, _registry.Push("two", "v1"));
        Assert.Equal(two, (await FoundAsync(new(ArtifactRefKind.Tag, "v1"))).Digest);
        // No component is pulled for that.
        Assert.DoesNotContain(_registry.Requests, path => path.Contains("/blobs/", StringComparison.Ordinal));
    }

    [ApiServerTheory]
    [InlineData("1.x", "1.10.0")]
    [InlineData("~1.2.0", "1.2.9")]
    [InlineData(">=1.0.0 <1.10.0", "1.9.1")]
    [InlineData("2.x", "v2.0.1")]
    public async Task A_range_is_its_highest_version(string range, string tag)
    {
        foreach (var version in new[] { "1.2.0", "1.2.9", "1.9.1", "1.10.0", "1.11.0-rc.1", "v2.0.1", "latest", "3", "sha256-00.sig" })
        {
            _registry.Push(version, version);
        }
        var found = await FoundAsync(new(ArtifactRefKind.Semver, range));
        Assert.Equal((tag, _registry.Push(tag)), (found.Tag, found.Digest));
    }

    /// <summary>Whether it is there is found out by the pods, which pull it; only signatures are asked for here.</summary>
    [ApiServerFact]
    public async Task A_digest_is_itself_and_no_registry_is_asked_what_it_stands_for()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var one = _registry.Push("one", "v1");
        _registry.Push("two", "v1");
        var found = await FoundAsync(new(ArtifactRefKind.Digest, one));
        Assert.Equal((one, null), (found.Digest, found.Tag));
        Assert.Empty(_registry.Requests);
        await FailsAsync("NotVerified", isRetryable: false, new(ArtifactRefKind.Digest, one), verify: Keys(key));
        _registry.Sign(one, key);
        Assert.Single((await FoundAsync(new(ArtifactRefKind.Digest, one), verify: Keys(key))).Signers);
        await FailsAsync("NotVerified", isRetryable: false, new(ArtifactRefKind.Digest, Given.Digest), verify: Keys(key));
    }

    [ApiServerFact]
    public async Task What_is_not_there_is_not_asked_for_again_before_its_time()
    {
        _registry.Push("one", "1.0.0");
        await FailsAsync("NotFound", isRetryable: false, new(ArtifactRefKind.Tag, "v1"));
        await FailsAsync("NotFound", isRetryable: false, new(ArtifactRefKind.Semver, "2.x"));
    }

    [ApiServerFact]
    public async Task A_registry_without_the_right_to_ask_it_says_so_and_a_pull_secret_helps()
    {
        var digest = _registry.Push("one", "v1");
        var expected = $"Basic {Convert.ToBase64String("robot:hunter2"u8)}";
        _registry.Fault = context => context.Request.Headers.Authorization == expected ? Task.FromResult(false) : Publisher.RefuseAsync(context, 401, ("WWW-Authenticate", "Basic realm=\"x\""));
        await FailsAsync("Denied", isRetryable: false);
        await SecretAsync("right", Login(_registry.Host, "robot", "hunter2"));
        await SecretAsync("wrong", Login(_registry.Host, "robot", "guessed"));
        await SecretAsync("elsewhere", Login("other.example", "robot", "hunter2"));
        await MakeAsync(Kinds.Secrets, "junk", ("data", Json.Object((".dockerconfigjson", Convert.ToBase64String("{"u8)))));
        Assert.Equal(digest, (await FoundAsync(source: source => source with { PullSecrets = ["right"] })).Digest);
        Assert.Equal(digest, (await FoundAsync(source: source => source with { PullSecrets = ["elsewhere", "right"] })).Digest);
        // The older kind has no word around its logins.
        var logins = System.Text.Json.Nodes.JsonNode.Parse(Login(_registry.Host, "robot", "hunter2"))!["auths"]!.ToJsonString();
        await MakeAsync(Kinds.Secrets, "older", ("type", "kubernetes.io/dockercfg"), ("data", Json.Object((".dockercfg", Convert.ToBase64String(Encoding.UTF8.GetBytes(logins))))));
        Assert.Equal(digest, (await FoundAsync(source: source => source with { PullSecrets = ["older"] })).Digest);
        var refused = await FailsAsync("Denied", isRetryable: false, source: source => source with { PullSecrets = ["wrong"] });
        Assert.DoesNotContain("guessed", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("a secret detail", refused.Message, StringComparison.Ordinal);
        await FailsAsync("Denied", isRetryable: false, source: source => source with { PullSecrets = ["elsewhere"] });
        var missing = await FailsAsync("MissingSecret", isRetryable: true, source: source => source with { PullSecrets = ["none"] });
        Assert.Contains("Secret none with the key .dockerconfigjson or .dockercfg", missing.Message, StringComparison.Ordinal);
        var junk = Assert.IsType<Resolution.Failed>(await AskAsync(source: source => source with { PullSecrets = ["junk"] }));
        Assert.False(junk.IsRetryable);
        Assert.Contains("Secret junk", junk.Message, StringComparison.Ordinal);
    }

    [ApiServerFact]
    public async Task A_token_is_fetched_with_the_pull_secret_from_the_registrys_own_token_server()
    {
        var digest = _registry.Push("one", "v1");
        _registry.Fault = async context =>
        {
            if (context.Request.Path == "/token")
            {
                await context.Response.WriteAsync(context.Request.Headers.Authorization == $"Basic {Convert.ToBase64String("robot:hunter2"u8)}" ? """{"token":"t0"}""" : """{"token":"anonymous"}""");
                return true;
            }
            return context.Request.Headers.Authorization != "Bearer t0"
                && await Publisher.RefuseAsync(context, 401, ("WWW-Authenticate", $"Bearer realm=\"http://{_registry.Host}/token\",service=\"x\",scope=\"repository:demo/tool:pull\""));
        };
        await SecretAsync("right", Login(_registry.Host, "robot", "hunter2"));
        Assert.Equal(digest, (await FoundAsync(source: source => source with { PullSecrets = ["right"] })).Digest);
        await FailsAsync("Denied", isRetryable: false);
    }

    [ApiServerFact]
    public async Task A_pull_secret_reaches_a_token_server_on_another_host_only_after_the_installer_named_it()
    {
        var digest = _registry.Push("one", "v1");
        var elsewhere = $"localhost:{_registry.Host.Split(':')[1]}";
        _registry.Fault = async context =>
        {
            if (context.Request.Path == "/token")
            {
                await context.Response.WriteAsync("""{"token":"t0"}""");
                return true;
            }
            return context.Request.Headers.Authorization != "Bearer t0"
                && await Publisher.RefuseAsync(context, 401, ("WWW-Authenticate", $"Bearer realm=\"http://{elsewhere}/token\",service=\"x\""));
        };
        await SecretAsync("right", Login(_registry.Host, "robot", "hunter2"));
        var failed = await FailsAsync("Refused", isRetryable: false, source: source => source with { PullSecrets = ["right"] });
        Assert.Contains("cluster.tokenHosts", failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("/token", _registry.Requests);
        var answer = await AskAsync(source: source => source with { PullSecrets = ["right"] }, settings: usual => usual with
        {
            TokenHosts = [new RegistryHost(_registry.Host, "localhost")],
            RegistryRanges = [.. usual.RegistryRanges, Given.Range("::1/128")],
        });
        Assert.Equal(digest, Assert.IsType<Resolution.Found>(answer).Artifact.Digest);
    }

    [ApiServerFact]
    public async Task A_registry_that_asks_for_patience_is_given_it_and_asked_again_later_where_it_goes_on()
    {
        var digest = _registry.Push("one", "v1");
        var refusals = 1;
        _registry.Fault = context => Interlocked.Decrement(ref refusals) >= 0 ? Publisher.RefuseAsync(context, 429, ("Retry-After", "2")) : Task.FromResult(false);
        Assert.Equal(digest, (await FoundAsync()).Digest);
        refusals = int.MaxValue;
        await FailsAsync("Busy", isRetryable: true);
        // Longer than anybody waits for an answer: it is not waited for here.
        _registry.Fault = context => Publisher.RefuseAsync(context, 429, ("Retry-After", "86400"));
        await FailsAsync("Busy", isRetryable: true);
        _registry.Fault = context => Publisher.RefuseAsync(context, 503);
        Assert.True(Assert.IsType<Resolution.Failed>(await AskAsync()).IsRetryable);
    }

    [ApiServerFact]
    public async Task A_registry_that_never_answers_or_is_not_there_is_given_up_in_time()
    {
        _time = new FastTime(60);
        // Somebody who takes connections and says nothing, with TLS and without.
        using var hole = new TcpListener(IPAddress.Loopback, 0);
        hole.Start();
        foreach (var isPlain in new[] { true, false })
        {
            var watch = System.Diagnostics.Stopwatch.StartNew();
            await FailsAsync("Unreachable", isRetryable: true, source: source => new OciSource($"127.0.0.1:{((IPEndPoint)hole.LocalEndpoint).Port}/demo/tool", source.Ref) { PlainHttp = isPlain });
            // A minute of its clock at most, which runs sixty times as fast here.
            Assert.InRange(watch.Elapsed.TotalSeconds, 0, 30);
        }
        hole.Stop();
        await FailsAsync("Unreachable", isRetryable: true, source: source => new OciSource("127.0.0.1:1/demo/tool", source.Ref) { PlainHttp = true });
        // One that begins to answer, and does not end.
        _registry.Fault = async context =>
        {
            context.Response.ContentLength = 1_000;
            await context.Response.WriteAsync("{");
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
            return true;
        };
        Assert.True(Assert.IsType<Resolution.Failed>(await AskAsync()).IsRetryable);
    }

    [ApiServerFact]
    public async Task A_registry_that_drips_its_signatures_is_given_up_in_time()
    {
        _time = new FastTime(60);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _registry.Sign(_registry.Push("one", "v1"), key);
        _registry.Fault = async context =>
        {
            if (!context.Request.Path.Value!.EndsWith(".sig", StringComparison.Ordinal))
            {
                return false;
            }
            context.Response.ContentLength = 1_000;
            while (true)
            {
                await context.Response.WriteAsync(" ", context.RequestAborted);
                await Task.Delay(100, context.RequestAborted);
            }
        };
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var failed = await FailsAsync("NotVerified", isRetryable: true, verify: Keys(key));
        Assert.Contains("its signatures took longer than 60 s", failed.Message, StringComparison.Ordinal);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 30);
    }

    [ApiServerFact]
    public async Task A_registry_of_a_private_authority_is_trusted_by_the_ConfigMap_that_the_tool_names_alone()
    {
        using var authority = new Authority();
        using var certificate = authority.Server();
        await using var registry = await Publisher.StartAsync(certificate);
        var digest = registry.Push("one", "v1");
        using var other = new Authority();
        await ConfigMapAsync("ca", "ca.crt", authority.Pem);
        await ConfigMapAsync("other", "ca.crt", other.Pem);
        await ConfigMapAsync("junk", "ca.crt", "hello");
        await ConfigMapAsync("broken", "ca.crt", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        OciSource With(OciSource source, string? map) => new(registry.Repository, source.Ref) { CertificateConfigMap = map };
        Assert.Equal(digest, (await FoundAsync(source: source => With(source, "ca"))).Digest);
        var asked = registry.Requests.Count;
        Assert.IsType<Resolution.Failed>(await AskAsync(source: source => With(source, null)));
        Assert.IsType<Resolution.Failed>(await AskAsync(source: source => With(source, "other")));
        Assert.Equal(asked, registry.Requests.Count);
        await FailsAsync("MissingConfigMap", isRetryable: true, source: source => With(source, "none"));
        await FailsAsync("InvalidCertificate", isRetryable: false, source: source => With(source, "junk"));
        await FailsAsync("InvalidCertificate", isRetryable: false, source: source => With(source, "broken"));
    }

    [ApiServerFact]
    public async Task Without_TLS_a_registry_is_asked_only_where_the_tool_says_so_and_only_at_the_installers_addresses()
    {
        _registry.Push("one", "v1");
        await SecretAsync("right", Login(_registry.Host, "robot", "hunter2"));
        Assert.IsType<Resolution.Failed>(await AskAsync(source: source => source with { PlainHttp = false, PullSecrets = ["right"] }));
        Assert.Empty(_registry.Requests);
        await FailsAsync("Refused", isRetryable: false, settings: settings => settings with { RegistryRanges = [] });
        Assert.Empty(_registry.Requests);
    }

    [ApiServerFact]
    public async Task A_registry_is_reached_through_the_installers_proxy()
    {
        var digest = _registry.Push("one", "v1");
        OciSource Elsewhere(OciSource source) => new("registry.invalid/demo/tool", source.Ref) { PlainHttp = true };
        var found = await FoundAsync(source: Elsewhere, settings: settings => settings with { Proxies = new(null, new Uri($"http://{_registry.Host}"), ["other.invalid"]) });
        Assert.Equal(digest, found.Digest);
        _registry.Requests.Clear();
        Assert.IsType<Resolution.Failed>(await AskAsync(source: Elsewhere, settings: settings => settings with { Proxies = new(null, new Uri($"http://{_registry.Host}"), [".invalid"]) }));
        Assert.Empty(_registry.Requests);
    }

    [ApiServerFact]
    public async Task What_is_signed_by_who_is_trusted_is_found_with_the_signer()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var digest = _registry.Push("one", "v1");
        _registry.Sign(digest, key);
        var found = await FoundAsync(verify: Keys(other, key));
        Assert.Equal(digest, found.Digest);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo())), Assert.Single(found.Signers).Key);
    }

    [ApiServerFact]
    public async Task What_is_not_signed_or_wrongly_is_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (digest, before) = (_registry.Push("one", "v1"), _registry.Push("before"));
        var unsigned = await FailsAsync("NotVerified", isRetryable: false, verify: Keys(key));
        Assert.Equal(ResolutionFailure.NotVerified, unsigned.Failure);
        Assert.Contains(digest, unsigned.Message, StringComparison.Ordinal);
        _registry.Sign(digest, other);
        await FailsAsync("NotVerified", isRetryable: false, verify: Keys(key));
        _registry.Sign(digest, key, (_registry.Repository, before));
        await FailsAsync("NotVerified", isRetryable: false, verify: Keys(key));
        _registry.Sign(digest, key, ($"{_registry.Host}/demo/other", digest));
        await FailsAsync("NotVerified", isRetryable: false, verify: Keys(key));
        _registry.Sign(digest, key);
        Assert.Equal(digest, (await FoundAsync(verify: Keys(key))).Digest);
        // A registry that cannot hand signatures out at the moment has said nothing of them.
        _registry.Fault = context => context.Request.Path.Value!.EndsWith(".sig", StringComparison.Ordinal) ? Publisher.RefuseAsync(context, 503) : Task.FromResult(false);
        await FailsAsync("NotVerified", isRetryable: true, verify: Keys(key));
    }

    [ApiServerFact]
    public async Task Of_an_index_that_nobody_signed_the_signed_manifest_is_run_that_is_chosen_from_it()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var manifest = _registry.Push("one");
        var index = _registry.PushIndex("v1", manifest);
        Assert.Equal(index, (await FoundAsync()).Digest);
        await FailsAsync("NotVerified", isRetryable: false, verify: Keys(key));
        _registry.Sign(manifest, key);
        Assert.Equal((manifest, "v1"), (await FoundAsync(verify: Keys(key))) is var found ? (found.Digest, found.Tag) : default);
        _registry.Sign(index, key);
        Assert.Equal((index, manifest), (await FoundAsync(verify: Keys(key))) is var signed ? (signed.Digest, signed.Manifest) : default);
        Assert.Null((await FoundAsync()).Manifest);
        // Without knowing what it leads to there would be nothing to hold the next one against.
        _registry.Fault = context => context.Request.Method == "GET" && context.Request.Path.Value!.EndsWith(index, StringComparison.Ordinal) ? Publisher.RefuseAsync(context, 503) : Task.FromResult(false);
        await FailsAsync("Unreachable", isRetryable: true, verify: Keys(key));
    }

    [ApiServerFact]
    public async Task Trust_that_cannot_be_used_is_told_of_by_its_field()
    {
        _registry.Push("one", "v1");
        await ConfigMapAsync("root", "trusted_root.json", "{}");
        var key = await FailsAsync("InvalidTrust", isRetryable: false, verify: new VerifySpec { Keys = ["-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"] });
        Assert.Contains("spec.verify.keys[0]", key.Message, StringComparison.Ordinal);
        var keyless = new VerifySpec { Keyless = [new KeylessIdentity("https://issuer.example", "me@example.org")] };
        await FailsAsync("MissingConfigMap", isRetryable: true, verify: keyless with { TrustedRootConfigMap = "none" });
        await FailsAsync("InvalidTrust", isRetryable: false, verify: keyless with { TrustedRootConfigMap = "root" });
    }

    /// <summary>Who writes tools and no policies can have a Sigstore of his own, which vouches for anybody.</summary>
    [ApiServerFact]
    public async Task An_identity_that_the_tools_own_root_vouches_for_is_nobodys_whom_a_policy_names()
    {
        _time = new Fixed(SigstoreService.Now);
        var (real, forged) = (new SigstoreService(), new SigstoreService());
        var digest = _registry.Push("one", "v1");
        var release = new BundleRecipe(Digest(digest));
        var keyless = new VerifySpec { Keyless = [new KeylessIdentity(release.Issuer, release.Identity)] };
        await ConfigMapAsync("mine", "trusted_root.json", forged.RootJson().ToJsonString());
        Settings Installed(Settings settings) => settings with { TrustedRoot = real.RootJson().ToJsonString(), TrustedRootObtainedAt = SigstoreService.Now };
        var narrowed = Given.Policy($"toolSelector: {{}}\nartifact: {{signer: {{issuer: '{release.Issuer}', identity: '{release.Identity}'}}}}\nnetwork: {{allow: [{{host: api.example}}]}}");

        _registry.Sign(digest, payload => forged.SignTag(payload, release));
        var mine = await FoundAsync(verify: keyless with { TrustedRootConfigMap = "mine" }, settings: Installed);
        Assert.Equal($"{release.Identity} by {release.Issuer}, as the tool alone has it", Assert.Single(mine.Signers).ToString());
        Assert.DoesNotContain("api.example", SnapshotOf(mine, narrowed), StringComparison.Ordinal);
        Assert.Contains("spec.signers", Refusal(mine, $"signers: [{{issuer: '{release.Issuer}', identity: '{release.Identity}'}}]"), StringComparison.Ordinal);
        await FailsAsync("NotVerified", isRetryable: false, verify: keyless, settings: Installed);
        // Where there is no root of the installer's, one is asked for.
        await FailsAsync("InvalidTrust", isRetryable: false, verify: keyless);

        _registry.Sign(digest, payload => real.SignTag(payload, release));
        var theirs = await FoundAsync(verify: keyless, settings: Installed);
        Assert.Equal($"{release.Identity} by {release.Issuer}", Assert.Single(theirs.Signers).ToString());
        Assert.Contains("api.example", SnapshotOf(theirs, narrowed), StringComparison.Ordinal);
        Assert.Null(Refusal(theirs, $"signers: [{{issuer: '{release.Issuer}', identity: '{release.Identity}'}}]"));
        // What the status says is read again as what it was.
        Assert.All([mine, theirs], artifact => Assert.Equal(artifact.Signers.AsEnumerable(), Artifact.Read(Given.Tool(Given.Plain, status: Json.Object(("artifact", artifact.ToJson()))))!.Signers));
    }

    private static string SnapshotOf(Artifact artifact, PolicyEntry<CapabilityPolicySpec> policy) => Manifest.PolicySnapshot.Write(
        Selecting.Of("team-a", [new ToolFacts(new Dictionary<string, string>(), new Dictionary<string, string>(), artifact.Repository) { Signers = artifact.Signers }], [policy], [], [], Given.Settings.Addresses).Input);

    private static string? Refusal(Artifact artifact, string ceiling) =>
        GrantsMerge.Merge(new MergeInput { Generation = 1, Ceilings = [Given.Ceiling(ceiling).Input] }, null).Artifacts.Refuse(artifact.Repository, artifact.Signers);

    private static Oci.Digest Digest(string text) => Oci.Digest.TryParse(text, out var digest) ? digest : throw new FormatException(text);

    [ApiServerFact]
    public async Task A_trusted_root_is_as_old_as_the_last_change_of_its_ConfigMap()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _registry.Sign(_registry.Push("one", "v1"), key);
        await ConfigMapAsync("sigstore", "trusted_root.json", """{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1"}""");
        var logged = Keys(key) with { TrustedRootConfigMap = "sigstore", RequireTransparencyLog = true };
        _time = new Later(TimeSpan.FromDays(179));
        Assert.Contains("no entry of a transparency log", (await FailsAsync("NotVerified", isRetryable: false, verify: logged)).Message, StringComparison.Ordinal);
        _time = new Later(TimeSpan.FromDays(181));
        Assert.Contains("is believed for 180 days; fetch it anew", (await FailsAsync("NotVerified", isRetryable: false, verify: logged)).Message, StringComparison.Ordinal);
        // The pods are told the time.
        var plain = Keys(key) with { TrustedRootConfigMap = "sigstore" };
        Assert.InRange((await FoundAsync(verify: plain)).TrustedRootObtainedAt!.Value, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(5));
    }

    /// <summary>Its file is as old as the operator's pod.</summary>
    [ApiServerTheory]
    [InlineData("a restart", 20, true, 0)]
    [InlineData("a restart after a long time", 40, true, 40)]
    [InlineData("a restart with another root", 20, false, 20)]
    public async Task The_installers_trusted_root_is_confirmed_by_a_restart_now_and_then(string name, int days, bool isSame, int expected)
    {
        _time = new Fixed(SigstoreService.Now);
        var (sigstore, digest) = (new SigstoreService(), _registry.Push("one", "v1"));
        var release = new BundleRecipe(Digest(digest));
        _registry.Sign(digest, payload => sigstore.SignTag(payload, release));
        var keyless = new VerifySpec { Keyless = [new KeylessIdentity(release.Issuer, release.Identity)] };
        var json = sigstore.RootJson().ToJsonString();
        var before = SigstoreService.Now.AddDays(-100);
        var first = await FoundAsync(verify: keyless, settings: usual => usual with { TrustedRoot = json, TrustedRootObtainedAt = before });
        Assert.Equal(before, first.TrustedRootObtainedAt);
        var status = Json.Object(("artifact", Reported.Artifact(first, Given.Observed(Given.Tool(Given.Plain), Given.Found))));
        var recorded = Artifact.Read(Given.Tool(Given.Plain, status: status))!;
        var again = await FoundAsync(verify: keyless, settings: usual => usual with { TrustedRoot = isSame ? json : json + " ", TrustedRootObtainedAt = before.AddDays(days) }, recorded: recorded);
        Assert.True(again.TrustedRootObtainedAt == before.AddDays(expected), $"{name}: {again.TrustedRootObtainedAt}");
    }

    [ApiServerFact]
    public async Task A_tag_that_moves_in_a_registry_is_followed_and_what_nobody_signed_is_not()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var one = _registry.Push("one", "v1");
        _registry.Sign(one, key);
        await using var stage = await Stage.OpenAsync(server, settings: usual => With(usual) with { Tenants = usual.Tenants with { PlainHttp = true } });
        var question = new RegistryQuestion(server.Operator, With(Given.Settings), TimeProvider.System);
        stage.Registry = request => question.AskAsync(request, default).GetAwaiter().GetResult();
        var spec = $"component: {{oci: {{repository: '{_registry.Repository}', ref: {{tag: v1}}, plainHttp: true}}}}\nverify: {{keys: [{System.Text.Json.JsonSerializer.Serialize(key.ExportSubjectPublicKeyInfoPem())}]}}\nreplicas: 1";
        await stage.ServeAsync(spec);
        await stage.ConditionAsync("Verified", "True/Verified");
        _registry.Push("bad", "v1");
        await stage.LookAsync("1");
        await stage.ConditionAsync("Verified", "False/NotVerified");
        await stage.ConditionAsync("Ready", "True/Serving");
        Assert.Equal(one, await DigestAsync(stage));
        var two = _registry.Push("two", "v1");
        _registry.Sign(two, key);
        await stage.LookAsync("2");
        await Eventually.Is($"the new one is followed; {stage.Said}", async () => await DigestAsync(stage) == two);
    }

    private static async Task<string> DigestAsync(Stage stage) => (await stage.GetAsync(Kinds.WasmTools)).Find("status", "artifact", "digest")!.Value.GetString()!;

    private static Settings With(Settings settings) => settings with { RegistryRanges = [Given.Range("127.0.0.0/8")] };

    private Task<Resolution> AskAsync(ArtifactRef? @ref = null, Func<OciSource, OciSource>? source = null, VerifySpec? verify = null, Func<Settings, Settings>? settings = null, Artifact? recorded = null)
    {
        var plain = new OciSource(_registry.Repository, @ref ?? new(ArtifactRefKind.Tag, "v1")) { PlainHttp = true };
        var usual = With(Given.Settings);
        var question = new RegistryQuestion(server.Operator, settings?.Invoke(usual) ?? usual, _time);
        return question.AskAsync(new ResolveRequest(_namespace, source?.Invoke(plain) ?? plain, verify, "") { Recorded = recorded }, default);
    }

    private async Task<Artifact> FoundAsync(ArtifactRef? @ref = null, Func<OciSource, OciSource>? source = null, VerifySpec? verify = null, Func<Settings, Settings>? settings = null, Artifact? recorded = null)
    {
        var answer = await AskAsync(@ref, source, verify, settings, recorded);
        return answer is Resolution.Found found ? found.Artifact : throw new InvalidOperationException($"{answer}");
    }

    private async Task<Resolution.Failed> FailsAsync(
        string reason, bool isRetryable, ArtifactRef? @ref = null, Func<OciSource, OciSource>? source = null, VerifySpec? verify = null, Func<Settings, Settings>? settings = null)
    {
        var failed = Assert.IsType<Resolution.Failed>(await AskAsync(@ref, source, verify, settings));
        Assert.True((reason, isRetryable) == (failed.Reason, failed.IsRetryable), $"{failed}");
        return failed;
    }

    private static VerifySpec Keys(params ECDsa[] keys) => new() { Keys = [.. keys.Select(key => key.ExportSubjectPublicKeyInfoPem())] };

    private static string Login(string host, string user, string password) =>
        Json.Object(("auths", Json.Object((host, Json.Object(("auth", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")))))))).ToJsonString();

    private Task SecretAsync(string name, string config) => MakeAsync(Kinds.Secrets, name,
        ("type", "kubernetes.io/dockerconfigjson"), ("data", Json.Object((".dockerconfigjson", Convert.ToBase64String(Encoding.UTF8.GetBytes(config))))));

    private Task ConfigMapAsync(string name, string key, string text) => MakeAsync(Kinds.ConfigMaps, name, ("data", Json.Object((key, text))));

    private async Task MakeAsync(Resource resource, string name, params (string, JsonNode?)[] content) => await server.Client.CreateAsync(
        resource, KubeObject.From(Json.Object([("apiVersion", resource.ApiVersion), ("kind", resource.Kind), ("metadata", Json.Object(("name", name), ("namespace", _namespace))), .. content])), "tests", default);

    /// <summary>A clock that is ahead.</summary>
    private sealed class Later(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }

    private sealed class Fixed(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }

    /// <summary>A certificate authority of one test.</summary>
    private sealed class Authority : IDisposable
    {
        private readonly X509Certificate2 _certificate;

        internal Authority()
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest("CN=A test's authority", key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        }

        internal string Pem => _certificate.ExportCertificatePem();

        internal X509Certificate2 Server()
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest("CN=registry", key, HashAlgorithmName.SHA256);
            var names = new SubjectAlternativeNameBuilder();
            names.AddIpAddress(IPAddress.Loopback);
            request.CertificateExtensions.Add(names.Build());
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
            using var issued = request.Create(_certificate, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(20), RandomNumberGenerator.GetBytes(8));
            return issued.CopyWithPrivateKey(key);
        }

        public void Dispose() => _certificate.Dispose();
    }
}
