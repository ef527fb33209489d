using System.Text;
using Tapedeck.Components.Types;
using Tapedeck.Components.Values;

namespace Tapedeck.Components.Abi;

/// <summary>Which .NET types host functions use for which types of WIT.</summary>
internal static class HostTypes
{
    /// <summary>Whether a parameter or result of <paramref name="type"/> can be a <typeparamref name="T"/>.</summary>
    internal static bool Fits<T>(WitType type)
    {
        if (typeof(T) == typeof(WitValue))
        {
            return true;
        }
        if (Scalars.TryGetValue(typeof(T), out var kind))
        {
            return type.Kind == kind;
        }
        if (typeof(T) == typeof(ReadOnlyMemory<byte>))
        {
            return type is ListType { Element.Kind: WitKind.U8 };
        }
        return !typeof(T).IsValueType && type.Kind is WitKind.Own or WitKind.Borrow;
    }

    internal static T Read<T>(WitValue value)
    {
        if (typeof(T) == typeof(WitValue))
        {
            return (T)(object)value;
        }
        if (typeof(T) == typeof(ReadOnlyMemory<byte>))
        {
            return (T)(object)value.AsBytes();
        }
        if (typeof(T) == typeof(string))
        {
            return (T)(object)value.AsString();
        }
        if (typeof(T).IsValueType)
        {
            return ReadScalar<T>(value);
        }
        return (T)value.AsHandle();
    }

    internal static WitValue Write<T>(T value, WitType type) => value switch
    {
        WitValue any => any,
        bool scalar => WitValue.Bool(scalar),
        sbyte scalar => WitValue.S8(scalar),
        byte scalar => WitValue.U8(scalar),
        short scalar => WitValue.S16(scalar),
        ushort scalar => WitValue.U16(scalar),
        int scalar => WitValue.S32(scalar),
        uint scalar => WitValue.U32(scalar),
        long scalar => WitValue.S64(scalar),
        ulong scalar => WitValue.U64(scalar),
        float scalar => WitValue.F32(scalar),
        double scalar => WitValue.F64(scalar),
        Rune scalar => WitValue.Char(scalar),
        string text => WitValue.String(text),
        ReadOnlyMemory<byte> bytes => WitValue.Bytes(bytes),
        object resource => WitValue.Handle(type, resource),
        null => throw new ArgumentNullException(nameof(value)),
    };

    private static T ReadScalar<T>(WitValue value)
    {
        object scalar = Scalars[typeof(T)] switch
        {
            WitKind.Bool => value.AsBool(),
            WitKind.S8 => value.AsS8(),
            WitKind.U8 => value.AsU8(),
            WitKind.S16 => value.AsS16(),
            WitKind.U16 => value.AsU16(),
            WitKind.S32 => value.AsS32(),
            WitKind.U32 => value.AsU32(),
            WitKind.S64 => value.AsS64(),
            WitKind.U64 => value.AsU64(),
            WitKind.F32 => value.AsF32(),
            WitKind.F64 => value.AsF64(),
            _ => value.AsChar(),
        };
        return (T)scalar;
    }

    private static readonly Dictionary<Type, WitKind> Scalars = new()
    {
        [typeof(bool)] = WitKind.Bool,
        [typeof(sbyte)] = WitKind.S8,
        [typeof(byte)] = WitKind.U8,
        [typeof(short)] = WitKind.S16,
        [typeof(ushort)] = WitKind.U16,
        [typeof(int)] = WitKind.S32,
        [typeof(uint)] = WitKind.U32,
        [typeof(long)] = WitKind.S64,
        [typeof(ulong)] = WitKind.U64,
        [typeof(float)] = WitKind.F32,
        [typeof(double)] = WitKind.F64,
        [typeof(Rune)] = WitKind.Char,
        [typeof(string)] = WitKind.String,
    };
}
