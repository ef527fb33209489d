using Tapedeck.Wasm;

namespace Tapedeck.Fuzz.Modules;

/// <summary>A function of a generated module.</summary>
internal sealed class Function(int typeIndex, FuncType type, string export)
{
    internal int TypeIndex { get; } = typeIndex;
    internal FuncType Type { get; } = type;

    /// <summary>The name that it is exported by.</summary>
    internal string Export { get; } = export;

    /// <summary>Whether it is only there for the host to call.</summary>
    internal bool IsShim { get; init; }

    /// <summary>The locals behind the parameters.</summary>
    internal List<ValType> Locals { get; } = [];
    internal List<Node> Body { get; set; } = [];

    internal int LocalCount => Type.Parameters.Count + Locals.Count;

    internal ValType LocalType(int local) =>
        local < Type.Parameters.Count ? Type.Parameters[local] : Locals[local - Type.Parameters.Count];

    internal int AddLocal(ValType type)
    {
        Locals.Add(type);
        return LocalCount - 1;
    }
}
