using System.CommandLine;
using System.Security.Cryptography;
using Tapedeck.Server.Commands;
using Xunit;

namespace Tapedeck.Server.Tests.Commands;

/// <summary>What <c>tapedeck verify</c> asks, and says.</summary>
public sealed class VerifyCommandTests : IDisposable
{
    private const string EmptyRoot = """{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1"}""";

    private readonly string _folder = Directory.CreateTempSubdirectory("verify-").FullName;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private string Key => Write("cosign.pub", _key.ExportSubjectPublicKeyInfoPem());

    [Theory]
    [InlineData(179, "no entry of a transparency log")]
    [InlineData(181, "is believed for 180 days; fetch it anew")]
    public async Task A_root_that_was_not_renewed_verifies_nothing(int days, string reason)
    {
        await using var registry = await TestRegistry.StartAsync();
        registry.Push("v1", HandMade.Component(1), _key);
        var root = Write("root.json", EmptyRoot);
        File.SetLastWriteTimeUtc(root, DateTime.UtcNow.AddDays(-days));
        var (code, said) = await VerifyAsync(registry, "--key", Key, "--trusted-root", root);
        Assert.Equal(ExitCodes.Failed, code);
        Assert.Contains(reason, said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_with_a_trusted_root_asks_for_the_log_and_one_without_does_not()
    {
        await using var registry = await TestRegistry.StartAsync();
        registry.Push("v1", HandMade.Component(1), _key);
        var (code, said) = await VerifyAsync(registry, "--key", Key);
        Assert.Equal(ExitCodes.Success, code);
        Assert.Contains("is signed: cosign tag by key", said, StringComparison.Ordinal);
        (code, said) = await VerifyAsync(registry, "--key", Key, "--trusted-root", Write("root.json", EmptyRoot));
        Assert.Equal(ExitCodes.Failed, code);
        Assert.Contains("no entry of a transparency log", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_copied_with_its_signature_is_verified_as_what_it_was_signed()
    {
        await using var registry = await TestRegistry.StartAsync();
        var manifest = registry.Push("v1", HandMade.Component(1));
        registry.Sign(manifest, _key, ("ghcr.io/upstream/tool", manifest));
        var (code, said) = await VerifyAsync(registry, "--key", Key, "--signed-as", "ghcr.io/upstream/other");
        Assert.Equal(ExitCodes.Failed, code);
        Assert.Contains("it was made for ghcr.io/upstream/tool, not for", said, StringComparison.Ordinal);
        (code, _) = await VerifyAsync(registry, "--key", Key, "--signed-as", "ghcr.io/upstream/other", "--signed-as", "ghcr.io/upstream/tool");
        Assert.Equal(ExitCodes.Success, code);
    }

    [Theory]
    [InlineData("require", false, ExitCodes.Failed, ExitCodes.Failed)]
    [InlineData("require", true, ExitCodes.Success, ExitCodes.Success)]
    [InlineData("warn", false, ExitCodes.Success, ExitCodes.Failed)]
    [InlineData("none", false, ExitCodes.Success, ExitCodes.Usage)]
    public async Task A_trust_policy_says_what_pull_takes_and_verify_looks_for(string mode, bool isSigned, int pull, int verify)
    {
        await using var registry = await TestRegistry.StartAsync();
        registry.Push("v1", HandMade.Component(1), isSigned ? _key : null);
        var signer = mode == "none" ? "" : $", verify: {{keys: [{System.Text.Json.JsonSerializer.Serialize(_key.ExportSubjectPublicKeyInfoPem())}]}}";
        var policy = Write("trust.yaml", $"apiVersion: tapedeck.dev/v1alpha1\nkind: TrustPolicy\nrules:\n- {{prefix: '{registry.Host}', mode: {mode}{signer}}}");
        var file = Path.Combine(_folder, "out.wasm");
        var (code, said) = await RunAsync(PullCommands.MakePull(), registry, "--trust-policy", policy, "--cache", "none", "--to", file);
        Assert.Equal(pull, code);
        Assert.Equal(pull == ExitCodes.Success, File.Exists(file));
        Assert.Equal(!isSigned && mode != "none", said.Contains("no signature of", StringComparison.Ordinal));
        (code, _) = await VerifyAsync(registry, "--trust-policy", policy);
        Assert.Equal(verify, code);
        // Who is named on the command line counts.
        (code, _) = await VerifyAsync(registry, "--trust-policy", policy, "--key", Key);
        Assert.Equal(isSigned ? ExitCodes.Success : ExitCodes.Failed, code);
    }

    [Fact]
    public void A_trust_policy_that_is_none_is_told_of_with_its_place()
    {
        var policy = Write("trust.yaml", "apiVersion: tapedeck.dev/v1alpha1\nkind: TrustPolicy\nrules:\n- {prefix: ghcr.io, mode: audit}");
        var arguments = ServeCommand.Make().Parse(["-f", _folder, "--trust-policy", policy]);
        Assert.Empty(arguments.Errors);
        var error = Assert.Throws<StartException>(() => Shared.TrustPolicyOf(arguments));
        Assert.Contains("trust.yaml:4:", error.Message, StringComparison.Ordinal);
        Assert.Contains("rules[0].mode: expected none, warn or require", error.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _key.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>What is on both outputs. Others may write there too in the meantime, and do no harm.</summary>
    private static Task<(int Code, string Said)> VerifyAsync(TestRegistry registry, params string[] arguments) => RunAsync(PullCommands.MakeVerify(), registry, arguments);

    private static async Task<(int Code, string Said)> RunAsync(Command command, TestRegistry registry, params string[] arguments)
    {
        var (output, error) = (Console.Out, Console.Error);
        using var said = new StringWriter();
        var console = TextWriter.Synchronized(said);
        try
        {
            Console.SetOut(console);
            Console.SetError(console);
            string[] all = [$"oci://{registry.Repository}:v1", "--allow-address", "127.0.0.0/8", "--plain-http", registry.Host, .. arguments];
            var code = await command.Parse(all).InvokeAsync();
            return (code, said.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }

    private string Write(string name, string text)
    {
        var file = Path.Combine(_folder, name);
        File.WriteAllText(file, text);
        return file;
    }
}
