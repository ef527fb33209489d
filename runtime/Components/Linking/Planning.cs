using Tapedeck.Components.Binary.Definitions;
using Tapedeck.Wasm;

namespace Tapedeck.Components.Linking;

/// <summary>Plans the instances of a component. A component that becomes too many of them is refused: a few bytes can ask for any number.</summary>
internal sealed class Planning
{
    private const int MostInstances = 1_000;
    private const int MostDepth = 100;
    private const int MostSteps = 1_000_000;

    private readonly Dictionary<CoreModuleDefinition, ModuleItem> _modules = new(ReferenceEqualityComparer.Instance);
    private int _depth;
    private int _steps;

    internal Graph Graph { get; } = new();

    /// <exception cref="ComponentLinkException">It becomes too many instances, or too deep ones.</exception>
    internal static Graph Plan(ComponentItem component, IReadOnlyDictionary<string, Item> imports)
    {
        var planning = new Planning();
        planning.Graph.Exports = planning.Instantiate(component, imports, null).Exports;
        return planning.Graph;
    }

    internal InstanceItem Instantiate(ComponentItem component, IReadOnlyDictionary<string, Item> arguments, Frame? parent)
    {
        Require(_depth < MostDepth, $"its instances stand more than {MostDepth} deep in one another");
        _depth++;
        var instance = new Frame(this, component, arguments, parent).Run();
        _depth--;
        return instance;
    }

    internal int NewInstance(int parent, int resources)
    {
        Require(Graph.Instances.Count < MostInstances, $"it becomes more than {MostInstances} component instances");
        Charge(resources);
        Graph.Instances.Add((parent, new ResourceDefinition?[resources]));
        return Graph.Instances.Count - 1;
    }

    internal int NewCoreInstance(int instance, Template template, CoreItem[] imports)
    {
        Require(Graph.CoreInstances.Count < MostInstances, $"it becomes more than {MostInstances} core instances");
        Graph.CoreInstances.Add((instance, template, imports));
        return Graph.CoreInstances.Count - 1;
    }

    /// <summary>The module made ready, once for all its instances.</summary>
    internal ModuleItem Module(CoreModuleDefinition definition)
    {
        if (!_modules.TryGetValue(definition, out var module))
        {
            _modules.Add(definition, module = new ModuleItem(definition.Module!.Prepare()));
        }
        return module;
    }

    internal void Charge(int steps = 1)
    {
        _steps += steps;
        Require(_steps <= MostSteps, $"planning its instances takes more than {MostSteps} steps");
    }

    private static void Require(bool holds, string problem)
    {
        if (!holds)
        {
            throw new ComponentLinkException([$"the component is too large: {problem}"]);
        }
    }
}
