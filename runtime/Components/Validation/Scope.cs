using Tapedeck.Components.Types;
using CoreFuncType = Tapedeck.Wasm.FuncType;

namespace Tapedeck.Components.Validation;

/// <summary>The index spaces of a component, or of a component or instance type.</summary>
internal sealed class Scope(ScopeKind kind, Scope? parent, ValidationContext context)
{
    internal ScopeKind Kind { get; } = kind;
    internal Scope? Parent { get; } = parent;

    internal List<CoreFuncType> CoreFuncs { get; } = [];
    internal List<Wasm.TableType> CoreTables { get; } = [];
    internal List<Wasm.MemoryType> CoreMemories { get; } = [];
    internal List<Wasm.GlobalType> CoreGlobals { get; } = [];
    internal List<CoreModuleType> CoreModules { get; } = [];
    internal List<IReadOnlyDictionary<string, Wasm.ExternType>> CoreInstances { get; } = [];

    /// <summary>Function types (<see cref="CoreFuncType"/>) and module types (<see cref="CoreModuleType"/>).</summary>
    internal List<object> CoreTypes { get; } = [];
    internal List<FuncType> Funcs { get; } = [];
    internal List<IDefinedType> Types { get; } = [];
    internal List<ComponentType> Components { get; } = [];
    internal List<InstanceType> Instances { get; } = [];

    internal ExternScope Imports { get; } = new("import", context);
    internal ExternScope Exports { get; } = new("export", context);

    internal List<BoundResource> ImportedResources { get; } = [];

    /// <summary>In a type: the resource types that its exports introduce.</summary>
    internal List<BoundResource> ExportedResources { get; } = [];

    /// <summary>In a component: all resource types that it knows, by <see cref="ResourceType.Slot"/>.</summary>
    internal List<ResourceSlot> Slots { get; } = [];

    /// <summary>The identities of the resource types that the component defines.</summary>
    internal HashSet<object> LocalResources { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>A resource type that is unequal to all others. In a component it gets a slot.</summary>
    internal ResourceType NewResource(string name, Func<ResourceType, ResourceSlot> slot)
    {
        if (Kind != ScopeKind.Component)
        {
            return new ResourceType(name);
        }
        var resource = new ResourceType(name, Slots.Count);
        Slots.Add(slot(resource));
        return resource;
    }

    internal IDefinedType TypeAt(uint index) => context.At(Types, index, "type");

    internal T TypeAt<T>(uint index, string expected)
        where T : class, IDefinedType => TypeAt(index) as T ?? throw context.Invalid($"type index {index} is not {expected}");

    /// <summary>The scope that many steps further out.</summary>
    internal Scope Outer(uint count)
    {
        var scope = this;
        for (var i = 0u; i < count; i++)
        {
            scope = scope.Parent ?? throw context.Invalid($"invalid outer alias count of {count}");
        }
        return scope;
    }

    /// <summary>Gives something the next index of its index space.</summary>
    internal void Push(ExternType type)
    {
        switch (type)
        {
            case CoreModuleExtern module:
                CoreModules.Add(module.Type);
                break;
            case FuncExtern func:
                Funcs.Add(func.Type);
                break;
            case TypeExtern named:
                Types.Add(named.Type);
                break;
            case ComponentExtern component:
                Components.Add(component.Type);
                break;
            case InstanceExtern instance:
                Instances.Add(instance.Type);
                break;
        }
    }
}
