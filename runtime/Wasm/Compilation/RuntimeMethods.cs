using System.Reflection;
using Tapedeck.Wasm.Execution;
using Tapedeck.Wasm.Execution.Numerics;
using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Wasm.Compilation;

/// <summary>The methods of the engine that compiled code calls.</summary>
internal static class RuntimeMethods
{
    internal static readonly MethodInfo NewTrap = Find(typeof(Traps), nameof(Traps.New));
    internal static readonly MethodInfo LoadV128 = SimdMethods.Find(Opcode.V128Load)!;
    internal static readonly MethodInfo StoreV128 = SimdMethods.Find(Opcode.V128Store)!;

    internal static readonly MethodInfo OpaqueF32 = Find(typeof(OpaqueConstants), nameof(OpaqueConstants.F32));
    internal static readonly MethodInfo OpaqueF64 = Find(typeof(OpaqueConstants), nameof(OpaqueConstants.F64));
    internal static readonly MethodInfo OpaqueV128 = Find(typeof(OpaqueConstants), nameof(OpaqueConstants.V128));

    internal static readonly MethodInfo StackExhausted = Find(typeof(Calls), nameof(Calls.StackExhausted));
    internal static readonly MethodInfo ResolveCode = Find(typeof(Calls), nameof(Calls.ResolveCode));
    internal static readonly MethodInfo ResolveElement = Find(typeof(Calls), nameof(Calls.ResolveElement));
    internal static readonly MethodInfo EnterFrame = Find(typeof(Calls), nameof(Calls.EnterFrame));

    internal static readonly MethodInfo MemoryGrow = Find(typeof(MemoryOperations), nameof(MemoryOperations.Grow));
    internal static readonly MethodInfo MemoryFill = Find(typeof(MemoryOperations), nameof(MemoryOperations.Fill));
    internal static readonly MethodInfo MemoryCopy = Find(typeof(MemoryOperations), nameof(MemoryOperations.Copy));
    internal static readonly MethodInfo MemoryInit = Find(typeof(MemoryOperations), nameof(MemoryOperations.Init));
    internal static readonly MethodInfo DataDrop = Find(typeof(MemoryOperations), nameof(MemoryOperations.DataDrop));

    internal static readonly MethodInfo TableGet = Find(typeof(TableOperations), nameof(TableOperations.Get));
    internal static readonly MethodInfo TableSet = Find(typeof(TableOperations), nameof(TableOperations.Set));
    internal static readonly MethodInfo TableSize = Find(typeof(TableOperations), nameof(TableOperations.Size));
    internal static readonly MethodInfo TableGrow = Find(typeof(TableOperations), nameof(TableOperations.Grow));
    internal static readonly MethodInfo TableFill = Find(typeof(TableOperations), nameof(TableOperations.Fill));
    internal static readonly MethodInfo TableCopy = Find(typeof(TableOperations), nameof(TableOperations.Copy));
    internal static readonly MethodInfo TableInit = Find(typeof(TableOperations), nameof(TableOperations.Init));
    internal static readonly MethodInfo ElementDrop = Find(typeof(TableOperations), nameof(TableOperations.ElementDrop));
    internal static readonly MethodInfo RefFunc = Find(typeof(TableOperations), nameof(TableOperations.RefFunc));

    private static MethodInfo Find(Type type, string name) => type.GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!;
}
