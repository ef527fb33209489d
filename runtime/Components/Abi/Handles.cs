using Tapedeck.Components.Linking;
using Tapedeck.Components.Types;
using Tapedeck.Components.Values;

namespace Tapedeck.Components.Abi;

/// <summary><c>lift_own</c>, <c>lift_borrow</c>, <c>lower_own</c> and <c>lower_borrow</c>.</summary>
/// <remarks>
/// <see href="https://github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md#loading"/>. A lifted handle stands for the host's object where the
/// host defines the type, else for a <see cref="GuestResource"/>.
/// </remarks>
internal static class Handles
{
    /// <summary>What a lifted handle takes of the host at most: a value's meaning, a <see cref="GuestResource"/>, and a place among the lenders.</summary>
    private const int HandleBytes = 96;

    internal static WitValue LiftOwn(in LiftLowerContext cx, uint index, OwnType type)
    {
        cx.Charge(HandleBytes);
        return WitValue.Handle(type, LiftOwn(cx, index, type.Resource));
    }

    internal static object LiftOwn(in LiftLowerContext cx, uint index, ResourceType type)
    {
        var handle = Checked(cx.Inst, index, cx.Inst.Resource(type));
        Trap.If(handle.NumLends != 0, "cannot remove owned resource while borrowed");
        Trap.If(!handle.Own, "cannot lift own resource from a borrow");
        cx.Inst.Handles.Remove(index);
        if (handle.Type.Host is not { } host)
        {
            return new GuestResource(handle.Type, handle.Rep, cx.Inst.Root);
        }
        cx.Inst.Call.Send(host, handle.Resource!);
        return handle.Resource!;
    }

    internal static WitValue LiftBorrow(in LiftLowerContext cx, uint index, BorrowType type)
    {
        cx.Charge(HandleBytes);
        return WitValue.Handle(type, LiftBorrow(cx, index, type.Resource));
    }

    internal static object LiftBorrow(in LiftLowerContext cx, uint index, ResourceType type)
    {
        var handle = Checked(cx.Inst, index, cx.Inst.Resource(type));
        cx.Subtask?.AddLender(handle);
        return handle.Resource ?? new GuestResource(handle.Type, handle.Rep, cx.Inst.Root);
    }

    internal static uint LowerOwn(in LiftLowerContext cx, WitValue value, OwnType type) =>
        value.Meaning is Handle handle ? LowerOwn(cx, handle.Resource, type.Resource) : throw Storing.Mismatch(value, type);

    internal static uint LowerOwn(in LiftLowerContext cx, object resource, ResourceType type)
    {
        var definition = cx.Inst.Resource(type);
        if (definition.Host is not null)
        {
            var index = cx.Inst.Handles.Add(new ResourceHandle(definition, 0, resource, own: true, null));
            cx.Inst.Call.Arrive(resource);
            return index;
        }
        return cx.Inst.Handles.Add(new ResourceHandle(definition, Guest(cx, resource, definition).Take(), null, own: true, null));
    }

    internal static uint LowerBorrow(in LiftLowerContext cx, WitValue value, BorrowType type)
    {
        var resource = value.Meaning is Handle handle ? handle.Resource : throw Storing.Mismatch(value, type);
        var definition = cx.Inst.Resource(type.Resource);
        if (definition.Host is not null)
        {
            cx.Task!.NumBorrows++;
            return cx.Inst.Handles.Add(new ResourceHandle(definition, 0, resource, own: false, cx.Task));
        }
        var rep = Guest(cx, resource, definition).Rep;
        if (definition.IsImplementedBy(cx.Inst))
        {
            return (uint)rep;
        }
        cx.Task!.NumBorrows++;
        return cx.Inst.Handles.Add(new ResourceHandle(definition, rep, null, own: false, cx.Task));
    }

    /// <summary>The handle at an index, if it is one of that type.</summary>
    internal static ResourceHandle Checked(InstanceState inst, uint index, ResourceDefinition type)
    {
        var handle = inst.Handles.Get(index);
        // The text is made only where it is wanted: this is on the way of every handle.
        return handle.Type == type ? handle : throw new Wasm.TrapException($"handle index {index} used with the wrong type, expected {type.Description} but found {handle.Type.Different(type)}");
    }

    private static GuestResource Guest(in LiftLowerContext cx, object resource, ResourceDefinition definition)
    {
        if (resource is not GuestResource guest || guest.Definition != definition || guest.Root != cx.Inst.Root)
        {
            throw new ArgumentException($"the object given for a handle is not a {definition.Name} of this instance");
        }
        return guest;
    }
}
