using Xunit;

namespace Tapedeck.EndToEnd;

/// <summary>What people type wrong: each answer says what is wrong, where, and what to do, in one line, and ends with the documented code.</summary>
public sealed class MistakeTests
{
    private const string Selecting = """
        apiVersion: tapedeck.dev/v1alpha1
        kind: CapabilityPolicy
        metadata: {name: other, namespace: shop}
        spec:
          toolSelector: {matchLabels: {app: other}, matchExpressions: [{key: tier, operator: In, values: [a, b]}]}
        """;

    [Theory]
    [InlineData("serv", 2, "there is no command serv (did you mean serve?). See tapedeck --help")]
    [InlineData("serve --lisen 127.0.0.1:0", 2, "there is no option --lisen (did you mean --listen?)")]
    [InlineData("serve -f EXAMPLES --lisen 127.0.0.1:0", 2, "there is no option --lisen (did you mean --listen?)")]
    [InlineData("serve -f", 2, "-f")]
    [InlineData("serve -f nowhere", 2, "nowhere: there is no such file or folder; name one with WasmTools and policies in YAML")]
    [InlineData("serve", 2, "--file FILE_OR_FOLDER on a laptop, or --manifest in a pod")]
    [InlineData("serve --manifest -f EXAMPLES", 2, "one of the two alone")]
    [InlineData("serve -f EXAMPLES --listen 3001", 2, "--listen expects ADDRESS:PORT, such as 127.0.0.1:3001, and not '3001'")]
    [InlineData("serve -f EXAMPLES --allowed-host *.example.com", 2, "--allowed-host expects a host or HOST:PORT as clients send it, such as tools.example.com or [::1]:3001, without scheme and *, and not '*.example.com'")]
    [InlineData("serve -f EXAMPLES --allowed-host a.example --allowed-host http://b.example", 2, "and not 'http://b.example'")]
    [InlineData("serve -f EXAMPLES --log-format xml", 2, "'xml' not recognized")]
    [InlineData("serve -f EXAMPLES --volume notes", 2, "--volume expects name=PATH, and not 'notes'")]
    [InlineData("run", 2, "run wants COMPONENT, or --file FILE_OR_FOLDER, and one of the two alone")]
    [InlineData("run TEXT -f EXAMPLES", 2, "and one of the two alone")]
    [InlineData("run -f nowhere", 2, "nowhere: there is no such file or folder; name one with WasmTools and policies in YAML")]
    [InlineData("run -f EXAMPLES --lable a=b", 2, "there is no option --lable (did you mean --label?)")]
    [InlineData("run -f EXAMPLES -p EXAMPLES", 2, "--policy goes with COMPONENT; with --file, WasmTools say who they are, and policies stand among the files")]
    [InlineData("serve -f EXAMPLES --memory lots", 2, "--memory expects a whole number of bytes such as 65536, 512Ki or 64Mi, and not 'lots'")]
    [InlineData("serve -f EXAMPLES --memory 0", 2, "and not '0'")]
    [InlineData("call TEXT slug --memory 1Mi", 1, "TooLittleMemory: limits.memory is 64Mi for each call, and all calls of this process together have 1Mi")]
    [InlineData("call", 2, "call wants COMPONENT and TOOL. See tapedeck call --help")]
    [InlineData("inspect", 2, "inspect wants COMPONENT. See tapedeck inspect --help")]
    [InlineData("version extra", 2, "there is no argument extra. See tapedeck version --help")]
    [InlineData("version -o xml", 2, "'xml' not recognized")]
    [InlineData("inspect nowhere.wasm", 2, "there is no file nowhere.wasm; expected is a file, oci://REGISTRY/REPOSITORY:TAG")]
    [InlineData("inspect ./nowhere:1/x", 2, "there is no file ./nowhere:1/x")]
    [InlineData("inspect nowhere/here", 2, "there is no file nowhere/here")]
    [InlineData("inspect EXAMPLES", 2, "is a folder; name a component in it, or oci-layout:")]
    [InlineData("inspect README.md", 1, "README.md: is no WebAssembly; name a component")]
    [InlineData("inspect TEXT --sha256 12", 2, "--sha256 expects 64 lower-case hex digits, and not '12'")]
    [InlineData("pull TEXT --sha256 0000000000000000000000000000000000000000000000000000000000000000", 1, "the content does not have the digest sha256:000")]
    [InlineData("pull TEXT --to /nowhere/file", 2, "--to /nowhere/file cannot be written (its folder does not exist)")]
    [InlineData("pull oci://127.0.0.1:9/a/b:1", 1, "is not public (loopback); if that is meant, name the host or a block of addresses: --allow-address")]
    [InlineData("pull oci://127.0.0.1:9/a/b:1 --allow-address 127.0.0.1", 3, "127.0.0.1:9 refuses the connection: nothing listens there; try later")]
    [InlineData("pull oci-layout:nowhere", 1, "nowhere: there is no index.json or oci-layout")]
    [InlineData("verify TEXT", 2, "a file has no signatures; name a registry or an image layout")]
    [InlineData("verify oci://127.0.0.1:9/a/b:1", 2, "name whom to trust: --key")]
    [InlineData("verify oci://127.0.0.1:9/a/b:1 --key nowhere", 2, "the file of --key, nowhere cannot be read (it does not exist)")]
    [InlineData("verify oci://127.0.0.1:9/a/b:1 --key k --certificate-identity X", 2, "--certificate-identity goes with --certificate-oidc-issuer; give both")]
    [InlineData("verify oci://127.0.0.1:9/a/b:1 --certificate-oidc-issuer X", 2, "--certificate-oidc-issuer goes with --certificate-identity; give both")]
    [InlineData("verify oci://127.0.0.1:9/a/b:1 --key k --notation-ca X", 2, "--notation-ca goes with --notation-subject; give both")]
    [InlineData("verify oci://127.0.0.1:9/a/b:1 --key k --notation-subject X", 2, "--notation-subject goes with --notation-ca; give both")]
    [InlineData("pull oci://127.0.0.1:9/a/b:1 --trusted-root README.md", 2, "--trusted-root goes with --trust-policy, which says whose signatures are asked for; give both")]
    [InlineData("verify oci://127.0.0.1:9/a/b:1 --trust-policy P --signed-as ghcr.io/acme/b", 2, "--signed-as goes with a signer that is named here; of a trust policy, its rules say it")]
    [InlineData("serve --manifest --trust-policy P", 2, "--trust-policy is for laptops; in a pod the WasmTool and ceilings say whose signatures are asked for")]
    [InlineData("serve --manifest --trusted-root P", 2, "--trusted-root is for laptops; in a pod the operator mounts")]
    [InlineData("serve -f EXAMPLES --cache-age 999999999h", 2, "--cache-age expects")]
    [InlineData("call TEXT slug --audit-arguments", 2, "there is no option --audit-arguments")]
    [InlineData("inspect TEXT --audit-redact x", 2, "there is no option --audit-redact")]
    [InlineData("pull TEXT --cache /proc/none", 2, "/proc/none")]
    [InlineData("compile TEXT --cache none", 2, "--cache none keeps nothing")]
    [InlineData("compile TEXT --cache /proc/none", 2, "the cache /proc/none cannot be made or written")]
    [InlineData("stats --operations 127.0.0.1:9", 3, "127.0.0.1:9 does not answer")]
    [InlineData("call TEXT slug --args {bad", 2, "--args expects a JSON object, such as '{\"name\": \"value\"}', with quotes round it that the shell leaves alone; at line 1, byte 2")]
    [InlineData("call TEXT slug --args [1]", 2, "and not [1]")]
    [InlineData("call TEXT slug --args {\"titel\":1}", 1, "unknown member \"titel\"; known here: title")]
    [InlineData("call TEXT slug -p nowhere.yaml", 2, "nowhere.yaml: there is no such file or folder")]
    [InlineData("call TEXT slug --label app", 2, "--label expects name=value, and not 'app'")]
    [InlineData("call TEXT slug --label a=b --label a=c", 2, "--label gives a two values, b and c; give it one")]
    [InlineData("policy check nowhere", 1, "nowhere: there is no such file or folder")]
    [InlineData("policy check build", 1, "build: there is no tool and no policy")]
    [InlineData("policy test nowhere", 2, "the file nowhere cannot be read (it does not exist)")]
    [InlineData("policy explain args --tool nobody -p EXAMPLES", 2, "there is no WasmTool default/nobody in the files; there are: default/denied, ")]
    [InlineData("policy explain args --tool text -p EXAMPLES --label a=b", 2, "--tool names a WasmTool that says what --label would; leave one of them out")]
    [InlineData("policy explain args --repository a:b:c", 2, "--repository expects a registry and a path, such as ghcr.io/acme/fetch, and not 'a:b:c'")]
    [InlineData("policy explain args --signer me", 2, "--signer expects keySha256= and 64 lower-case hex digits, or issuer=ISSUER,identity=IDENTITY, and not 'me'")]
    [InlineData("policy convert-manifest README.md", 1, "README.md:")]
    [InlineData("policy convert-manifest build", 2, "the file build cannot be read (access is denied, or it is a folder)")]
    [InlineData("policy convert build", 2, "the file build cannot be read (access is denied, or it is a folder)")]
    [InlineData("completion tcsh", 2, "'tcsh' not recognized")]
    public async Task A_mistake_is_answered_in_words_that_help(string line, int code, string expected)
    {
        var arguments = line.Split(' ').Select(word => word switch
        {
            "TEXT" => Tapedeck.Example("text"),
            "EXAMPLES" => Path.Combine(Tapedeck.Root, "examples"),
            _ => word,
        });
        var result = await Tapedeck.RunAsync([.. arguments]);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.Equal((code, ""), (result.Code, result.Out));
        Assert.Single(result.Error.Trim().Split('\n'));
    }

