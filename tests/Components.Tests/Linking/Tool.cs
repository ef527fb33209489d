using Tapedeck.Components.Tests.Binary;
using Tapedeck.Components.Values;
using Xunit;

namespace Tapedeck.Components.Tests.Linking;

/// <summary>An instance of a component out of the folder, whose imports trap, each with its name.</summary>
internal sealed class Tool : IDisposable
{
    private readonly Component _component;
    private readonly Call _call;
    private readonly ComponentInstance _instance;

    private Tool(string name)
    {
        _component = Loading.Compile(File.ReadAllBytes(Path.Combine(ComponentsTheoryAttribute.Folder!, $"{name}.wasm")));
        var template = _component.Prepare(Stubs.For(_component));
        _call = new Call(Loading.Engine);
        _instance = Loading.Engine.Run(() => template.New(_call));
    }

    internal static void Run(Action action) => Loading.Engine.Run(() =>
    {
        action();
        return 0;
    });

    internal static Tool Load(string name) => new(name);

    internal ComponentFunc Func(string path) => _instance.TryFunc(path, out var func) ? func : throw new KeyNotFoundException(path);

    internal WitValue? Call(string path, params WitValue[] arguments) => Loading.Engine.Run(() => Func(path).Invoke(arguments));

    public void Dispose()
    {
        _call.Dispose();
        _component.Dispose();
    }
}

/// <summary>A theory over components of the folder that the environment names.</summary>
internal sealed class ComponentsTheoryAttribute : TheoryAttribute
{
    private const string Variable = "COMPONENTS_DIR";

    public ComponentsTheoryAttribute() => Skip = Folder is null ? $"{Variable} names no folder" : null;

    internal static string? Folder { get; } = Environment.GetEnvironmentVariable(Variable);
}
