using Tapedeck.Components.Abi;
using Tapedeck.Components.Binary.Definitions;
using Tapedeck.Components.Types;
using Tapedeck.Wasm;
using FuncType = Tapedeck.Components.Types.FuncType;

namespace Tapedeck.Components.Linking;

/// <summary>A core function, memory, table or global of the graph of instances that a component becomes. Each instance of the component makes it once, when it is first needed.</summary>
/// <param name="id">Its number among all of the graph.</param>
internal abstract class CoreItem(int id)
{
    internal int Id { get; } = id;

    internal abstract Extern Make(ComponentInstance root);
}

/// <summary>What a core instance exports.</summary>
/// <param name="instance">The number of the core instance.</param>
internal sealed class ExportedItem(int id, int instance, string name) : CoreItem(id)
{
    internal override Extern Make(ComponentInstance root) => root.CoreInstance(instance)[name];
}

/// <summary><c>canon lower</c></summary>
/// <param name="instance">The number of the component instance that lowers.</param>
internal sealed class LoweredItem(int id, FuncDefinition callee, CanonLower canon, Options options, int instance) : CoreItem(id)
{
    internal FuncDefinition Callee { get; } = callee;
    internal int Instance { get; } = instance;
    internal Options Options { get; } = options;
    internal Signature Signature { get; } = new(canon.Type!);

    internal override Extern Make(ComponentInstance root) =>
        root.Call.Store.Host(Wasm.HostFunction.Of(canon.CoreType!, new LoweredFunction(this, root).Call));
}

/// <summary><c>canon resource.new</c>, <c>resource.drop</c> or <c>resource.rep</c></summary>
internal sealed class ResourceItem(int id, ResourceOperation operation, ResourceDefinition type, int instance) : CoreItem(id)
{
    internal override Extern Make(ComponentInstance root)
    {
        var inst = root.State(instance);
        return root.Call.Store.Host(operation switch
        {
            ResourceOperation.New => Wasm.HostFunction.Of<int, int>((_, rep) => (int)ResourceBuiltins.New(inst, type, rep)),
            ResourceOperation.Drop => Wasm.HostFunction.Of<int>((_, index) => ResourceBuiltins.Drop(inst, type, (uint)index)),
            _ => Wasm.HostFunction.Of<int, int>((_, index) => ResourceBuiltins.Rep(inst, type, (uint)index)),
        });
    }
}

/// <summary>The <c>canonopt</c>s of a canonical definition, found in the graph.</summary>
internal sealed record Options(StringEncoding StringEncoding, CoreItem? Memory, CoreItem? Realloc, CoreItem? PostReturn)
{
    internal CanonicalOptions Make(ComponentInstance root) =>
        new(StringEncoding, (Memory?)root.Core(Memory), (Func?)root.Core(Realloc), (Func?)root.Core(PostReturn));
}

/// <summary>The type of a function with what lifting and lowering need to know of it.</summary>
internal sealed class Signature
{
    internal Signature(FuncType type)
    {
        Type = type;
        Parameters = [.. type.Parameters.Select(static parameter => parameter.Type)];
        Results = type.Result is null ? [] : [type.Result];
        ParameterLayout = Layout.OfSequence(Parameters);
        ResultLayout = Layout.OfSequence(Results);
        HasBorrows = Parameters.Any(static type => type.Has(TypeContents.Borrow));
    }

    internal FuncType Type { get; }
    internal WitType[] Parameters { get; }
    internal WitType[] Results { get; }
    internal Layout ParameterLayout { get; }
    internal Layout ResultLayout { get; }
    internal bool HasBorrows { get; }
}
