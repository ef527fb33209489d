using Tapedeck.Components.Binary.Definitions;
using Tapedeck.Components.Types;

namespace Tapedeck.Components.Validation;

/// <summary>Validates component instances.</summary>
internal sealed class Instances(ValidationContext context)
{
    private readonly ExternTypes _externs = new(context);
    private readonly Subtyping _subtyping = new(context);

    internal void Define(Instantiation definition, Scope scope)
    {
        var component = context.At(scope.Components, definition.Component, "component");
        var arguments = Arguments(definition, scope);
        var substitution = new Substitution(context);
        foreach (var (name, _) in component.Imports.Items)
        {
            if (!arguments.TryGet(name, out _))
            {
                throw context.Invalid($"missing import named `{name}`");
            }
        }
        var mismatch = _subtyping.Bind(component.ImportedResources, arguments, substitution);
        definition.ImportedResources = [.. component.ImportedResources.Select(bound => substitution.Resource(bound.Resource))];
        foreach (var (name, needed) in substitution.Externs(component.Imports).Items)
        {
            if (mismatch is null && arguments.TryGet(name, out var argument) && _subtyping.Mismatch(argument, needed) is { } wrong)
            {
                mismatch = $"type mismatch for import `{name}`: {wrong}";
            }
        }
        scope.Instances.Add(mismatch is null ? Made(definition, component, arguments, scope) : throw context.Invalid(mismatch));
    }

    internal void Define(InlineExports definition, Scope scope)
    {
        var exports = new ExternScope("export", context);
        foreach (var export in definition.Exports)
        {
            exports.AddInline(export.Name, _externs.ItemAt(export.Item, scope));
        }
        var type = new InstanceType(exports.ToExterns(), []);
        _externs.CheckSize(type.Nodes, type.Depth);
        scope.Instances.Add(type);
    }

    private Externs Arguments(Instantiation definition, Scope scope)
    {
        var arguments = new OrderedDictionary<string, ExternType>();
        foreach (var argument in definition.Arguments)
        {
            if (!arguments.TryAdd(argument.Name, _externs.ItemAt(argument.Item, scope)))
            {
                throw context.Invalid($"instantiation argument `{argument.Name}` conflicts with previous argument `{argument.Name}`", argument.Item.Offset);
            }
        }
        return new Externs(arguments);
    }

    /// <summary>The type of the new instance: the exports, with resource types of this scope for those that each instance makes.</summary>
    private InstanceType Made(Instantiation definition, ComponentType component, Externs arguments, Scope scope)
    {
        var substitution = new Substitution(context);
        _subtyping.Bind(component.ImportedResources, arguments, substitution);
        context.Charge(component.Imports.Nodes);
        Identify(component.Imports, arguments, substitution);
        var made = new List<ResourceType>();
        foreach (var bound in component.ExportedResources)
        {
            context.Charge(1);
            var resource = scope.NewResource(bound.Resource.Name, slot => new InstanceSlot(slot, scope.Instances.Count, bound.Path));
            made.Add(resource);
            substitution.Add(bound.Resource, resource);
        }
        definition.ExportedResources = [.. made];
        return new InstanceType(substitution.Externs(component.Exports), []);
    }

    /// <summary>Where an export refers to an imported type, it refers to the type that is given for it, and shares its name.</summary>
    private static void Identify(Externs imports, Externs arguments, Substitution substitution)
    {
        foreach (var (name, import) in imports.Items)
        {
            arguments.TryGet(name, out var argument);
            switch (import, argument)
            {
                case (TypeExtern { Type: WitType type }, TypeExtern { Type: WitType given }):
                    substitution.Add(type, given);
                    break;
                case (InstanceExtern instance, InstanceExtern given):
                    Identify(instance.Type.Exports, given.Type.Exports, substitution);
                    break;
            }
        }
    }
}
