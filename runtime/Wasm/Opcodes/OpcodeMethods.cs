using System.Collections.Frozen;
using System.Reflection;

namespace Tapedeck.Wasm.Opcodes;

/// <summary>Finds the internal static methods that are named after an instruction.</summary>
internal static class OpcodeMethods
{
    internal static FrozenDictionary<Opcode, MethodInfo> In(params ReadOnlySpan<Type> types)
    {
        var found = new Dictionary<Opcode, MethodInfo>();
        foreach (var type in types)
        {
            foreach (var method in type.GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                if (method.IsAssembly && Enum.TryParse<Opcode>(method.Name, out var opcode))
                {
                    found.Add(opcode, method);
                }
            }
        }

        return found.ToFrozenDictionary();
    }
}
