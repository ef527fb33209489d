using Tapedeck.Wasm.Execution;

namespace Tapedeck.Wasm;

/// <summary>
/// A module made ready, so that an instance is cheap: memories and tables are mapped from images that hold the active segments. The images go with
/// <see cref="Dispose"/>, or with the module's; instances stay whole.
/// </summary>
public sealed class Template : IDisposable
{
    private readonly SegmentPlan _plan;
    private readonly InstanceImage _image;

    internal Template(Module module)
    {
        Module = module;
        _plan = SegmentPlan.Of(module.Declaration);
        _image = new InstanceImage(
            module, ContextImage.Build(module, _plan), MemoryContents.Build(module.Declaration, _plan), TableContents.Build(module.Declaration, _plan));
    }

    public Module Module { get; }

    /// <summary>Makes an instance and runs its start function. Inside <see cref="Engine.Run"/> or <see cref="Engine.RunAsync"/> only.</summary>
    /// <param name="imports">What the module imports, in the order of <see cref="Module.Imports"/>.</param>
    /// <exception cref="LinkException">The imports do not fit.</exception>
    /// <exception cref="LimitException">A limit of the store would be passed.</exception>
    /// <exception cref="TrapException">A segment does not fit, or the start function trapped.</exception>
    public Instance New(Store store, params ReadOnlySpan<Extern> imports)
    {
        store.Demand();
        Linking.Check(Module.Declaration, store, imports);
        var instance = _image.New(store, imports);
        Initialise(instance);
        instance.IsStarted = true;
        return instance;
    }

    /// <summary>Gives the images back. No more instances can be made; those that there are stay whole.</summary>
    public void Dispose() => _image.Dispose();

    // What the images do not hold, in the specification's order.
    private void Initialise(Instance instance)
    {
        foreach (var global in _plan.Globals)
        {
            instance.Initialise(global);
        }
        instance.PatchElements(_plan.ImportedElements);
        foreach (var segment in _plan.Elements)
        {
            instance.InitialiseElements(segment);
        }
        foreach (var segment in _plan.Data)
        {
            instance.InitialiseData(segment);
        }
        if (Module.Declaration.Start is { } start)
        {
            instance.FuncAt(start).Call([], []);
        }
    }
}
