using Xunit;

namespace Tapedeck.EndToEnd;

/// <summary>What <c>policy explain</c> and <c>policy test</c> say of a tool that the files or the command line describe.</summary>
public sealed class PolicyTests : IDisposable
{
    private const string Key = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private static readonly string Files = """
        apiVersion: tapedeck.dev/v1alpha1
        kind: WasmTool
        metadata: {name: fetch, namespace: shop, labels: {app: fetch}}
        spec:
          component: {oci: {repository: ghcr.io/acme/fetch, ref: {tag: "1.0"}}}
        ---
        apiVersion: tapedeck.dev/v1alpha1
        kind: CapabilityPolicy
        metadata: {name: repository, namespace: shop}
        spec:
          toolSelector: {matchLabels: {app: fetch}}
          artifact: {repository: ghcr.io/acme}
          network: {allow: [{host: repository.example}]}
        ---
        apiVersion: tapedeck.dev/v1alpha1
        kind: CapabilityPolicy
        metadata: {name: key, namespace: shop}
        spec:
          toolSelector: {}
          artifact:
            signer:
              keySha256: KEY
          network: {allow: [{host: key.example}]}
        ---
        apiVersion: tapedeck.dev/v1alpha1
        kind: CapabilityPolicy
        metadata: {name: identity, namespace: shop}
        spec:
          toolSelector: {}
          artifact: {signer: {issuer: "https://issuer.example", identity: "a,b@example.com"}}
          network: {allow: [{host: identity.example}]}
        """.Replace("KEY", Key, StringComparison.Ordinal);

    private readonly string _folder = Directory.CreateTempSubdirectory("tapedeck-policy-").FullName;

    [Theory]
    [InlineData("repository", "--tool shop/fetch", 0)]
    [InlineData("repository", "-n shop --label app=fetch --repository ghcr.io/acme/fetch", 0)]
    [InlineData("repository", "-n shop --label app=fetch --repository ghcr.io/acmes/fetch", 1)]
    [InlineData("repository", "-n shop --label app=fetch", 1)]
    [InlineData("repository", "-n shop --repository ghcr.io/acme/fetch", 1)]
    [InlineData("key", "--tool shop/fetch", 1)]
    [InlineData("key", "--tool shop/fetch --signer keySha256=" + Key, 0)]
    [InlineData("key", "-n shop --signer keySha256=" + Key, 0)]
    [InlineData("identity", "--tool shop/fetch --signer keySha256=" + Key, 1)]
    [InlineData("identity", "--tool shop/fetch --signer issuer=https://issuer.example,identity=a,b@example.com", 0)]
    public async Task A_policy_that_is_narrowed_to_artifacts_counts_for_those(string host, string tool, int code)
    {
        var result = await Tapedeck.RunAsync(["policy", "explain", $"GET https://{host}.example/", "-p", Write("files.yaml", Files), .. tool.Split(' ')]);
        Assert.True(result.Code == code, result.Out + result.Error);
        var cases = Write("cases", $"cases: [{{request: 'GET https://{host}.example/', expect: {(code == 0 ? "allowed" : "denied")}}}]");
        result = await Tapedeck.RunAsync(["policy", "test", cases, "-p", Write("files.yaml", Files), .. tool.Split(' ')]);
        Assert.Equal((0, "1 passed, 0 failed\n"), (result.Code, result.Out));
    }

    [Fact]
    public async Task A_tool_that_no_policy_selects_is_told_of_all_that_they_select_by()
    {
        var (code, _, error) = await Tapedeck.RunAsync("policy", "explain", "GET https://key.example/", "-p", Write("files.yaml", Files), "-n", "shop");
        Assert.Equal(1, code);
        Assert.Contains($"note: no policy that was given selects this tool: shop/repository is for tools with app=fetch of ghcr.io/acme in the namespace shop; shop/key is for all tools signed by key {Key}", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provisioning_manifest_of_Wassette_becomes_tools_that_are_served()
    {
        var manifest = Write("wassette.yml", $"version: 1\ncomponents:\n  - uri: file://{Tapedeck.Example("text")}\n    permissions: {{network: {{allow: [{{host: api.example.com}}]}}}}\n");
        var (code, output, error) = await Tapedeck.RunAsync("policy", "convert-manifest", manifest);
        Assert.Equal(0, code);
        Assert.Contains("components[0].permissions.network.allow[0]: host api.example.com", error, StringComparison.Ordinal);
        var converted = Write("converted.yaml", output);
        Assert.Equal((0, "all is well: 1 tools, 1 policies\n", ""), await Tapedeck.RunAsync("policy", "check", converted));
        Assert.Equal(0, (await Tapedeck.RunAsync("policy", "explain", "GET https://api.example.com/", "-p", converted, "--tool", "text")).Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("cases: []\n")]
    [InlineData("# cases: []\n")]
    public async Task A_file_without_cases_passes_no_test(string text)
    {
        var file = Write("cases", text);
        var (code, output, error) = await Tapedeck.RunAsync("policy", "test", file);
        Assert.Equal((2, "", $"tapedeck: {file}: there is no case; expected is a list, cases, of request and expect\n"), (code, output, error));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write(string name, string text)
    {
        var file = Path.Combine(_folder, name);
        File.WriteAllText(file, text);
        return file;
    }
}
