using System.Collections.Immutable;

namespace Tapedeck.Oci;

/// <summary>The tags of a repository.</summary>
public sealed record TagList(ImmutableArray<string> Tags);
