namespace Tapedeck.Components.Abi;

/// <summary>The handles of one component instance. Index 0 is never one; an index that became free is the next to be taken.</summary>
/// <remarks><see href="https://github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md#table-state"/></remarks>
internal sealed class HandleTable
{
    private readonly Call _call;
    private readonly List<ResourceHandle?> _array = [null];
    private readonly Stack<int> _free = [];

    internal HandleTable(Call call)
    {
        _call = call;
        call.Add(this);
    }

    internal IEnumerable<ResourceHandle> All => _array.OfType<ResourceHandle>();

    internal ResourceHandle Get(uint index) =>
        index < (uint)_array.Count && _array[(int)index] is { } handle ? handle : throw new Wasm.TrapException($"unknown handle index {index}");

    internal uint Add(ResourceHandle handle)
    {
        _call.CountHandle();
        if (_free.TryPop(out var free))
        {
            _array[free] = handle;
            return (uint)free;
        }
        _array.Add(handle);
        return (uint)_array.Count - 1;
    }

    internal ResourceHandle Remove(uint index)
    {
        var handle = Get(index);
        _array[(int)index] = null;
        _free.Push((int)index);
        _call.UncountHandle();
        return handle;
    }
}
