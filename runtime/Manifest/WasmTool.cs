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

    public string QualifiedName => $"{Namespace}/{Name}";
}
