using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Tapedeck.Components.Types;
using Tapedeck.Components.Values;

namespace Tapedeck.Server.Tools;

/// <summary>Reads the items of a list of scalars into one piece of memory.</summary>
internal static class PackedItems
{
    internal static bool Read(JsonArguments arguments, ref Utf8JsonReader reader, WitType type, WitKind element, out WitValue value) => element switch
    {
        WitKind.Bool => Read(arguments, ref reader, type, WitType.Bool, static item => item.AsBool(), out value),
        WitKind.S8 => Read(arguments, ref reader, type, WitType.S8, static item => item.AsS8(), out value),
        WitKind.U8 => Read(arguments, ref reader, type, WitType.U8, static item => item.AsU8(), out value),
        WitKind.S16 => Read(arguments, ref reader, type, WitType.S16, static item => item.AsS16(), out value),
        WitKind.U16 => Read(arguments, ref reader, type, WitType.U16, static item => item.AsU16(), out value),
        WitKind.S32 => Read(arguments, ref reader, type, WitType.S32, static item => item.AsS32(), out value),
        WitKind.U32 => Read(arguments, ref reader, type, WitType.U32, static item => item.AsU32(), out value),
        WitKind.S64 => Read(arguments, ref reader, type, WitType.S64, static item => item.AsS64(), out value),
        WitKind.U64 => Read(arguments, ref reader, type, WitType.U64, static item => item.AsU64(), out value),
        WitKind.F32 => Read(arguments, ref reader, type, WitType.F32, static item => item.AsF32(), out value),
        WitKind.F64 => Read(arguments, ref reader, type, WitType.F64, static item => item.AsF64(), out value),
        _ => Read<Rune>(arguments, ref reader, type, WitType.Char, static item => item.AsChar(), out value),
    };

    private static bool Read<T>(
        JsonArguments arguments, ref Utf8JsonReader reader, WitType type, WitType element, Func<WitValue, T> convert, out WitValue value)
        where T : unmanaged
    {
        value = default;
        var items = new ArrayBufferWriter<T>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (!arguments.Charge(Unsafe.SizeOf<T>()) || !arguments.Item(ref reader, element, items.WrittenCount, out var item))
            {
                return false;
            }
            items.Write([convert(item)]);
        }
        if (!arguments.HasLength(type, items.WrittenCount))
        {
            return false;
        }
        value = WitValue.Packed(type, items.WrittenMemory);
        return true;
    }
}
