using Tapedeck.Components.Types;

namespace Tapedeck.Components.Linking;

/// <summary>A component function of the graph.</summary>
internal abstract class FuncDefinition
{
    internal abstract FuncType Type { get; }

    internal abstract int Parameters { get; }
}

/// <summary><c>canon lift</c></summary>
/// <param name="id">Its number among all of the graph.</param>
/// <param name="instance">The number of the component instance that lifts.</param>
internal sealed class LiftedDefinition(int id, CoreItem core, FuncType type, Options options, int instance) : FuncDefinition
{
    internal int Id { get; } = id;
    internal CoreItem Core { get; } = core;
    internal Options Options { get; } = options;
    internal int Instance { get; } = instance;
    internal Signature Signature { get; } = new(type);
    internal override FuncType Type => Signature.Type;
    internal override int Parameters => Signature.Parameters.Length;
}

/// <summary>A function of the host.</summary>
internal sealed class HostDefinition(HostFunction function) : FuncDefinition
{
    internal HostFunction Function { get; } = function;
    internal override FuncType Type => Function.Type;
    internal override int Parameters => Function.Type.Parameters.Count;
}
