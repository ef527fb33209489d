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
/// <remarks>The core function serves the instances of all calls: it finds its own by the store that it is called in.</remarks>
internal sealed class LoweredItem : CoreItem
{
    private readonly Wasm.HostFunction _function;

    internal LoweredItem(int id, FuncDefinition callee, CanonLower canon, Options options, int instance)
        : base(id)
    {
        Callee = callee;
        Options = options;
        Instance = instance;
        Signature = new Signature(canon.Type!);
        _function = callee is HostDefinition { Function.Direct: { } direct }
            ? direct(instance)
            : Wasm.HostFunction.Of(canon.CoreType!, (store, arguments, results) => ComponentInstance.Of(store).Lowered(this).Call(arguments, results));
    }

    internal FuncDefinition Callee { get; }
    internal Options Options { get; }
    internal int Instance { get; }
    internal Signature Signature { get; }

    internal override Extern Make(ComponentInstance root) => root.Call.Store.Host(_function);
}

/// <summary><c>canon resource.new</c>, <c>resource.drop</c> or <c>resource.rep</c></summary>
internal sealed class ResourceItem(int id, ResourceOperation operation, ResourceDefinition type, int instance) : CoreItem(id)
{
    private readonly Wasm.HostFunction _function = operation switch
    {
        ResourceOperation.New => Wasm.HostFunction.Of<int, int>((store, rep) => (int)ResourceBuiltins.New(ComponentInstance.Of(store).State(instance), type, rep)),
        ResourceOperation.Drop => Wasm.HostFunction.Of<int>((store, index) => ResourceBuiltins.Drop(ComponentInstance.Of(store).State(instance), type, (uint)index)),
        _ => Wasm.HostFunction.Of<int, int>((store, index) => ResourceBuiltins.Rep(ComponentInstance.Of(store).State(instance), type, (uint)index)),
    };

    internal override Extern Make(ComponentInstance root) => root.Call.Store.Host(_function);
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
        Results = type.Result is { } result ? [result] : [];
        ParameterLayout = Layout.OfSequence(Parameters);
        ResultLayout = Layout.OfSequence(Results);
        LiftedParameters = ParameterLayout.FlatCount > LiftedFunction.MaxFlatParams ? 1 : ParameterLayout.FlatCount;
        LiftedResults = Results.Length == 0 ? 0 : 1;
        HasBorrows = Parameters.Any(static type => type.Has(TypeContents.Borrow));
    }

    internal FuncType Type { get; }
    internal WitType[] Parameters { get; }
    internal WitType[] Results { get; }
    internal Layout ParameterLayout { get; }
    internal Layout ResultLayout { get; }

    /// <summary>How many core values a lifted function takes.</summary>
    internal int LiftedParameters { get; }

    /// <summary>How many core values a lifted function returns.</summary>
    internal int LiftedResults { get; }

    internal bool HasBorrows { get; }
}
