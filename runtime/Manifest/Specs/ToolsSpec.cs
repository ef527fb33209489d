using System.Collections.Immutable;

namespace Tapedeck.Manifest.Specs;

/// <summary>
/// Which of the exported functions are served, and as what. Functions are named as they would be without this, or by their export, as <c>acme:weather/forecasts@1.2.0#today</c>, which is of one function
/// alone and wins over a name that several have.
/// </summary>
public sealed record ToolsSpec
{
    public static ToolsSpec All { get; } = new();

    /// <summary>Null is all of them.</summary>
    public ImmutableArray<string>? Include { get; init; }

    public ImmutableArray<string> Exclude { get; init; } = [];

    /// <summary>New names by old ones. A prefix does not come before a new name.</summary>
    public ImmutableSortedDictionary<string, string> Rename { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    public string Prefix { get; init; } = "";

    public ImmutableSortedDictionary<string, ToolOverride> Overrides { get; init; } =
        ImmutableSortedDictionary.Create<string, ToolOverride>(StringComparer.Ordinal);
}

/// <summary>What a platform team says of a tool instead of its publisher. Null leaves the publisher's word.</summary>
/// <param name="ReadOnlyHint">And the others: <see href="https://modelcontextprotocol.io/specification/2025-11-25/schema#toolannotations"/>.</param>
public sealed record ToolOverride(
    string? Title, string? Description, bool? ReadOnlyHint, bool? DestructiveHint, bool? IdempotentHint, bool? OpenWorldHint);
