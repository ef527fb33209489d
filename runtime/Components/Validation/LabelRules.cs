using Tapedeck.Components.Names;

namespace Tapedeck.Components.Validation;

/// <summary>Labels inside a type are in kebab case, and strongly unique.</summary>
internal static class LabelRules
{
    /// <param name="noun">What messages call a labelled thing, as <c>record field</c>.</param>
    internal static void Check(IEnumerable<string> labels, string noun, ValidationContext context)
    {
        var unique = new Dictionary<string, string>();
        foreach (var label in labels)
        {
            if (label.Length == 0)
            {
                throw context.Invalid($"{noun} name cannot be empty");
            }
            if (!Label.IsValid(label))
            {
                throw context.Invalid($"{noun} name `{label}` is not in kebab case");
            }
            if (!unique.TryAdd(label.ToLowerInvariant(), label))
            {
                throw context.Invalid($"{noun} name `{label}` conflicts with previous {noun.Split(' ')[^1]} name `{unique[label.ToLowerInvariant()]}`");
            }
        }
    }
}
