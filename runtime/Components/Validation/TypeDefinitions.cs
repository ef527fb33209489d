using Tapedeck.Components.Binary.Definitions;
using Tapedeck.Components.Types;

namespace Tapedeck.Components.Validation;

/// <summary>Validates type definitions of every kind.</summary>
internal sealed class TypeDefinitions(ValidationContext context)
{
    private readonly ValueTypes _values = new(context);
    private readonly ExternTypes _externs = new(context);
    private readonly CoreTypes _coreTypes = new(context);
    private readonly Aliases _aliases = new(context);

    internal void Define(TypeDefinition definition, Scope scope) => scope.Types.Add(definition.Type switch
    {
        FuncDeclaration func => _values.Build(func, scope),
        ResourceDeclaration resource => Resource(resource, scope),
        InstanceTypeDeclaration instance => Instance(instance, scope),
        ComponentTypeDeclaration component => Component(component, scope),
        var value => _values.Build(value, scope),
    });

    internal void Define(CoreTypeDefinition definition, Scope scope) => scope.CoreTypes.Add(_coreTypes.Build(definition.Type, scope));

    private ResourceType Resource(ResourceDeclaration declaration, Scope scope)
    {
        if (scope.Kind != ScopeKind.Component)
        {
            throw context.Invalid("resources can only be defined within a concrete component");
        }
        if (declaration.Destructor is { } destructor && !context.At(scope.CoreFuncs, destructor, "core function").Equals(CoreSignature.Destructor))
        {
            throw context.Invalid("wrong signature for a destructor");
        }
        var resource = scope.NewResource($"resource {scope.Types.Count}", slot => new DefinedSlot(slot, declaration.Destructor));
        scope.LocalResources.Add(resource.Identity);
        return resource;
    }

    private InstanceType Instance(InstanceTypeDeclaration declaration, Scope outer)
    {
        var scope = new Scope(ScopeKind.InstanceType, outer, context);
        Declare(declaration.Declarators, scope);
        var type = new InstanceType(scope.Exports.ToExterns(), [.. scope.ExportedResources]);
        _externs.CheckSize(type.Nodes, type.Depth);
        return type;
    }

    private ComponentType Component(ComponentTypeDeclaration declaration, Scope outer)
    {
        var scope = new Scope(ScopeKind.ComponentType, outer, context);
        Declare(declaration.Declarators, scope);
        var type = new ComponentType(scope.Imports.ToExterns(), [.. scope.ImportedResources], scope.Exports.ToExterns(), [.. scope.ExportedResources]);
        _externs.CheckSize(type.Nodes, type.Depth);
        return type;
    }

    private void Declare(Definition[] declarators, Scope scope)
    {
        var around = context.Current;
        foreach (var declarator in declarators)
        {
            context.Current = declarator;
            switch (declarator)
            {
                case CoreTypeDefinition core:
                    Define(core, scope);
                    break;
                case TypeDefinition type:
                    Define(type, scope);
                    break;
                case ImportDefinition import:
                    _externs.Import(import, scope);
                    break;
                case ExportDeclarator export:
                    _externs.Export(export, scope);
                    break;
                default:
                    _aliases.Declare(declarator, scope);
                    break;
            }
        }
        context.Current = around;
    }
}
