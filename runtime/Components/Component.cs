using Tapedeck.Components.Binary;
using Tapedeck.Components.Binary.Definitions;
using Tapedeck.Components.Linking;
using Tapedeck.Components.Validation;
using Tapedeck.Wasm;

namespace Tapedeck.Components;

/// <summary>A component that has been decoded and validated. It is immutable and may be used by any thread.</summary>
public sealed class Component : IDisposable
{
    private readonly Lazy<WitView> _wit;

    private readonly Engine _engine;
    private readonly ComponentLimits _limits;

    private Component(ValidComponent valid, Engine engine, ComponentLimits limits)
    {
        Valid = valid;
        _engine = engine;
        _limits = limits;
        _wit = new Lazy<WitView>(() => WitView.Of(valid));
    }

    /// <summary>What it imports and exports, as WIT.</summary>
    public WitView Wit => _wit.Value;

    internal ValidComponent Valid { get; }

    /// <summary>Decodes and validates a component and has its core modules compiled.</summary>
    /// <param name="bytes">Kept for as long as the component is; not to be changed.</param>
    /// <exception cref="InvalidComponentException">The bytes are not a component that can be run.</exception>
    public static Component Compile(Engine engine, ReadOnlyMemory<byte> bytes, ComponentLimits? limits = null)
    {
        limits ??= new ComponentLimits();
        var declaration = ComponentReader.Read(bytes, limits);
        var isValid = false;
        try
        {
            var component = new Component(ComponentValidator.Validate(declaration, engine, limits), engine, limits);
            isValid = true;
            return component;
        }
        finally
        {
            if (!isValid)
            {
                DisposeModules(declaration);
            }
        }
    }

    /// <summary>Links the component and does once what every instance needs.</summary>
    /// <exception cref="ComponentLinkException">It imports what <paramref name="linker"/> does not offer; everything that is missing is listed. Or it becomes too many instances.</exception>
    public ComponentTemplate Prepare(Linker linker) =>
        new(Planning.Plan(new ComponentItem(Valid, null), HostImports.Find(linker, Valid.Type, new ValidationContext(_engine, Valid.Declaration.Bytes, _limits))));

    /// <summary>Translates each core module that is not translated yet, into the engine's code store where it has one.</summary>
    /// <returns>How many core modules there are.</returns>
    public int Translate()
    {
        var modules = Modules(Valid.Declaration).ToArray();
        foreach (var module in modules)
        {
            module.Translate();
        }
        return modules.Length;
    }

    /// <summary>Gives up the component. Its instances stay whole.</summary>
    public void Dispose() => DisposeModules(Valid.Declaration);

    private static void DisposeModules(ComponentDeclaration declaration)
    {
        foreach (var module in Modules(declaration))
        {
            module.Dispose();
        }
    }

    private static IEnumerable<Module> Modules(ComponentDeclaration declaration) => declaration.Definitions.SelectMany(definition => definition switch
    {
        CoreModuleDefinition { Module: { } module } => [module],
        ComponentDefinition inner => Modules(inner.Component),
        _ => [],
    });
}
