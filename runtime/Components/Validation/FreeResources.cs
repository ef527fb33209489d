using Tapedeck.Components.Types;

namespace Tapedeck.Components.Validation;

/// <summary>Whether a type refers to resource types that it does not bind itself.</summary>
internal static class FreeResources
{
    internal static bool Any(IDefinedType type, ValidationContext context)
    {
        context.Charge(type.Nodes);
        var used = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var bound = new HashSet<object>(ReferenceEqualityComparer.Instance);
        Collect(type, used, bound);
        // A bound resource type occurs nowhere but below its binder.
        used.ExceptWith(bound);
        return used.Count > 0;
    }

    private static void Collect(IDefinedType type, HashSet<object> used, HashSet<object> bound)
    {
        switch (type)
        {
            case ResourceType resource:
                used.Add(resource.Identity);
                break;
            case OwnType own:
                used.Add(own.Resource.Identity);
                break;
            case BorrowType borrow:
                used.Add(borrow.Resource.Identity);
                break;
            case WitType value when value.Has(TypeContents.Resource):
                Array.ForEach(value.Children, child => Collect(child, used, bound));
                break;
            case FuncType func:
                foreach (var parameter in func.Parameters)
                {
                    Collect(parameter.Type, used, bound);
                }
                if (func.Result is not null)
                {
                    Collect(func.Result, used, bound);
                }
                break;
            case InstanceType instance:
                Bind(instance.Resources, bound);
                Collect(instance.Exports, used, bound);
                break;
            case ComponentType component:
                Bind(component.ImportedResources, bound);
                Bind(component.ExportedResources, bound);
                Collect(component.Imports, used, bound);
                Collect(component.Exports, used, bound);
                break;
        }
    }

    private static void Collect(Externs externs, HashSet<object> used, HashSet<object> bound)
    {
        foreach (var (_, type) in externs.Items)
        {
            IDefinedType? inner = type switch
            {
                FuncExtern func => func.Type,
                TypeExtern named => named.Type,
                ComponentExtern component => component.Type,
                InstanceExtern instance => instance.Type,
                _ => null,
            };
            if (inner is not null)
            {
                Collect(inner, used, bound);
            }
        }
    }

    private static void Bind(BoundResource[] resources, HashSet<object> bound)
    {
        foreach (var (resource, _) in resources)
        {
            bound.Add(resource.Identity);
        }
    }
}
