using Tapedeck.Components.Types;

namespace Tapedeck.Components.Validation;

/// <summary><c>elem_size</c> and <c>alignment</c> with 64-bit pointers, which bound every value type.</summary>
/// <remarks><see href="https://github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md#element-size"/></remarks>
internal sealed class ElementSize
{
    /// <summary>The size that no value type may have.</summary>
    internal const long Limit = 1 << 28;

    private const int Pointer = 8;

    private readonly Dictionary<WitType, Layout> _layouts = new(ReferenceEqualityComparer.Instance);

    /// <summary>The size of a type whose parts are within the limit.</summary>
    internal long Of(WitType type) => LayoutOf(type).Size;

    private Layout LayoutOf(WitType type)
    {
        if (!_layouts.TryGetValue(type, out var layout))
        {
            _layouts.Add(type, layout = Compute(type));
        }
        return layout;
    }

    private Layout Compute(WitType type) => type switch
    {
        ListType or MapType => new Layout(2 * Pointer, Pointer),
        FixedListType list => LayoutOf(list.Element) is var element ? element with { Size = element.Size * list.Length } : default,
        RecordType or TupleType => Sequence(type.Children),
        VariantType variant => Variant(variant.Cases.Count, type.Children),
        EnumType @enum => Variant(@enum.Labels.Count, []),
        OptionType or ResultType => Variant(2, type.Children),
        FlagsType flags => Unsigned(flags.Labels.Count <= 8 ? 1 : flags.Labels.Count <= 16 ? 2 : 4),
        PrimitiveType => Primitive(type.Kind),
        _ => Unsigned(4),
    };

    private static Layout Primitive(WitKind kind) => kind switch
    {
        WitKind.Bool or WitKind.S8 or WitKind.U8 => Unsigned(1),
        WitKind.S16 or WitKind.U16 => Unsigned(2),
        WitKind.S64 or WitKind.U64 or WitKind.F64 => Unsigned(8),
        WitKind.String => new Layout(2 * Pointer, Pointer),
        _ => Unsigned(4),
    };

    private Layout Sequence(WitType[] parts)
    {
        var whole = new Layout(0, 1);
        foreach (var part in parts.Select(LayoutOf))
        {
            whole = new Layout(Align(whole.Size, part.Alignment) + part.Size, Math.Max(whole.Alignment, part.Alignment));
        }
        return whole with { Size = Align(whole.Size, whole.Alignment) };
    }

    private Layout Variant(int cases, WitType[] payloads)
    {
        var discriminant = Unsigned(cases <= 0x100 ? 1 : cases <= 0x1_0000 ? 2 : 4);
        var (size, alignment) = (0L, 1);
        foreach (var payload in payloads.Select(LayoutOf))
        {
            (size, alignment) = (Math.Max(size, payload.Size), Math.Max(alignment, payload.Alignment));
        }
        var whole = Math.Max(alignment, discriminant.Alignment);
        return new Layout(Align(Align(discriminant.Size, alignment) + size, whole), whole);
    }

    private static Layout Unsigned(int bytes) => new(bytes, bytes);

    private static long Align(long size, int alignment) => (size + alignment - 1) / alignment * alignment;

    private readonly record struct Layout(long Size, int Alignment);
}
