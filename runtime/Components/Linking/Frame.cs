using Tapedeck.Components.Binary.Definitions;
using Tapedeck.Components.Types;
using Tapedeck.Components.Validation;

namespace Tapedeck.Components.Linking;

/// <summary>One component instance of the graph while it is planned: its index spaces, with what each index is found to be.</summary>
/// <remarks>Index spaces grow as they did in validation, so that indices mean the same here.</remarks>
internal sealed class Frame(Planning planning, ComponentItem component, IReadOnlyDictionary<string, Item> arguments, Frame? parent)
{
    private readonly ValidComponent _valid = component.Component;
    private readonly int _number = planning.NewInstance(parent?._number ?? -1, component.Component.Resources.Count);
    private readonly List<CoreItem> _coreFuncs = [];
    private readonly List<CoreItem> _coreTables = [];
    private readonly List<CoreItem> _coreMemories = [];
    private readonly List<CoreItem> _coreGlobals = [];
    private readonly List<ModuleItem> _coreModules = [];
    private readonly List<CoreExports> _coreInstances = [];
    private readonly List<FuncItem> _funcs = [];
    private readonly List<ComponentItem> _components = [];
    private readonly List<InstanceItem> _instances = [];
    private readonly Dictionary<string, Item> _exports = [];

    private Graph Graph => planning.Graph;

    /// <summary>Goes through the definitions.</summary>
    /// <returns>The exports.</returns>
    internal InstanceItem Run()
    {
        foreach (var definition in _valid.Declaration.Definitions)
        {
            planning.Charge();
            Define(definition);
        }
        foreach (var slot in _valid.Resources)
        {
            ResourceAt(slot.Resource);
        }
        return new InstanceItem(_exports);
    }

    private void Define(Definition definition)
    {
        switch (definition)
        {
            case CoreModuleDefinition module:
                _coreModules.Add(planning.Module(module));
                break;
            case CoreInstantiation instance:
                Instantiate(instance);
                break;
            case CoreInlineExports exports:
                Bundle(exports);
                break;
            case Canon canon:
                Define(canon);
                break;
            case ComponentDefinition inner:
                _components.Add(new ComponentItem(inner.Valid!, this));
                break;
            case Instantiation instance:
                _instances.Add(planning.Instantiate(
                    _components[(int)instance.Component], instance.Arguments.ToDictionary(static argument => argument.Name, argument => ItemAt(argument.Item)), this));
                break;
            case InlineExports exports:
                _instances.Add(new InstanceItem(exports.Exports.ToDictionary(static export => export.Name.Name, export => ItemAt(export.Item))));
                break;
            case ImportDefinition import:
                Push(arguments.GetValueOrDefault(import.Name.Name));
                break;
            case ExportDefinition export:
                _exports.Add(export.Name.Name, ItemAt(export.Item));
                Push(_exports[export.Name.Name]);
                break;
            default:
                Alias(definition);
                break;
        }
    }

    private void Alias(Definition definition)
    {
        switch (definition)
        {
            case ExportAlias alias:
                Push(_instances[(int)alias.Instance].Exports.GetValueOrDefault(alias.Name));
                break;
            case CoreExportAlias alias:
                Space(alias.Sort).Add(_coreInstances[(int)alias.Instance](alias.Name));
                break;
            case OuterAlias { Sort: Sort.CoreModule } alias:
                _coreModules.Add(Outer(alias.Count)._coreModules[(int)alias.Index]);
                break;
            case OuterAlias { Sort: Sort.Component } alias:
                _components.Add(Outer(alias.Count)._components[(int)alias.Index]);
                break;
            default:
                // Types: what they mean is known from validation.
                break;
        }
    }

    private void Define(Canon canon)
    {
        switch (canon)
        {
            case CanonLift lift:
                _funcs.Add(new FuncItem(new LiftedDefinition(Graph.NextLifted(), _coreFuncs[(int)lift.CoreFunc], lift.Type!, OptionsOf(lift.Options), _number)));
                break;
            case CanonLower lower:
                _coreFuncs.Add(new LoweredItem(Graph.NextItem(), _funcs[(int)lower.Func].Definition, lower, OptionsOf(lower.Options), _number));
                break;
            case CanonResource resource:
                _coreFuncs.Add(new ResourceItem(Graph.NextItem(), resource.Operation, ResourceAt(resource.Resource!)!, _number));
                break;
        }
    }

