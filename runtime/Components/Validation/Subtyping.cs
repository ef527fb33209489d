using Tapedeck.Components.Types;

namespace Tapedeck.Components.Validation;

/// <summary>Whether something of one type can stand where another is expected. An answer is null or what does not fit.</summary>
/// <remarks><see href="https://github.com/WebAssembly/component-model/blob/main/design/mvp/Explainer.md#type-checking"/></remarks>
internal sealed class Subtyping(ValidationContext context)
{
    internal string? Mismatch(ExternType actual, ExternType expected)
    {
        context.Charge(1);
        return (actual, expected) switch
        {
            (CoreModuleExtern a, CoreModuleExtern e) => CoreSubtyping.Mismatch(a.Type, e.Type, context),
            (FuncExtern a, FuncExtern e) => FuncMismatch(a.Type, e.Type),
            (TypeExtern a, TypeExtern e) => DefinedMismatch(a.Type, e.Type),
            (InstanceExtern a, InstanceExtern e) => InstanceMismatch(a.Type, e.Type),
            (ComponentExtern a, ComponentExtern e) => ComponentMismatch(a.Type, e.Type),
            _ => $"expected {expected.Noun}, found {actual.Noun}",
        };
    }

    /// <summary>Finds in <paramref name="found"/> what each resource type of <paramref name="bound"/> stands for.</summary>
    /// <returns>Null, or what is missing.</returns>
    internal string? Bind(IReadOnlyList<BoundResource> bound, Externs found, Substitution substitution)
    {
        context.Charge(bound.Count);
        foreach (var (resource, path) in bound)
        {
            if (path.Length == 0)
            {
                continue;
            }
            switch (found.Find(path))
            {
                case TypeExtern { Type: ResourceType actual }:
                    substitution.Add(resource, actual);
                    break;
                case null:
                    return $"missing a resource type named `{string.Join('.', path)}`";
                case var other:
                    return $"expected resource, found {(other as TypeExtern)?.Type.Noun ?? other.Noun} at `{string.Join('.', path)}`";
            }
        }
        return null;
    }

    internal string? ExportsMismatch(Externs actual, Externs expected)
    {
        foreach (var (name, type) in expected.Items)
        {
            if (!actual.TryGet(name, out var export))
            {
                return $"missing expected export `{name}`";
            }
            if (Mismatch(export, type) is { } mismatch)
            {
                return $"type mismatch in instance export `{name}`: {mismatch}";
            }
        }
        return null;
    }

    private string? InstanceMismatch(InstanceType actual, InstanceType expected)
    {
        if (ReferenceEquals(actual, expected))
        {
            return null;
        }
        var substitution = new Substitution(context);
        return Bind(expected.Resources, actual.Exports, substitution) ?? ExportsMismatch(actual.Exports, substitution.Externs(expected.Exports));
    }

    /// <summary>A component fits if it makes do with the imports that are offered, and then exports what is wanted.</summary>
    private string? ComponentMismatch(ComponentType actual, ComponentType expected)
    {
        if (ReferenceEquals(actual, expected))
        {
            return null;
        }
        var offered = new Substitution(context);
        if (Bind(actual.ImportedResources, expected.Imports, offered) is { } missing)
        {
            return missing;
        }
        foreach (var (name, type) in offered.Externs(actual.Imports).Items)
        {
            if (!expected.Imports.TryGet(name, out var import))
            {
                return $"missing expected import `{name}`";
            }
            if (Mismatch(import, type) is { } mismatch)
            {
                return $"type mismatch in import `{name}`: {mismatch}";
            }
        }
        var exports = offered.Externs(actual.Exports);
        var wanted = new Substitution(context);
        return Bind(expected.ExportedResources, exports, wanted) ?? ExportsMismatch(exports, wanted.Externs(expected.Exports));
    }

    private string? DefinedMismatch(IDefinedType actual, IDefinedType expected) => (actual, expected) switch
    {
        (ResourceType a, ResourceType e) => a.Equals(e) ? null : "resource types are not the same",
        (WitType a, WitType e) => ValueMismatch(a, e),
        (FuncType a, FuncType e) => FuncMismatch(a, e),
        (InstanceType a, InstanceType e) => InstanceMismatch(a, e) ?? InstanceMismatch(e, a),
        (ComponentType a, ComponentType e) => ComponentMismatch(a, e) ?? ComponentMismatch(e, a),
        _ => $"expected {expected.Noun}, found {actual.Noun}",
    };

    private string? FuncMismatch(FuncType actual, FuncType expected)
    {
        context.Charge(expected.Parameters.Count);
        if (actual.Parameters.Count != expected.Parameters.Count)
        {
            return $"expected {expected.Parameters.Count} parameters, found {actual.Parameters.Count}";
        }
        foreach (var (a, e) in actual.Parameters.Zip(expected.Parameters))
        {
            if (a.Name != e.Name)
            {
                return $"expected parameter named `{e.Name}`, found `{a.Name}`";
            }
            if (ValueMismatch(a.Type, e.Type) is { } mismatch)
            {
                return $"type mismatch in function parameter `{a.Name}`: {mismatch}";
            }
        }
        if (actual.Result is { } result && expected.Result is { } wanted)
        {
            return ValueMismatch(result, wanted) is { } mismatch ? $"type mismatch with result type: {mismatch}" : null;
        }
        return (actual.Result, expected.Result) switch
        {
            (null, null) => null,
            (null, _) => "expected a result, found none",
            _ => "expected no result, found one",
        };
    }

    private string? ValueMismatch(WitType actual, WitType expected) =>
        context.Equality.Same(actual, expected) ? null : $"expected {expected}, found {actual}";
}
