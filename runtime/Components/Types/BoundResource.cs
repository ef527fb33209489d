namespace Tapedeck.Components.Types;

/// <summary>A resource type that stands for whatever is found at a path: a variable of an instance or component type.</summary>
/// <param name="Path">The name of an import or export, then those of exports inside it; empty where the type is to be found nowhere.</param>
internal sealed record BoundResource(ResourceType Resource, string[] Path);
