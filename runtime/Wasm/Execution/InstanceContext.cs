using System.Runtime.InteropServices;

namespace Tapedeck.Wasm.Execution;

/// <summary>The start of an instance's native block, which compiled code gets as its last argument. <see cref="ContextLayout"/> says what follows.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct InstanceContext
{
    /// <summary>The base of memory 0; 0 if there is none.</summary>
    internal nint Memory0;

    /// <summary>The <see cref="StoreBlock"/>.</summary>
    internal nint Store;

    /// <summary>The module's code pointers, one per function and region; 0 where not compiled yet.</summary>
    internal nint Code;

    /// <summary>The instance's index in its store.</summary>
    internal int Index;

    internal int Padding;

    /// <summary>Always 0, which the JIT does not know.</summary>
    internal long Zero;

    internal const int Size = 40;
}

/// <summary>The native block of a store: what compiled code polls and shares across the instances of one call.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct StoreBlock
{
    /// <summary>The lowest stack address that guest code may reach; the highest address while interrupted.</summary>
    internal nint StackLimit;

    /// <summary>Not 0: stop.</summary>
    internal int Interrupt;

    internal int Padding;

    /// <summary>The next free byte of the side stack, where split functions keep their frames.</summary>
    internal nint SideTop;
    internal nint SideLimit;

    /// <summary>A handle of the <see cref="Wasm.Store"/>.</summary>
    internal nint Handle;

    internal long Padding2;

    /// <summary>Where the results follow: all but the last of a function, 16 bytes each.</summary>
    internal const int Results = 48;

    internal static int SizeFor(int results) => Results + (16 * results);
}

/// <summary>A table as compiled code sees it. It lies in the context of the instance that defines the table.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TableBlock
{
    internal nint Entries;
    internal uint Size;
    internal uint Index;

    /// <summary>The context of the instance that owns the table: what a 0 in an entry stands for.</summary>
    internal nint Owner;

    internal const int Bytes = 24;
}

/// <summary>An element of a function table.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TableEntry
{
    /// <summary>The function's code; 0 while <see cref="Signature"/> has the <see cref="Unresolved"/> bit.</summary>
    internal nint Code;

    /// <summary>The function's signature; 0 for null, which no signature equals.</summary>
    internal int Signature;

    /// <summary>The function's index in its instance.</summary>
    internal int Function;

    /// <summary>The context of the function's instance; 0 for the instance that owns the table.</summary>
    internal nint Context;

    internal const int Bytes = 24;
    internal const int Unresolved = int.MinValue;
}

/// <summary>An imported function as compiled code calls it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ImportedFunction
{
    internal nint Code;
    internal nint Context;

    /// <summary>The packed reference to the function, see <see cref="FunctionReference"/>.</summary>
    internal long Reference;

    internal const int Bytes = 24;
}
