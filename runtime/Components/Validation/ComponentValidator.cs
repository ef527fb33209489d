using Tapedeck.Components.Binary;
using Tapedeck.Components.Binary.Definitions;
using Tapedeck.Components.Types;
using Tapedeck.Wasm;

namespace Tapedeck.Components.Validation;

/// <summary>Validates decoded components, and has their core modules compiled.</summary>
/// <remarks><see href="https://github.com/WebAssembly/component-model/blob/main/design/mvp/Explainer.md"/></remarks>
internal sealed class ComponentValidator
{
    private readonly ValidationContext _context;
    private readonly TypeDefinitions _types;
    private readonly ExternTypes _externs;
    private readonly Aliases _aliases;
    private readonly CoreInstances _coreInstances;
    private readonly Instances _instances;
    private readonly Canons _canons;

    private ComponentValidator(ValidationContext context)
    {
        _context = context;
        _types = new TypeDefinitions(context);
        _externs = new ExternTypes(context);
        _aliases = new Aliases(context);
        _coreInstances = new CoreInstances(context);
        _instances = new Instances(context);
        _canons = new Canons(context);
    }

    /// <exception cref="InvalidComponentException">The component breaks a rule, or is refused. Modules that were compiled before are left to <paramref name="declaration"/>.</exception>
    internal static ValidComponent Validate(ComponentDeclaration declaration, Engine engine, ComponentLimits limits) =>
        new ComponentValidator(new ValidationContext(engine, declaration.Bytes, limits)).Validate(declaration, null);

    private ValidComponent Validate(ComponentDeclaration declaration, Scope? outer)
    {
        var scope = new Scope(ScopeKind.Component, outer, _context);
        foreach (var definition in declaration.Definitions)
        {
            _context.Current = definition;
            Define(definition, scope);
        }
        var exports = scope.Exports.ToExterns();
        var type = new ComponentType(scope.Imports.ToExterns(), [.. scope.ImportedResources], exports, ExportedResources(exports, scope));
        _externs.CheckSize(type.Nodes, type.Depth);
        return new ValidComponent(declaration, type, scope.Types, scope.Slots);
    }

    private void Define(Definition definition, Scope scope)
    {
        switch (definition)
        {
            case CoreModuleDefinition module:
                _coreInstances.Define(module, scope);
                break;
            case CoreInstantiation instance:
                _coreInstances.Define(instance, scope);
                break;
            case CoreInlineExports exports:
                _coreInstances.Define(exports, scope);
                break;
            case CoreTypeDefinition type:
                _types.Define(type, scope);
                break;
            case Canon canon:
                _canons.Define(canon, scope);
                break;
            case ComponentDefinition component:
                component.Valid = Validate(component.Component, scope);
                scope.Components.Add(component.Valid.Type);
                break;
            default:
                DefineComponentSort(definition, scope);
                break;
        }
    }

    private void DefineComponentSort(Definition definition, Scope scope)
    {
        switch (definition)
        {
            case Instantiation instance:
                _instances.Define(instance, scope);
                break;
            case InlineExports exports:
                _instances.Define(exports, scope);
                break;
            case TypeDefinition type:
                _types.Define(type, scope);
                break;
            case ImportDefinition import:
                _externs.Import(import, scope);
                break;
            case ExportDefinition export:
                _externs.Export(export, scope);
                break;
            case RefusedDefinition refused:
                throw _context.Unsupported(refused.Feature, refused.What);
            default:
                _aliases.Define(definition, scope);
                break;
        }
    }

    /// <summary>The resource types that a component makes, by the first path on which its exports show them.</summary>
    private BoundResource[] ExportedResources(Externs exports, Scope scope)
    {
        var seen = new HashSet<object>(scope.ImportedResources.Select(static bound => bound.Resource.Identity), ReferenceEqualityComparer.Instance);
        var resources = new List<BoundResource>();
        Collect(exports, []);
        return [.. resources];

        void Collect(Externs externs, string[] path)
        {
            _context.Charge(externs.Count);
            foreach (var (name, type) in externs.Items)
            {
                if (type is TypeExtern { Type: ResourceType resource } && seen.Add(resource.Identity))
                {
                    resources.Add(new BoundResource(resource, [.. path, name]));
                }
                else if (type is InstanceExtern { Type: { HasResources: true } instance })
                {
                    Collect(instance.Exports, [.. path, name]);
                }
            }
        }
    }
}
