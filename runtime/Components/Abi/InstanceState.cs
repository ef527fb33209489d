using Tapedeck.Components.Linking;

namespace Tapedeck.Components.Abi;

/// <summary>What the specification calls a <c>ComponentInstance</c>: the handles of one instance of one component, at any depth, and whether it can be entered and left.</summary>
/// <remarks>
/// <see href="https://github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md#component-instances"/>. A trap leaves the flags as they are,
/// so that nobody enters an instance again that trapped.
/// </remarks>
internal sealed class InstanceState(ComponentInstance root, int index, InstanceState? parent, ResourceDefinition?[] resources)
{
    private readonly int _depth = parent is null ? 0 : parent._depth + 1;

    internal Call Call { get; } = root.Call;

    /// <summary>Its number among all instances of the graph.</summary>
    internal int Index { get; } = index;

    /// <summary>The instance of the outermost component, as the host knows it.</summary>
    internal ComponentInstance Root { get; } = root;
    internal InstanceState? Parent { get; } = parent;

    /// <summary>What the resource types of the component are here, by slot.</summary>
    internal ResourceDefinition?[] Resources { get; } = resources;

    internal HandleTable Handles { get; } = new(root.Call);
    internal bool MayEnter { get; private set; } = true;
    internal bool MayLeave { get; set; } = true;

    /// <summary>What a resource type of the component is here.</summary>
    internal ResourceDefinition Resource(Types.ResourceType type) => Resources[type.Slot]!;

    /// <summary><c>may_enter_from</c> and <c>enter_from</c>.</summary>
    /// <param name="caller">Null for the host.</param>
    internal void EnterFrom(InstanceState? caller)
    {
        for (var inst = this; inst is not null && !Contains(caller, inst); inst = inst.Parent)
        {
            Trap.If(!inst.MayEnter, "cannot enter component instance");
        }
        for (var inst = this; inst is not null && !Contains(caller, inst); inst = inst.Parent)
        {
            inst.MayEnter = false;
        }
    }

    /// <summary><c>leave_to</c>.</summary>
    internal void LeaveTo(InstanceState? caller)
    {
        for (var inst = this; inst is not null && !Contains(caller, inst); inst = inst.Parent)
        {
            inst.MayEnter = true;
        }
    }

    /// <summary>Whether <paramref name="inst"/> is among <c>self_and_ancestors</c> of <paramref name="caller"/>.</summary>
    private static bool Contains(InstanceState? caller, InstanceState inst)
    {
        while (caller is not null && caller._depth > inst._depth)
        {
            caller = caller.Parent;
        }
        return caller == inst;
    }
}
