using Tapedeck.Components.Types;

namespace Tapedeck.Components.Abi;

/// <summary>How the values of a type lie in a 32-bit memory, and how many core values they are.</summary>
/// <remarks>
/// <see href="https://github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md#alignment"/>,
/// <see href="https://github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md#element-size"/>
/// </remarks>
internal sealed class Layout
{
    private const int Pointer = 4;

    /// <summary>Beyond this nobody counts: values of more core values go through memory.</summary>
    private const int MostFlat = 1 << 16;

    /// <summary><c>elem_size</c>, in bytes.</summary>
    internal required uint Size { get; init; }

    /// <summary><c>alignment</c>, in bytes.</summary>
    internal required uint Alignment { get; init; }

    /// <summary>The length of <c>flatten_type</c>.</summary>
    internal required int FlatCount { get; init; }

    /// <summary>Where the parts of a record or tuple stand.</summary>
    internal uint[] Offsets { get; private init; } = [];

    /// <summary>The bytes of a variant's <c>discriminant_type</c>, or of flags.</summary>
    internal int DiscriminantSize { get; private init; }

    /// <summary>Where the payload of a variant stands.</summary>
    internal uint PayloadOffset { get; private init; }

    internal static Layout Of(WitType type) => type.Layout ??= Compute(type);

    /// <summary>The layout of <paramref name="types"/> as a tuple.</summary>
    internal static Layout OfSequence(WitType[] types)
    {
        var offsets = new uint[types.Length];
        var (size, alignment, flat) = (0u, 1u, 0);
        for (var i = 0; i < offsets.Length; i++)
        {
            var part = Of(types[i]);
            offsets[i] = AlignTo(size, part.Alignment);
            size = offsets[i] + part.Size;
            alignment = Math.Max(alignment, part.Alignment);
            flat = Math.Min(flat + part.FlatCount, MostFlat);
        }
        return new Layout { Size = AlignTo(size, alignment), Alignment = alignment, FlatCount = flat, Offsets = offsets };
    }

    internal static uint AlignTo(uint pointer, uint alignment) => (pointer + alignment - 1) & ~(alignment - 1);

    private static Layout Compute(WitType type) => type.Kind switch
    {
        WitKind.List or WitKind.Map or WitKind.String => new Layout { Size = 2 * Pointer, Alignment = Pointer, FlatCount = 2 },
        WitKind.FixedList => FixedList((FixedListType)type),
        WitKind.Record or WitKind.Tuple => OfSequence(type.Children),
        WitKind.Variant => Variant(((VariantType)type).Cases.Count, type.Children),
        WitKind.Enum => Variant(((EnumType)type).Labels.Count, []),
        WitKind.Option or WitKind.Result => Variant(2, type.Children),
        WitKind.Flags => Flags(((FlagsType)type).Labels.Count),
        WitKind.Bool or WitKind.S8 or WitKind.U8 => Scalar(1),
        WitKind.S16 or WitKind.U16 => Scalar(2),
        WitKind.S64 or WitKind.U64 or WitKind.F64 => Scalar(8),
        _ => Scalar(4),
    };

    private static Layout FixedList(FixedListType list)
    {
        var element = Of(list.Element);
        return new Layout
        {
            Size = checked(element.Size * list.Length),
            Alignment = element.Alignment,
            FlatCount = (int)Math.Min((long)element.FlatCount * list.Length, MostFlat),
        };
    }

    private static Layout Variant(int cases, WitType[] payloads)
    {
        var discriminant = cases <= 0x100 ? 1u : cases <= 0x1_0000 ? 2u : 4u;
        var (size, alignment, flat) = (0u, 1u, 0);
        foreach (var payload in payloads)
        {
            var layout = Of(payload);
            (size, alignment, flat) = (Math.Max(size, layout.Size), Math.Max(alignment, layout.Alignment), Math.Max(flat, layout.FlatCount));
        }
        var offset = AlignTo(discriminant, alignment);
        var whole = Math.Max(alignment, discriminant);
        return new Layout
        {
            Size = AlignTo(offset + size, whole),
            Alignment = whole,
            FlatCount = Math.Min(1 + flat, MostFlat),
            DiscriminantSize = (int)discriminant,
            PayloadOffset = offset,
        };
    }

    private static Layout Flags(int labels)
    {
        var bytes = labels <= 8 ? 1u : labels <= 16 ? 2u : 4u;
        return new Layout { Size = bytes, Alignment = bytes, FlatCount = 1, DiscriminantSize = (int)bytes };
    }

    private static Layout Scalar(uint bytes) => new() { Size = bytes, Alignment = bytes, FlatCount = 1 };
}
