using Tapedeck.Components.Binary.Definitions;
using Tapedeck.Components.Names;
using Tapedeck.Components.Types;

namespace Tapedeck.Components.Validation;

/// <summary>The imports or the exports of a scope: their names, and the types that have a name by them.</summary>
/// <param name="kind"><c>import</c> or <c>export</c>.</param>
internal sealed class ExternScope(string kind, ValidationContext context)
{
    private readonly OrderedDictionary<string, ExternType> _items = [];
    private readonly Dictionary<string, string> _unique = [];
    private readonly Dictionary<ResourceType, string> _resources = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<string> _labels = [];

    internal string Kind => kind;

    /// <summary>The types that are visible from outside.</summary>
    internal HashSet<object> Visible { get; } = new(ReferenceEqualityComparer.Instance);

    internal Externs ToExterns() => new(_items);

    internal void Add(NameAttributes attributes, ExternType type)
    {
        var name = ExternName.Parse(attributes.Name, out var error) ?? throw context.Invalid($"{kind} name: {error}");
        if (!_unique.TryAdd(name.Unique, name.Text))
        {
            throw context.Invalid($"{kind} name `{name.Text}` conflicts with previous name `{_unique[name.Unique]}`");
        }
        NameAttributeRules.Check(attributes, name, type, context);
        if (AnnotatedNames.Mismatch(name, type, resource => _resources.GetValueOrDefault(resource), _labels.Contains) is { } mismatch)
        {
            throw context.Invalid($"{kind} `{name.Text}`: {mismatch}");
        }
        _items.Add(name.Text, type);
        if (name.Kind == ExternNameKind.Plain && type is TypeExtern { Type: ResourceType resource })
        {
            _resources.TryAdd(resource, name.Label);
            _labels.Add(name.Label);
        }
    }

    /// <summary>As <see cref="Add"/>, for exports that have no index: the resource types among them have a label, yet no function can refer to them by it.</summary>
    internal void AddInline(NameAttributes attributes, ExternType type)
    {
        Add(attributes, type);
        _resources.Clear();
    }
}
