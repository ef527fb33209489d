using Tapedeck.Components.Types;

namespace Tapedeck.Components.Validation;

/// <summary>Puts resource types in the place of others, through types of every kind. What shares its parts goes on sharing them.</summary>
internal sealed class Substitution(ValidationContext context) : TypeMap
{
    private readonly Dictionary<object, ResourceType> _replacements = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<WitType, WitType> _equals = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<object, object> _done = new(ReferenceEqualityComparer.Instance);

    internal void Add(ResourceType resource, ResourceType replacement) => _replacements[resource.Identity] = replacement;

    /// <summary>Puts an object in the place of another that is an equal type: it may be visible where the other is not.</summary>
    internal void Add(WitType type, WitType replacement) => _equals[type] = replacement;

    internal override ResourceType Resource(ResourceType resource)
    {
        if (!_replacements.TryGetValue(resource.Identity, out var replacement))
        {
            return resource;
        }
        // An alias stays one: it has a name of its own.
        return ReferenceEquals(resource, resource.Identity) ? replacement : Once(resource, () => replacement.Alias(resource.Name));
    }

    internal override WitType Type(WitType type) =>
        _equals.TryGetValue(type, out var equal) ? equal : IsNeeded(type.Has(TypeContents.Resource)) ? Once(type, () => type.MapWithOriginal(this)) : type;

    internal ExternType Extern(ExternType type) => !IsNeeded(type.HasResources) ? type : type switch
    {
        FuncExtern func => new FuncExtern(Func(func.Type)),
        TypeExtern named => new TypeExtern(Defined(named.Type)),
        ComponentExtern component => new ComponentExtern(Component(component.Type)),
        InstanceExtern instance => new InstanceExtern(Instance(instance.Type)),
        _ => type,
    };

    internal Externs Externs(Externs externs) => !IsNeeded(externs.HasResources) ? externs : Once(externs, () =>
    {
        context.Charge(externs.Count);
        var items = new OrderedDictionary<string, ExternType>(externs.Count);
        foreach (var (name, type) in externs.Items)
        {
            items.Add(name, Extern(type));
        }
        return new Externs(items);
    });

    private bool IsNeeded(bool hasResources) => _equals.Count > 0 || (hasResources && _replacements.Count > 0);

    private FuncType Func(FuncType type) => Once(type, () => type.Map(this));

    private InstanceType Instance(InstanceType type) => Once(type, () => new InstanceType(Externs(type.Exports), type.Resources));

    private ComponentType Component(ComponentType type) =>
        Once(type, () => new ComponentType(Externs(type.Imports), type.ImportedResources, Externs(type.Exports), type.ExportedResources));

    private IDefinedType Defined(IDefinedType type) => type switch
    {
        WitType value => Type(value),
        FuncType func => Func(func),
        InstanceType instance => Instance(instance),
        ComponentType component => Component(component),
        ResourceType resource => Resource(resource),
        _ => type,
    };

    private T Once<T>(T type, Func<T> make)
        where T : class
    {
        if (!_done.TryGetValue(type, out var made))
        {
            context.Charge(1);
            _done.Add(type, made = make());
        }
        return (T)made;
    }
}
