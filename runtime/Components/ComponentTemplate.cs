using Tapedeck.Components.Linking;
using Tapedeck.Wasm;

namespace Tapedeck.Components;

/// <summary>A component that has been linked, and made ready so that an instance is cheap. Any thread may use it.</summary>
public sealed class ComponentTemplate
{
    internal ComponentTemplate(Graph graph)
    {
        Graph = graph;
        Collect(graph.Exports, "");
    }

    internal Graph Graph { get; }

    /// <summary>The exported functions, by path.</summary>
    internal Dictionary<string, FuncDefinition> Funcs { get; } = [];

    /// <summary>Makes an instance, and runs what its core modules run at their start. Inside <see cref="Engine.Run"/> or <see cref="Engine.RunAsync"/> only.</summary>
    /// <exception cref="TrapException">A start function trapped.</exception>
    /// <exception cref="LimitException">A limit of the store would be passed.</exception>
    public ComponentInstance New(Call call) => new(this, call);

    private void Collect(IReadOnlyDictionary<string, Item> exports, string prefix)
    {
        foreach (var (name, item) in exports)
        {
            switch (item)
            {
                case FuncItem func:
                    Funcs.Add(prefix + name, func.Definition);
                    break;
                case InstanceItem instance:
                    Collect(instance.Exports, $"{prefix}{name}#");
                    break;
            }
        }
    }
}
