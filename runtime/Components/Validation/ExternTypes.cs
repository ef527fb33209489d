using Tapedeck.Components.Binary.Definitions;
using Tapedeck.Components.Types;

namespace Tapedeck.Components.Validation;

/// <summary>Validates imports and exports, of components and of types.</summary>
internal sealed class ExternTypes(ValidationContext context)
{
    private readonly Subtyping _subtyping = new(context);

    internal void Import(ImportDefinition import, Scope scope)
    {
        var name = import.Name.Name;
        var type = Open(import.Type, name, scope, scope.ImportedResources, static bound => new ImportedSlot(bound.Resource, bound.Path));
        Add(import.Name, type, scope, isImport: true);
    }

    internal void Export(ExportDeclarator export, Scope scope)
    {
        var type = Open(export.Type, export.Name.Name, scope, scope.ExportedResources, static bound => new HidingSlot(bound.Resource, -1));
        Add(export.Name, type, scope, isImport: false);
    }

    internal void Export(ExportDefinition export, Scope scope)
    {
        var actual = ItemAt(export.Item, scope);
        var type = export.Type is { } ascribed ? Ascribe(actual, ascribed, export.Name.Name, scope) : Named(actual, export.Name.Name);
        Add(export.Name, type, scope, isImport: false);
    }

    internal ExternType ItemAt(SortIndex item, Scope scope) => item.Sort switch
    {
        Sort.CoreModule => new CoreModuleExtern(context.At(scope.CoreModules, item.Index, "core module", item.Offset)),
        Sort.Func => new FuncExtern(context.At(scope.Funcs, item.Index, "function", item.Offset)),
        Sort.Type => new TypeExtern(context.At(scope.Types, item.Index, "type", item.Offset)),
        Sort.Component => new ComponentExtern(context.At(scope.Components, item.Index, "component", item.Offset)),
        Sort.Instance => new InstanceExtern(context.At(scope.Instances, item.Index, "instance", item.Offset)),
        _ => throw context.Invalid("a core item cannot be imported, exported or passed on", item.Offset),
    };

    internal void CheckSize(int nodes, int depth)
    {
        if (nodes > context.Limits.TypeNodes || depth > context.Limits.TypeDepth)
        {
            throw context.TooLarge($"a type of {nodes} types, {depth} deep; {context.Limits.TypeNodes} and {context.Limits.TypeDepth} are the limits");
        }
    }

    /// <summary>An instance of a type whose resource types are now types of the scope.</summary>
    /// <param name="make">Makes a resource type of the scope for one that the instance type binds.</param>
    internal InstanceType Open(InstanceType type, Func<BoundResource, ResourceType> make)
    {
        if (type.Resources.Length == 0)
        {
            return type;
        }
        var substitution = new Substitution(context);
        foreach (var bound in type.Resources)
        {
            context.Charge(bound.Path.Length + 1);
            substitution.Add(bound.Resource, make(bound));
        }
        return new InstanceType(substitution.Externs(type.Exports), []);
    }

    /// <summary>The type that a declaration means, with new resource types for those that it introduces.</summary>
    private ExternType Open(ExternTypeDeclaration declaration, string name, Scope scope, List<BoundResource> introduced, Func<BoundResource, ResourceSlot> slot)
    {
        return declaration.Sort switch
        {
            Sort.Type when declaration.Index is null => new TypeExtern(Introduce(name, [name])),
            Sort.Instance => new InstanceExtern(Open(
                scope.TypeAt<InstanceType>(declaration.Index!.Value, "an instance type"),
                bound => Introduce(bound.Resource.Name, bound.Path.Length == 0 ? [] : [name, .. bound.Path]))),
            _ => Closed(declaration, name, scope),
        };

        ResourceType Introduce(string label, string[] path)
        {
            var resource = scope.NewResource(label, made => slot(new BoundResource(made, path)));
            introduced.Add(new BoundResource(resource, path));
            return resource;
        }
    }

    private ExternType Closed(ExternTypeDeclaration declaration, string name, Scope scope)
    {
        var index = declaration.Index!.Value;
        return declaration.Sort switch
        {
            Sort.CoreModule => new CoreModuleExtern(context.At(scope.CoreTypes, index, "core type") as CoreModuleType
                ?? throw context.Invalid($"core type index {index} is not a module type")),
            Sort.Func => new FuncExtern(scope.TypeAt<FuncType>(index, "a function type")),
            Sort.Component => new ComponentExtern(scope.TypeAt<ComponentType>(index, "a component type")),
            _ => Named(new TypeExtern(scope.TypeAt(index)), name),
        };
    }

    /// <summary>A type gets a name, which the new object alone has.</summary>
    private static ExternType Named(ExternType type, string name) => type switch
    {
        TypeExtern { Type: WitType value } => new TypeExtern(value.Renamed()),
        TypeExtern { Type: ResourceType resource } => new TypeExtern(resource.Alias(name)),
        _ => type,
    };

    /// <summary>Makes an export known as what is declared, if it is that. What the declaration does not tell is hidden from then on, here as well.</summary>
    private ExternType Ascribe(ExternType actual, ExternTypeDeclaration declaration, string name, Scope scope)
    {
        var exports = new Externs(new OrderedDictionary<string, ExternType> { [name] = actual });
        var introduced = new List<BoundResource>();
        var type = Open(declaration, name, scope, introduced, bound => new HidingSlot(
            bound.Resource,
            exports.Find(bound.Path) is TypeExtern { Type: ResourceType hidden } ? hidden.Slot : -1));
        var substitution = new Substitution(context);
        var mismatch = _subtyping.Bind(introduced, exports, substitution)
            ?? _subtyping.ExportsMismatch(exports, substitution.Externs(new Externs(new OrderedDictionary<string, ExternType> { [name] = type })));
        return mismatch is null ? type : throw context.Invalid($"ascribed type of export is not compatible with item's type: {mismatch}");
    }

    private void Add(NameAttributes name, ExternType type, Scope scope, bool isImport)
    {
        CheckSize(type.Nodes, 0);
        (isImport ? scope.Imports : scope.Exports).Add(name, type);
        if (!ExternalVisibility.Register(type, scope, isImport, context))
        {
            throw context.Invalid($"{type.Noun} not valid to be used as {(isImport ? "import" : "export")}: it refers to a type that has no name there");
        }
        scope.Push(type);
    }
}