    private void Instantiate(CoreInstantiation definition)
    {
        var template = _coreModules[(int)definition.Module].Template;
        var given = definition.Arguments.ToDictionary(static argument => argument.Name, argument => _coreInstances[(int)argument.Instance]);
        planning.Charge(template.Module.Imports.Count);
        var number = planning.NewCoreInstance(_number, template, [.. template.Module.Imports.Select(import => given[import.Module](import.Name))]);
        _coreInstances.Add(name => Graph.Export(number, name));
    }

    private void Bundle(CoreInlineExports definition)
    {
        var exports = definition.Exports.ToDictionary(static export => export.Name, export => Space(export.Item.Sort)[(int)export.Item.Index]);
        planning.Charge(exports.Count);
        _coreInstances.Add(name => exports[name]);
    }

    private Options OptionsOf(CanonOptions options) => new(
        options.StringEncoding,
        options.Memory is { } memory ? _coreMemories[(int)memory] : null,
        options.Realloc is { } realloc ? _coreFuncs[(int)realloc] : null,
        options.PostReturn is { } postReturn ? _coreFuncs[(int)postReturn] : null);

    private List<CoreItem> Space(Sort sort) => sort switch
    {
        Sort.CoreFunc => _coreFuncs,
        Sort.CoreTable => _coreTables,
        Sort.CoreMemory => _coreMemories,
        _ => _coreGlobals,
    };

    private Item ItemAt(SortIndex item) => item.Sort switch
    {
        Sort.CoreModule => _coreModules[(int)item.Index],
        Sort.Func => _funcs[(int)item.Index],
        Sort.Component => _components[(int)item.Index],
        Sort.Instance => _instances[(int)item.Index],
        _ => new TypeItem(_valid.Types[(int)item.Index] is ResourceType resource ? ResourceAt(resource) : null),
    };

    private void Push(Item? item)
    {
        switch (item)
        {
            case ModuleItem module:
                _coreModules.Add(module);
                break;
            case FuncItem func:
                _funcs.Add(func);
                break;
            case ComponentItem inner:
                _components.Add(inner);
                break;
            case InstanceItem instance:
                _instances.Add(instance);
                break;
        }
    }

    private Frame Outer(uint count)
    {
        var frame = this;
        for (var i = 0u; i < count; i++)
        {
            frame = frame.Definer!;
        }
        return frame;
    }

    /// <summary>The instance in which the component is defined.</summary>
    private Frame? Definer => component.Outer;

    /// <summary>What a resource type of the component is in this instance; null for one that nothing here can refer to.</summary>
    private ResourceDefinition? ResourceAt(ResourceType type)
    {
        if (type.Slot < 0)
        {
            return null;
        }
        ref var resource = ref Graph.Instances[_number].Resources[type.Slot];
        return resource ??= Find(_valid.Resources[type.Slot]);
    }

    private ResourceDefinition? Find(ResourceSlot slot) => slot switch
    {
        ImportedSlot { Path: [var name, .. var rest] } => Resource(arguments.GetValueOrDefault(name), rest),
        DefinedSlot defined => new ResourceDefinition(
            slot.Resource.Name, null, _number, defined.Destructor is { } destructor ? _coreFuncs[(int)destructor] : null),
        InstanceSlot made => _instances[made.Instance].Find(made.Path) is TypeItem type ? type.Resource : null,
        HidingSlot { Original: >= 0 } hiding => ResourceAt(_valid.Resources[hiding.Original].Resource),
        _ => null,
    };

    private static ResourceDefinition? Resource(Item? item, string[] path) => item switch
    {
        InstanceItem instance => (instance.Find(path) as TypeItem)?.Resource,
        TypeItem type => type.Resource,
        _ => null,
    };
}
