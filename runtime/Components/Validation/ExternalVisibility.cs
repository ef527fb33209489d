using Tapedeck.Components.Types;

namespace Tapedeck.Components.Validation;

/// <summary>
/// Whether all that an import or export refers to has a name that others can say. <see href="https://github.com/WebAssembly/component-model/blob/main/design/mvp/Explainer.md#external-visibility-of-types"/>
/// </summary>
/// <remarks>A name belongs to the object that the import or export introduced, not to all types that are equal to it, so types are looked up by reference here.</remarks>
internal static class ExternalVisibility
{
    /// <summary>Whether the type is fit for the import or export; what it names is visible from then on.</summary>
    internal static bool Register(ExternType type, Scope scope, bool isImport, ValidationContext context)
    {
        // An instance type may be anything until it is the type of an instance.
        if (scope.Kind == ScopeKind.InstanceType)
        {
            return true;
        }
        context.Charge(type.Nodes);
        return Register(type, isImport ? scope.Imports.Visible : scope.Exports.Visible, isImport ? scope.Exports.Visible : null);
    }

    /// <param name="alsoVisible">What is imported can be referred to by exports as well.</param>
    private static bool Register(ExternType type, HashSet<object> visible, HashSet<object>? alsoVisible)
    {
        switch (type)
        {
            case TypeExtern named:
                if (!PartsAreVisible(named.Type, visible))
                {
                    return false;
                }
                visible.Add(named.Type);
                alsoVisible?.Add(named.Type);
                return true;
            case InstanceExtern instance:
                return instance.Type.Exports.Items.All(item => Register(item.Value, visible, alsoVisible));
            case FuncExtern func:
                return PartsAreVisible(func.Type, visible);
            default:
                // Components and modules are closed.
                return true;
        }
    }

    private static bool PartsAreVisible(IDefinedType type, HashSet<object> visible) => type switch
    {
        OwnType or BorrowType => IsVisible((WitType)type, visible),
        WitType value => value.Children.All(child => IsVisible(child, visible)),
        FuncType func => func.Parameters.All(parameter => IsVisible(parameter.Type, visible)) && (func.Result is null || IsVisible(func.Result, visible)),
        InstanceType instance => instance.Exports.Items.All(item => item.Value switch
        {
            TypeExtern named => PartsAreVisible(named.Type, visible),
            FuncExtern func => PartsAreVisible(func.Type, visible),
            InstanceExtern inner => PartsAreVisible(inner.Type, visible),
            _ => true,
        }),
        _ => true,
    };

    private static bool IsVisible(WitType type, HashSet<object> visible)
    {
        if (type is PrimitiveType || visible.Contains(type))
        {
            return true;
        }
        var isVisible = type switch
        {
            RecordType or VariantType or EnumType or FlagsType => false,
            OwnType own => visible.Contains(own.Resource),
            BorrowType borrow => visible.Contains(borrow.Resource),
            _ => type.Children.All(child => IsVisible(child, visible)),
        };
        if (isVisible)
        {
            // What is visible stays so; the next look costs nothing.
            visible.Add(type);
        }
        return isVisible;
    }
}
