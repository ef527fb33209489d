using Tapedeck.Components.Linking;
using Tapedeck.Wasm;

namespace Tapedeck.Components;

/// <summary>A component that has been linked, and made ready so that an instance is cheap. Any thread may use it.</summary>
public sealed class ComponentTemplate : IDisposable
{
    internal ComponentTemplate(Graph graph)
    {
        Graph = graph;
        StartUp = new StartUp(graph);
        Collect(graph.Exports, "");
    }

    internal Graph Graph { get; }

    internal StartUp StartUp { get; }

    /// <summary>The exported functions, by path.</summary>
    internal Dictionary<string, FuncDefinition> Funcs { get; } = [];

    /// <summary>
    /// Makes the instance of a call. Start functions run for each instance; but if they called nothing outside their own module's memory and tables, what they made is
    /// kept, and later instances start from there. Inside <see cref="Engine.Run"/> or <see cref="Engine.RunAsync"/> only.
    /// </summary>
    /// <exception cref="InvalidOperationException">The call has an instance already.</exception>
    /// <exception cref="TrapException">A start function trapped.</exception>
    /// <exception cref="LimitException">A limit of the store would be passed.</exception>
    public ComponentInstance New(Call call)
    {
        var instance = new ComponentInstance(this, call);
        call.Begin(instance);
        var snapshot = StartUp.Snapshot;
        instance.Instantiate(snapshot);
        if (snapshot is null)
        {
            StartUp.Offer(call.Store);
        }
        return instance;
    }

    /// <summary>Gives back what is kept for new instances. Those that there are stay whole.</summary>
    public void Dispose()
    {
        StartUp.Dispose();
        foreach (var (_, template, _) in Graph.CoreInstances)
        {
            template.Dispose();
        }
    }

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
