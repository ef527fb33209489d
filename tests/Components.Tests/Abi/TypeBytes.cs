using Tapedeck.Components.Tests.Binary;
using Tapedeck.Components.Types;
using static Tapedeck.Components.Tests.Binary.ComponentBytes;

namespace Tapedeck.Components.Tests.Abi;

/// <summary>Writes types into a component: each as a definition of its own, and those that need a name as an import of an equal type.</summary>
internal sealed class TypeBytes
{
    private readonly List<byte[]> _sections = [];
    private readonly Dictionary<WitType, int> _known = [];
    private int _count;
    private int _names;

    /// <summary>The sections so far; what comes later goes behind.</summary>
    internal byte[] Take()
    {
        byte[] all = [.. _sections.SelectMany(section => section)];
        _sections.Clear();
        return all;
    }

    /// <summary>The index of a function type.</summary>
    internal int Func(FuncType type)
    {
        byte[][] parameters = [.. type.Parameters.Select(parameter => (byte[])[.. Label(parameter.Name), .. Use(parameter.Type)])];
        byte[] result = type.Result is null ? [1, 0] : [0, .. Use(type.Result)];
        return Define([0x40, .. Vector(parameters), .. result]);
    }

    private int Of(WitType type)
    {
        if (!_known.TryGetValue(type, out var index))
        {
            index = Define(Definition(type));
            if (type is RecordType or VariantType or EnumType or FlagsType)
            {
                // (import "tN" (type (eq index)))
                _sections.Add(Section(SectionId.Import, [1, 0, .. Label($"t{_names++}"), 3, 0, .. U32((uint)index)]));
                index = _count++;
            }
            _known.Add(type, index);
        }
        return index;
    }

    private byte[] Definition(WitType type) => type switch
    {
        RecordType record => [0x72, .. Vector([.. record.Fields.Select(field => (byte[])[.. Label(field.Name), .. Use(field.Type)])])],
        VariantType variant => [0x71, .. Vector([.. variant.Cases.Select(@case => (byte[])[.. Label(@case.Name), .. Optional(@case.Type), 0])])],
        ListType list => [0x70, .. Use(list.Element)],
        FixedListType list => [0x67, .. Use(list.Element), .. U32(list.Length)],
        TupleType tuple => [0x6F, .. Vector([.. tuple.Elements.Select(Use)])],
        FlagsType flags => [0x6E, .. Vector([.. flags.Labels.Select(Label)])],
        EnumType @enum => [0x6D, .. Vector([.. @enum.Labels.Select(Label)])],
        OptionType option => [0x6B, .. Use(option.Element)],
        ResultType result => [0x6A, .. Optional(result.Ok), .. Optional(result.Error)],
        MapType map => [0x63, .. Use(map.Key), .. Use(map.Value)],
        _ => throw new NotSupportedException(type.ToString()),
    };

    private byte[] Use(WitType type) => type.Kind <= WitKind.String ? [Primitive(type.Kind)] : Index(Of(type));

    private byte[] Optional(WitType? type) => type is null ? [0] : [1, .. Use(type)];

    private int Define(byte[] definition)
    {
        _sections.Add(Section(SectionId.Type, [1, .. definition]));
        return _count++;
    }

    internal static byte[] Label(string label) => [.. U32((uint)label.Length), .. System.Text.Encoding.ASCII.GetBytes(label)];

    private static byte[] Vector(byte[][] items) => [.. U32((uint)items.Length), .. items.SelectMany(item => item)];

    private static byte Primitive(WitKind kind) => kind switch
    {
        WitKind.Bool => 0x7F,
        WitKind.S8 => 0x7E,
        WitKind.U8 => 0x7D,
        WitKind.S16 => 0x7C,
        WitKind.U16 => 0x7B,
        WitKind.S32 => 0x7A,
        WitKind.U32 => 0x79,
        WitKind.S64 => 0x78,
        WitKind.U64 => 0x77,
        WitKind.F32 => 0x76,
        WitKind.F64 => 0x75,
        WitKind.Char => 0x74,
        _ => 0x73,
    };
}
