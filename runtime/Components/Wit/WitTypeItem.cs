using Tapedeck.Components.Types;

namespace Tapedeck.Components;

/// <summary>A type that has a name in an interface or world.</summary>
/// <param name="Value">The value type; null for a resource.</param>
/// <param name="Resource">The resource type; null for a value type.</param>
/// <param name="Definition">The definition as lines of WIT text, without the methods of a resource.</param>
public sealed record WitTypeItem(string Name, WitType? Value, ResourceType? Resource, IReadOnlyList<string> Definition, string? Docs)
{
    /// <summary>Whether the type comes from another interface, so that the definition is a <c>use</c>.</summary>
    public bool IsUse { get; init; }
}
