using Tapedeck.Components.Types;

namespace Tapedeck.Components.Validation;

/// <summary>Where an instance of a component finds one of the resource types that its component knows, by <see cref="ResourceType.Slot"/>.</summary>
internal abstract record ResourceSlot(ResourceType Resource);

/// <summary>It comes with the imports.</summary>
/// <param name="Path">The name of the import, then those of exports inside it.</param>
internal sealed record ImportedSlot(ResourceType Resource, string[] Path) : ResourceSlot(Resource);

/// <summary>Each instance makes its own.</summary>
/// <param name="Destructor">A core function.</param>
internal sealed record DefinedSlot(ResourceType Resource, uint? Destructor) : ResourceSlot(Resource);

/// <summary>It is one of <see cref="ComponentType.ExportedResources"/> of the component that an instance is made of.</summary>
/// <param name="Instance">The index of the instance.</param>
/// <param name="Path">The names of exports, from the instance on.</param>
internal sealed record InstanceSlot(ResourceType Resource, int Instance, string[] Path) : ResourceSlot(Resource);

/// <summary>It is another one, under a type that hides which.</summary>
/// <param name="Original">The slot of the other one; -1 where no instance ever needs it.</param>
internal sealed record HidingSlot(ResourceType Resource, int Original) : ResourceSlot(Resource);
