using Tapedeck.Components.Binary;
using Tapedeck.Components.Types;

namespace Tapedeck.Components.Validation;

/// <summary>A component that has been validated: what was declared, and what validation found out about it.</summary>
/// <param name="Type">Its imports and exports.</param>
/// <param name="Types">Its type index space.</param>
/// <param name="Resources">Where its instances find their resource types, by <see cref="ResourceType.Slot"/>.</param>
internal sealed record ValidComponent(ComponentDeclaration Declaration, ComponentType Type, IReadOnlyList<IDefinedType> Types, IReadOnlyList<ResourceSlot> Resources);
