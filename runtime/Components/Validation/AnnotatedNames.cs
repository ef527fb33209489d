using Tapedeck.Components.Names;
using Tapedeck.Components.Types;

namespace Tapedeck.Components.Validation;

/// <summary>What a function must look like to be called a constructor, method or static function of a resource. An answer is null or what does not fit.</summary>
internal static class AnnotatedNames
{
    private const string NoName = "resource used in function does not have a name in this context";

    /// <param name="labelOf">The label of a resource type among the imports or exports so far.</param>
    /// <param name="isLabel">Whether a resource type has that label.</param>
    internal static string? Mismatch(ExternName name, ExternType type, Func<ResourceType, string?> labelOf, Func<string, bool> isLabel)
    {
        if (!name.IsAnnotated)
        {
            return null;
        }
        if (type is not FuncExtern { Type: var func })
        {
            return "is not a func";
        }
        return name.Kind switch
        {
            ExternNameKind.Constructor => Constructor(name, func, labelOf),
            ExternNameKind.Method => Method(name, func, labelOf),
            _ => isLabel(name.Label) ? null : "static resource name is not known in this context",
        };
    }

    private static string? Constructor(ExternName name, FuncType func, Func<ResourceType, string?> labelOf)
    {
        if (func.Result is null)
        {
            return "function should return one value";
        }
        var made = func.Result is ResultType result ? result.Ok : func.Result;
        return made is OwnType own ? Belongs(name, own.Resource, labelOf) : "function should return `(own $T)` or `(result (own $T))`";
    }

    private static string? Method(ExternName name, FuncType func, Func<ResourceType, string?> labelOf)
    {
        if (func.Parameters.Count == 0)
        {
            return "function should have at least one argument";
        }
        var self = func.Parameters[0];
        if (self.Name != "self")
        {
            return "function should have a first argument called `self`";
        }
        return self.Type is BorrowType borrow ? Belongs(name, borrow.Resource, labelOf) : "function should take a first argument of `(borrow $T)`";
    }

    private static string? Belongs(ExternName name, ResourceType resource, Func<ResourceType, string?> labelOf)
    {
        var label = labelOf(resource);
        return label == name.Label ? null : label is null ? NoName : $"function does not match expected resource name `{label}`";
    }
}
