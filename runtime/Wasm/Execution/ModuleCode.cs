using System.Runtime.InteropServices;

namespace Tapedeck.Wasm.Execution;

/// <summary>The compiled code of a module by one back end. An instance belongs to one for life; instances of both may live side by side.</summary>
internal abstract unsafe class ModuleCode
{
    private readonly nint* _pointers;

    protected ModuleCode(int capacity) =>
        _pointers = (nint*)NativeMemory.AllocZeroed((nuint)Math.Max(1, capacity), (nuint)sizeof(nint));

    ~ModuleCode() => NativeMemory.Free(_pointers);

    /// <summary>The code pointers of the module's functions, and of regions behind them; 0 where not resolved yet.</summary>
    internal nint Pointers => (nint)_pointers;

    /// <summary>The code pointer of the function or region at <paramref name="index"/>, made if need be.</summary>
    internal nint Resolve(int index)
    {
        var pointer = Volatile.Read(ref _pointers[index]);
        if (pointer == 0)
        {
            pointer = Make(index);
            Volatile.Write(ref _pointers[index], pointer);
        }
        return pointer;
    }

    /// <summary>The code pointer if it has been made, else 0.</summary>
    internal nint Find(int index) => Volatile.Read(ref _pointers[index]);

    /// <summary>The code pointer that an image of a table holds; 0 if it is better made when the element is first called.</summary>
    internal virtual nint ForTable(int function) => Find(function);

    /// <summary>Makes the code of a function or region. Two threads may do so at once: no lock is held that another call needs.</summary>
    protected abstract nint Make(int index);
}
