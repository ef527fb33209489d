using Tapedeck.Components.Linking;

namespace Tapedeck.Components.Abi;

/// <summary>The built-ins <c>resource.new</c>, <c>resource.drop</c> and <c>resource.rep</c>.</summary>
/// <remarks><see href="https://github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md#canon-resourcenew"/> and the sections after it.</remarks>
internal static class ResourceBuiltins
{
    internal static uint New(InstanceState inst, ResourceDefinition type, int rep)
    {
        Trap.If(!inst.MayLeave, "cannot leave component instance");
        return inst.Handles.Add(new ResourceHandle(type, rep, null, own: true, null));
    }

    internal static void Drop(InstanceState inst, ResourceDefinition type, uint index)
    {
        Trap.If(!inst.MayLeave, "cannot leave component instance");
        var handle = Handles.Checked(inst, index, type);
        Trap.If(handle.NumLends != 0, "cannot remove owned resource while borrowed");
        inst.Handles.Remove(index);
        if (!handle.Own)
        {
            handle.BorrowScope!.NumBorrows--;
        }
        else if (type.Host is { } host)
        {
            host.Drop(inst.Call, handle.Resource!);
        }
        else
        {
            inst.Root.Destroy(type, handle.Rep, inst);
        }
    }

    internal static int Rep(InstanceState inst, ResourceDefinition type, uint index) => Handles.Checked(inst, index, type).Rep;
}
