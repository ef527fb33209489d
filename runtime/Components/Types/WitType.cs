using System.Runtime.CompilerServices;

namespace Tapedeck.Components.Types;

/// <summary>A value type of the component model. Two are equal if they are built alike; resource types alone are equal by identity.</summary>
/// <remarks>Types are trees that share their branches. <see cref="Nodes"/> counts a branch as often as it occurs, since that is what a walk costs.</remarks>
public abstract class WitType : IEquatable<WitType>, IDefinedType
{
    private readonly int _hash;

    private protected WitType(WitKind kind, TypeContents own, IEnumerable<WitType?> children, int labelsHash)
    {
        Kind = kind;
        Contents = own;
        Children = [.. children.OfType<WitType>()];
        Nodes = 1;
        Depth = 1;
        var hash = new HashCode();
        hash.Add((int)kind);
        hash.Add(labelsHash);
        foreach (var child in children)
        {
            hash.Add(child is null ? 0 : child._hash);
            if (child is not null)
            {
                Contents |= child.Contents;
                Nodes = (int)Math.Min((long)Nodes + child.Nodes, int.MaxValue);
                Depth = Math.Max(Depth, child.Depth + 1);
            }
        }
        _hash = hash.ToHashCode();
    }

    public static WitType Bool { get; } = new PrimitiveType(WitKind.Bool);
    public static WitType S8 { get; } = new PrimitiveType(WitKind.S8);
    public static WitType U8 { get; } = new PrimitiveType(WitKind.U8);
    public static WitType S16 { get; } = new PrimitiveType(WitKind.S16);
    public static WitType U16 { get; } = new PrimitiveType(WitKind.U16);
    public static WitType S32 { get; } = new PrimitiveType(WitKind.S32);
    public static WitType U32 { get; } = new PrimitiveType(WitKind.U32);
    public static WitType S64 { get; } = new PrimitiveType(WitKind.S64);
    public static WitType U64 { get; } = new PrimitiveType(WitKind.U64);
    public static WitType F32 { get; } = new PrimitiveType(WitKind.F32);
    public static WitType F64 { get; } = new PrimitiveType(WitKind.F64);
    public static WitType Char { get; } = new PrimitiveType(WitKind.Char);
    public static WitType String { get; } = new PrimitiveType(WitKind.String);
    public static WitType ErrorContext { get; } = new PrimitiveType(WitKind.ErrorContext);

    /// <summary>The constructor: what to switch on. Primitive types are not always the same object.</summary>
    public WitKind Kind { get; }

    public TypeContents Contents { get; }

    /// <summary>How many types it is made of, itself and all repetitions counted; stops at <see cref="int.MaxValue"/>.</summary>
    public int Nodes { get; }

    /// <summary>The longest way down, 1 for a primitive type.</summary>
    public int Depth { get; }

    string IDefinedType.Noun => "a value type";

    public bool IsPrimitive => Kind <= WitKind.ErrorContext;

    /// <summary>
    /// The type that a specialized one is an abbreviation of (<c>despecialize</c> in <c>CanonicalABI.md</c>): a tuple is a record, an enum, option or result is a
    /// variant, a map is a list of tuples. Any other type is itself.
    /// </summary>
    public virtual WitType Despecialize() => this;

    public bool Equals(WitType? other) =>
        ReferenceEquals(this, other) || (other is not null && Kind == other.Kind && _hash == other._hash && EqualsSameKind(other));

    public sealed override bool Equals(object? obj) => Equals(obj as WitType);
    public sealed override int GetHashCode() => _hash;

    /// <summary>The type as WIT text. Records, variants, flags and enums, which have names in WIT, are written out.</summary>
    public sealed override string ToString() => WitTypeText.Of(this);

    /// <summary>The types that it is made of, in their order.</summary>
    internal WitType[] Children { get; }

    /// <summary>How its values lie in memory, once somebody asked.</summary>
    internal Abi.Layout? Layout { get; set; }

    internal bool Has(TypeContents contents) => (Contents & contents) != 0;

    /// <summary>The object that this one is another name for; null if it is the first.</summary>
    internal WitType? Original { get; private set; }

    /// <summary>The same type as another object. An export gives a type a name, and the name belongs to the new object alone.</summary>
    internal WitType Renamed()
    {
        var renamed = (WitType)MemberwiseClone();
        renamed.Original = this;
        return renamed;
    }

    /// <summary>The type with other children and resources, still another name for the same type, if that was mapped before.</summary>
    internal WitType MapWithOriginal(TypeMap map)
    {
        var mapped = Map(map);
        if (Original is not null && !ReferenceEquals(mapped, this))
        {
            mapped.Original = map.Known(Original);
        }
        return mapped;
    }

    /// <summary>The type with other children and resources; itself where nothing changes.</summary>
    internal abstract WitType Map(TypeMap map);

    private protected abstract bool EqualsSameKind(WitType other);

    private protected static int HashLabels(IEnumerable<string> labels)
    {
        var hash = new HashCode();
        foreach (var label in labels)
        {
            hash.Add(label, StringComparer.Ordinal);
        }
        return hash.ToHashCode();
    }

    private protected static int HashIdentity(ResourceType resource) => RuntimeHelpers.GetHashCode(resource.Identity);
}
