using System.Runtime.CompilerServices;
using System.Text;
using Tapedeck.Components.Types;

namespace Tapedeck.Components.Values;

/// <summary>A value of a component type: 16 bytes, and no object for a scalar, an enum, flags, or a case without payload.</summary>
/// <remarks>
/// Lists of scalars are packed arrays, so that a <c>list&lt;u8&gt;</c> is as large as its bytes. The default value is of no type. Making a value checks its shape
/// (counts, cases), not the types of its parts: whoever makes it from foreign data checks those.
/// </remarks>
public readonly struct WitValue : IEquatable<WitValue>
{
    // What the bits mean: a type for scalars, enums, flags and cases without payload; the text of a string; else a payload.
    private readonly object? _object;
    private readonly ulong _bits;

    private WitValue(object? meaning, ulong bits = 0)
    {
        _object = meaning;
        _bits = bits;
    }

    /// <summary>The type of the value. <exception cref="InvalidOperationException">It is the default value.</exception></summary>
    public WitType Type => _object switch
    {
        WitType type => type,
        string => WitType.String,
        Payload payload => payload.Type,
        _ => throw new InvalidOperationException("a default value has no type"),
    };

    public bool IsDefault => _object is null;

    internal object? Meaning => _object;
    internal ulong Bits => _bits;

    public static WitValue Bool(bool value) => new(WitType.Bool, value ? 1u : 0u);
    public static WitValue S8(sbyte value) => new(WitType.S8, (ulong)value);
    public static WitValue U8(byte value) => new(WitType.U8, value);
    public static WitValue S16(short value) => new(WitType.S16, (ulong)value);
    public static WitValue U16(ushort value) => new(WitType.U16, value);
    public static WitValue S32(int value) => new(WitType.S32, (ulong)value);
    public static WitValue U32(uint value) => new(WitType.U32, value);
    public static WitValue S64(long value) => new(WitType.S64, (ulong)value);
    public static WitValue U64(ulong value) => new(WitType.U64, value);
    public static WitValue F32(float value) => new(WitType.F32, BitConverter.SingleToUInt32Bits(value));
    public static WitValue F64(double value) => new(WitType.F64, BitConverter.DoubleToUInt64Bits(value));
    public static WitValue Char(Rune value) => new(WitType.Char, (uint)value.Value);
    public static WitValue String(string value) => new(value);

    /// <summary>A string out of a guest's memory: how it lay there decides how it is copied into the next.</summary>
    /// <param name="source">Not zero.</param>
    internal static WitValue String(string value, ulong source) => new(value, source);

    /// <summary>A <c>list&lt;u8&gt;</c> over the given memory, which is not copied and is to stay as it is.</summary>
    public static WitValue Bytes(ReadOnlyMemory<byte> bytes) => Packed(PackedTypes.ListOf(WitKind.U8), bytes);

    /// <summary>A list of scalars over the given memory, which is not copied and is to stay as it is.</summary>
    /// <param name="type">A list type whose element is <typeparamref name="T"/>: bool, an integer, a float, or <see cref="Rune"/> for char.</param>
    public static WitValue Packed<T>(WitType type, ReadOnlyMemory<T> items)
        where T : unmanaged
    {
        Require(PackedTypes.KindOf<T>() == PackedTypes.ElementOf(type)?.Kind, type, typeof(T).Name);
        Require(type is not FixedListType list || list.Length == (uint)items.Length, type, $"{items.Length} items");
        return new(new PackedList<T>(type, items));
    }

    /// <summary>A list, of whatever elements; those of scalars are packed.</summary>
    public static WitValue List(WitType type, params WitValue[] items)
    {
        Require(PackedTypes.ElementOf(type) is not null, type, "items");
        Require(type is not FixedListType list || list.Length == (uint)items.Length, type, $"{items.Length} items");
        return PackedTypes.Pack(type, items) ?? new(new Composite(type, items));
    }

    public static WitValue Record(RecordType type, params WitValue[] fields)
    {
        Require(fields.Length == type.Fields.Count, type, $"{fields.Length} fields");
        return new(new Composite(type, fields));
    }

    public static WitValue Tuple(TupleType type, params WitValue[] elements)
    {
        Require(elements.Length == type.Elements.Count, type, $"{elements.Length} elements");
        return new(new Composite(type, elements));
    }

    /// <summary>A variant, option or result, by the number of its case in the despecialized type.</summary>
    /// <param name="payload">Null where the case has none.</param>
    public static WitValue Case(WitType type, int @case, WitValue? payload = null)
    {
        var cases = type.Despecialize() is VariantType variant ? variant.Cases : [];
        Require((uint)@case < (uint)cases.Count && cases[@case].Type is null == payload is null, type, $"case {@case}");
        return payload is { } value ? new(new CasePayload(type, @case, value)) : new(type, (ulong)@case);
    }

    public static WitValue Enum(EnumType type, int label)
    {
        Require((uint)label < (uint)type.Labels.Count, type, $"label {label}");
        return new(type, (ulong)label);
    }

    public static WitValue None(OptionType type) => new(type);
    public static WitValue Some(OptionType type, WitValue value) => Case(type, 1, value);
    public static WitValue Ok(ResultType type, WitValue? value = null) => Case(type, 0, value);
    public static WitValue Err(ResultType type, WitValue? value = null) => Case(type, 1, value);

    /// <summary>Flags by their bits; bits without a label are dropped, as the canonical ABI does.</summary>
    public static WitValue Flags(FlagsType type, uint bits) => new(type, bits & type.Mask);

    /// <summary>A handle: what it stands for is the business of whoever made it.</summary>
    /// <param name="type">An <c>own</c> or a <c>borrow</c>.</param>
    public static WitValue Handle(WitType type, object resource)
    {
        Require(type.Kind is WitKind.Own or WitKind.Borrow, type, "handle");
        return new(new Handle(type, resource));
    }

    public bool AsBool() => Scalar(WitKind.Bool) != 0;
    public sbyte AsS8() => (sbyte)Scalar(WitKind.S8);
    public byte AsU8() => (byte)Scalar(WitKind.U8);
    public short AsS16() => (short)Scalar(WitKind.S16);
    public ushort AsU16() => (ushort)Scalar(WitKind.U16);
    public int AsS32() => (int)Scalar(WitKind.S32);
    public uint AsU32() => (uint)Scalar(WitKind.U32);
    public long AsS64() => (long)Scalar(WitKind.S64);
    public ulong AsU64() => Scalar(WitKind.U64);
    public float AsF32() => BitConverter.UInt32BitsToSingle((uint)Scalar(WitKind.F32));
    public double AsF64() => BitConverter.UInt64BitsToDouble(Scalar(WitKind.F64));
    public Rune AsChar() => new((uint)Scalar(WitKind.Char));
    public string AsString() => _object as string ?? throw Wrong("string");

    /// <summary>The bytes of a <c>list&lt;u8&gt;</c>.</summary>
    public ReadOnlyMemory<byte> AsBytes() => AsPacked<byte>();

    /// <summary>The items of a list of scalars, as one piece of memory.</summary>
    public ReadOnlyMemory<T> AsPacked<T>()
        where T : unmanaged => _object is PackedList<T> list ? list.Items : throw Wrong($"list of {typeof(T).Name}");

    /// <summary>How many items a list has, or parts a record or tuple.</summary>
    public int Count => _object is Payload payload ? payload.Count : throw Wrong("list, record or tuple");

    /// <summary>An item of a list, or a part of a record or tuple.</summary>
    public WitValue this[int index] => _object is Payload payload ? payload[index] : throw Wrong("list, record or tuple");

    /// <summary>A field of a record.</summary>
    public WitValue this[string field] => _object is Composite { Type: RecordType type } composite && type.IndexOf(field) is >= 0 and var i
        ? composite[i]
        : throw Wrong($"record with a field {field}");

    /// <summary>The case of a variant, option or result, or the label of an enum, by its number.</summary>
    public int CaseIndex => _object switch
    {
        CasePayload payload => payload.Case,
        VariantType or OptionType or ResultType or EnumType => (int)_bits,
        _ => throw Wrong("variant"),
    };

    /// <summary>The name of that case; an option has <c>none</c> and <c>some</c>, a result <c>ok</c> and <c>error</c>.</summary>
    public string CaseName => ((VariantType)Type.Despecialize()).Cases[CaseIndex].Name;

    /// <summary>What the case carries, or null where it carries nothing.</summary>
    public WitValue? CaseValue => _object is CasePayload payload ? payload.Value : CaseIndex >= 0 ? null : default;

    public uint AsFlags() => _object is FlagsType ? (uint)_bits : throw Wrong("flags");

    /// <summary>What a handle stands for.</summary>
    public object AsHandle() => _object is Handle handle ? handle.Resource : throw Wrong("handle");

    /// <summary>Whether both are of one type and alike; NaN equals NaN, and handles are equal if they stand for the same object.</summary>
    public bool Equals(WitValue other) => WitEquality.Same(this, other);

    public override bool Equals(object? obj) => obj is WitValue other && Equals(other);
    public override int GetHashCode() => WitEquality.Hash(this);

    public static bool operator ==(WitValue left, WitValue right) => left.Equals(right);
    public static bool operator !=(WitValue left, WitValue right) => !left.Equals(right);

    /// <summary>The value as WAVE, the text that WIT tools use for values; cut where it is very long.</summary>
    public override string ToString() => WaveText.Of(this);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong Scalar(WitKind kind) => _object is PrimitiveType type && type.Kind == kind ? _bits : throw Wrong(kind.ToString().ToLowerInvariant());

    private InvalidOperationException Wrong(string wanted) => new($"a value of type {(IsDefault ? "none" : Type.ToString())} is not a {wanted}");

    private static void Require(bool holds, WitType type, string what)
    {
        if (!holds)
        {
            throw new ArgumentException($"{what} cannot make a value of type {type}");
        }
    }
}
