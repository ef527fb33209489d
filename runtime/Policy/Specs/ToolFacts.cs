using System.Collections.Immutable;

namespace Tapedeck.Policy.Specs;

/// <summary>What policies select tools by.</summary>
/// <param name="Repository">Where the artifact is from, such as <c>ghcr.io/acme/weather</c>, without tag and digest.</param>
public sealed record ToolFacts(
    IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> NamespaceLabels, string Repository)
{
    /// <summary>Whose signatures on the artifact were verified.</summary>
    public ImmutableArray<Signer> Signers { get; init; } = [];
}
