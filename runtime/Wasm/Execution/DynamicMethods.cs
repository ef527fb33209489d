using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace Tapedeck.Wasm.Execution;

/// <summary>Makes dynamic methods that may use the engine's internals, and their code pointers. Who uses a pointer must hold the method.</summary>
internal static class DynamicMethods
{
    internal const BindingFlags Internal = BindingFlags.Static | BindingFlags.NonPublic;

    internal static DynamicMethod New(string name, Type[] parameters, Type result) =>
        new(name, MethodAttributes.Public | MethodAttributes.Static, CallingConventions.Standard, result, parameters, typeof(Engine).Module, skipVisibility: true)
        {
            InitLocals = false,
        };

    internal static nint PointerOf(DynamicMethod method) => Descriptor(method).GetFunctionPointer();

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "GetMethodDescriptor")]
    private static extern RuntimeMethodHandle Descriptor(DynamicMethod method);
}
