using System.Collections.Immutable;
using Tapedeck.Manifest.Specs;

namespace Tapedeck.Manifest;

/// <summary>A WasmTool with its name.</summary>
/// <param name="Generation">The <c>metadata.generation</c> of the object; 0 where it is a file.</param>
public sealed record WasmTool(
    string Namespace, string Name, long Generation, ImmutableSortedDictionary<string, string> Labels, WasmToolSpec Spec)
{
    public const string Kind = "WasmTool";

    /// <summary>A Service, whose name is a DNS label, is called like the tool, and pods have a suffix.</summary>
    public const int MostCharactersOfName = 52;

    /// <summary>Whether a Service can bear the name: <see href="https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#rfc-1035-label-names"/>.</summary>
    /// <param name="name">A name that an object of Kubernetes may have.</param>
    public static bool IsName(string name) => name.Length <= MostCharactersOfName && !name.Contains('.', StringComparison.Ordinal) && (name.Length == 0 || char.IsAsciiLetterLower(name[0]));

    public string QualifiedName => $"{Namespace}/{Name}";
}
