using System.Diagnostics.CodeAnalysis;
using Tapedeck.Components.Abi;
using Tapedeck.Components.Linking;
using Tapedeck.Wasm;

namespace Tapedeck.Components;

/// <summary>An instance of a component, in the store of one call.</summary>
public sealed class ComponentInstance
{
    private readonly ComponentTemplate _template;
    private readonly InstanceState[] _states;
    private readonly Instance[] _coreInstances;
    private readonly Extern?[] _coreItems;
    private readonly LiftedFunction?[] _lifted;
    private readonly LoweredFunction?[] _lowered;

    internal ComponentInstance(ComponentTemplate template, Call call)
    {
        _template = template;
        Call = call;
        var graph = template.Graph;
        _states = new InstanceState[graph.Instances.Count];
        for (var i = 0; i < _states.Length; i++)
        {
            var (parent, resources) = graph.Instances[i];
            _states[i] = new InstanceState(this, i, parent < 0 ? null : _states[parent], resources);
        }
        _coreInstances = new Instance[graph.CoreInstances.Count];
        _coreItems = new Extern?[graph.CoreItems];
        _lifted = new LiftedFunction?[graph.LiftedFuncs];
        _lowered = new LoweredFunction?[graph.CoreItems];
    }

    /// <summary>A function that the component exports: <c>greet</c>, or <c>ns:pkg/iface@1.2.3#fn</c> for one inside an interface.</summary>
    public bool TryFunc(string path, [NotNullWhen(true)] out ComponentFunc? func)
    {
        func = _template.Funcs.TryGetValue(path, out var definition) ? new ComponentFunc(this, definition) : null;
        return func is not null;
    }

    internal Call Call { get; }

    /// <summary>The instance that a store works for.</summary>
    internal static ComponentInstance Of(Store store) => ((Call)store.Owner!).Instance!;

    /// <summary>Makes the core instances.</summary>
    /// <param name="snapshot">What they are after their start; null to start them.</param>
    internal void Instantiate(Snapshot? snapshot)
    {
        for (var i = 0; i < _coreInstances.Length; i++)
        {
            Instantiate(i, snapshot);
        }
    }

    internal InstanceState State(int instance) => _states[instance];

    internal Instance CoreInstance(int instance) => _coreInstances[instance];

    [return: NotNullIfNotNull(nameof(item))]
    internal Extern? Core(CoreItem? item) => item is null ? null : _coreItems[item.Id] ??= item.Make(this);

    internal LoweredFunction Lowered(LoweredItem item) => _lowered[item.Id] ??= new LoweredFunction(item, this);

    internal LiftedFunction Lifted(LiftedDefinition definition) => _lifted[definition.Id] ??= new LiftedFunction(definition, this);

    /// <summary>Runs the destructor of a resource type, if it has one.</summary>
    /// <param name="caller">Null for the host.</param>
    internal void Destroy(ResourceDefinition type, int rep, InstanceState? caller)
    {
        var inst = _states[type.Instance];
        inst.EnterFrom(caller);
        if (type.Destructor is { } destructor)
        {
            ((Func)Core(destructor)).Call([Value.I32(rep)], []);
        }
        inst.LeaveTo(caller);
    }

    // A start function can call what the component was given, but nobody can enter an instance that is not there yet.
    private void Instantiate(int index, Snapshot? snapshot)
    {
        var (instance, template, items) = _template.Graph.CoreInstances[index];
        var imports = new Extern[items.Length];
        for (var i = 0; i < imports.Length; i++)
        {
            imports[i] = Core(items[i]);
        }
        var inst = _states[instance];
        inst.EnterFrom(null);
        _coreInstances[index] = snapshot is null ? template.New(Call.Store, imports) : snapshot.New(Call.Store, imports);
        inst.LeaveTo(null);
    }
}