    [Theory]
    [InlineData("HTTPS_PROXY", "call TEXT slug")]
    [InlineData("http_proxy", "pull TEXT")]
    public async Task A_proxy_that_is_none_is_named_without_its_login(string variable, string line)
    {
        var (code, output, error) = await Tapedeck.RunWithAsync(new() { [variable] = "socks5://me:s3cret@127.0.0.1:1080" }, line.Replace("TEXT", Tapedeck.Example("text"), StringComparison.Ordinal).Split(' '));
        Assert.Equal((2, "", $"tapedeck: {variable.ToLowerInvariant()} is no http or https URL; give this variable, in small letters or capitals, such a one as http://proxy.example.com:3128, or unset it\n"), (code, output, error));
    }

    [Theory]
    [InlineData("TAPEDECK_TRUST_POLICY")]
    [InlineData("TAPEDECK_TRUSTED_ROOT")]
    public async Task What_a_pod_does_not_look_at_is_not_passed_over_in_the_environment_either(string variable)
    {
        var (code, _, error) = await Tapedeck.RunWithAsync(new() { [variable] = "P" }, "serve", "--manifest");
        Assert.Equal(2, code);
        Assert.Contains(" is for laptops; in a pod ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_for_another_tool_is_an_error_that_names_what_it_is_for()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, Selecting);
            var (code, output, error) = await Tapedeck.RunAsync("call", Tapedeck.Example("text"), "slug", "--args", """{"title":"A b"}""", "-p", file);
            Assert.Equal((2, ""), (code, output));
            Assert.Contains("shop/other is for tools with app=other, tier In a|b in the namespace shop", error, StringComparison.Ordinal);
            (code, output, error) = await Tapedeck.RunAsync("call", Tapedeck.Example("text"), "slug", "--args", """{"title":"A b"}""", "-p", file, "--label", "app=other", "--label", "tier=b", "-n", "shop");
            Assert.Equal((0, "a-b\n", ""), (code, output, error));
            (code, _, error) = await Tapedeck.RunAsync("policy", "explain", "GET https://example.com/", "-p", file);
            Assert.Equal(1, code);
            Assert.Contains("note: no policy that was given selects this tool", error, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_volume_that_policies_grant_and_nobody_named_is_said()
    {
        var notes = Path.Combine(Tapedeck.Root, "examples", "notes", "tool.yaml");
        string[] call = ["call", Tapedeck.Example("notes"), "names", "-p", notes, "--label", "app.kubernetes.io/name=notes"];
        Assert.Contains("the volume notes has no folder; start with --volume notes=DIR", (await Tapedeck.RunAsync(call)).Error, StringComparison.Ordinal);
        Assert.Contains(
            "the folder /nowhere of the volume notes does not exist; make it, or name another one by --volume notes=DIR",
            (await Tapedeck.RunAsync([.. call, "--volume", "notes=/nowhere"])).Error,
            StringComparison.Ordinal);
        Assert.Equal((0, ""), await CodeAndErrorAsync([.. call, "--volume", $"notes={Path.Combine(Tapedeck.Root, "examples", "notes", "data")}"]));
    }

    [Fact]
    public async Task A_mistake_in_the_configuration_file_is_found_at_its_place()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "log-format: json\nlistn: 127.0.0.1:0\n");
            var (code, _, error) = await Tapedeck.RunWithAsync(new() { ["TAPEDECK_CONFIG"] = file }, "version");
            Assert.Equal((2, $"tapedeck: {file}:2:1: listn: no command has an option --listn (did you mean listen?)\n"), (code, error));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<(int, string)> CodeAndErrorAsync(string[] arguments)
    {
        var (code, _, error) = await Tapedeck.RunAsync(arguments);
        return (code, error);
    }
}
