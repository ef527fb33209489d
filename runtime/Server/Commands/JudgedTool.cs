using System.Collections.Immutable;
using System.CommandLine;
using Tapedeck.Manifest;
using Tapedeck.Manifest.Specs;
using Tapedeck.Oci;
using Tapedeck.Policy.Specs;
using Tapedeck.Server.Serving;

namespace Tapedeck.Server.Commands;

/// <summary>The tool that policies are asked about: a WasmTool of the files, or one that the command line describes.</summary>
internal static class JudgedTool
{
    internal static readonly Option<string?> Tool = new("--tool") { Description = "A WasmTool of the files, as NAME or NAMESPACE/NAME, whose labels, limits and repository count." };
    internal static readonly Option<string?> Repository = new("--repository") { Description = "Where the tool's component is from, such as ghcr.io/acme/fetch, for policies that are narrowed by it." };

    internal static readonly Option<string[]> Signers = new("--signer")
    {
        Description = "Who signed the component, as keySha256=HEX or issuer=ISSUER,identity=IDENTITY, for policies that are narrowed by it; may be given again.",
    };

    /// <exception cref="StartException">An option says nothing that can be meant.</exception>
    internal static WasmTool Of(ParseResult arguments, Desired files)
    {
        if (arguments.GetValue(Tool) is not { } name)
        {
            return NamedTool.Of(arguments, arguments.GetValue(Repository) is { } repository ? SourceOf(repository) : new FileSource("", ""));
        }
        if (new Option[] { NamedTool.Labels, NamedTool.Namespace, Repository }.FirstOrDefault(option => arguments.GetResult(option) is { Implicit: false }) is { } other)
        {
            throw new StartException($"--tool names a WasmTool that says what {other.Name} would; leave one of them out");
        }
        var qualified = name.Contains('/', StringComparison.Ordinal) ? name : $"{arguments.GetValue(NamedTool.Namespace)}/{name}";
        return files.Tools.FirstOrDefault(tool => tool.Tool.QualifiedName == qualified)?.Tool
            ?? throw new StartException($"there is no WasmTool {qualified} in the files{(files.Tools.IsEmpty ? "" : $"; there are: {string.Join(", ", files.Tools.Select(tool => tool.Tool.QualifiedName).Order(StringComparer.Ordinal))}")}. Name its file by --policy");
    }

    /// <exception cref="StartException">One of them is none.</exception>
    internal static ImmutableArray<Signer> SignersOf(ParseResult arguments) => [.. (arguments.GetValue(Signers) ?? []).Select(SignerOf)];

    private static OciSource SourceOf(string repository) =>
        Source.Parse($"oci://{repository}") is { IsOk: true, Value: Source.Registry { Reference: var reference } }
            ? new OciSource(reference.Name, new ArtifactRef(ArtifactRefKind.Tag, "latest"))
            : throw new StartException($"--repository expects a registry and a path, such as ghcr.io/acme/fetch, and not '{repository}'");

    private static Signer SignerOf(string text)
    {
        const string Key = "keySha256=", Issuer = "issuer=", Identity = ",identity=";
        if (text.StartsWith(Key, StringComparison.Ordinal) && text[Key.Length..] is { Length: 64 } hash && hash.All(char.IsAsciiHexDigitLower))
        {
            return new Signer(hash, "", "");
        }
        return text.StartsWith(Issuer, StringComparison.Ordinal) && text[Issuer.Length..].Split(Identity, 2) is [{ Length: > 0 } issuer, { Length: > 0 } identity]
            ? new Signer("", issuer, identity)
            : throw new StartException($"{Signers.Name} expects keySha256= and 64 lower-case hex digits, or issuer=ISSUER,identity=IDENTITY, and not '{text}'");
    }
}
