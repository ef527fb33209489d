namespace Tapedeck.Wasm.Binary;

/// <summary>Decodes <see href="https://webassembly.github.io/spec/core/binary/types.html"/>.</summary>
internal static class TypeReader
{
    // The flags byte of limits.
    private const byte HasMax = 0x01;
    private const byte Shared = 0x02;
    private const byte Is64Bit = 0x04;

    private const ulong MaxPages = 65_536;

    internal static bool IsValType(byte code) => code is >= (byte)ValType.V128 and <= (byte)ValType.I32 || IsRefType(code);

    internal static ValType ReadValType(ref WasmReader reader)
    {
        var code = reader.PeekByte();
        if (!IsValType(code))
        {
            throw NoType(ref reader, "malformed value type");
        }
        return (ValType)reader.ReadByte();
    }

    internal static ValType ReadRefType(ref WasmReader reader)
    {
        var code = reader.PeekByte();
        if (!IsRefType(code))
        {
            throw NoType(ref reader, "malformed reference type");
        }
        return (ValType)reader.ReadByte();
    }

    /// <summary>The type behind <c>ref.null</c>. A type index there is a feature that we do not have.</summary>
    internal static ValType ReadHeapType(ref WasmReader reader)
    {
        const int indexBits = 33;
        const int sign = 0x40;
        var code = reader.PeekByte();
        var isOneByte = (code & 0x80) == 0;
        if (isOneByte && (code & sign) != 0)
        {
            return ReadRefType(ref reader);
        }
        var start = reader.Position;
        var index = reader.ReadSigned(indexBits);
        throw index >= 0
            ? reader.Unsupported(Feature.FunctionReferences, $"type {index} as a heap type", start)
            : reader.Malformed("malformed reference type", start);
    }

    internal static FuncType ReadFuncType(ref WasmReader reader, ModuleLimits limits)
    {
        var start = reader.Position;
        var form = (byte)(reader.ReadSigned(7) & 0x7F);
        if (form != 0x60)
        {
            throw Feature.OfType(form) is { } feature
                ? reader.Unsupported(feature, $"type form 0x{form:x}", start)
                : reader.Malformed("malformed definition type", start);
        }
        return new FuncType(
            reader.ReadVector(limits.Parameters, "parameters", ReadValType),
            reader.ReadVector(limits.Parameters, "results", ReadValType));
    }

    internal static TableType ReadTableType(ref WasmReader reader) =>
        new(ReadRefType(ref reader), ReadLimits(ref reader, uint.MaxValue, "table size must be at most 2^32-1"));

    internal static MemoryType ReadMemoryType(ref WasmReader reader) =>
        new(ReadLimits(ref reader, MaxPages, "memory size must be at most 65536 pages (4 GiB)"));

    internal static GlobalType ReadGlobalType(ref WasmReader reader)
    {
        var type = ReadValType(ref reader);
        var start = reader.Position;
        var mutability = reader.ReadByte();
        return mutability <= 1 ? new(type, mutability == 1) : throw reader.Malformed("malformed mutability", start);
    }

    private static Limits ReadLimits(ref WasmReader reader, ulong bound, string beyond)
    {
        var start = reader.Position;
        var flags = ReadLimitsFlags(ref reader);
        var min = reader.ReadU64();
        var max = (flags & HasMax) != 0 ? reader.ReadU64() : (ulong?)null;
        if (min > bound || max > bound)
        {
            throw reader.Invalid(beyond, start);
        }
        if (min > max)
        {
            throw reader.Invalid("size minimum must not be greater than maximum", start);
        }
        return new((uint)min, (uint?)max);
    }

    private static byte ReadLimitsFlags(ref WasmReader reader)
    {
        var start = reader.Position;
        var flags = reader.ReadByte();
        return flags switch
        {
            <= HasMax => flags,
            <= (HasMax | Shared) => throw reader.Unsupported(Feature.Threads, "a shared memory", start),
            <= (HasMax | Shared | Is64Bit) => throw reader.Unsupported(Feature.Memory64, "a memory or table with 64-bit addresses", start),
            _ => throw reader.Malformed("malformed limits flags", start),
        };
    }

    private static bool IsRefType(byte code) => code is (byte)ValType.FuncRef or (byte)ValType.ExternRef;

    /// <summary>Why the next bytes are no type. A long reference type, <c>(ref null? heap)</c>, belongs to the feature of its heap type.</summary>
    private static InvalidModuleException NoType(ref WasmReader reader, string malformed)
    {
        var start = reader.Position;
        var code = reader.ReadByte();
        var feature = Feature.OfType(code);
        if (feature == Feature.FunctionReferences && !reader.AtEnd)
        {
            feature = Feature.OfType(reader.PeekByte()) ?? feature;
        }
        return feature is null ? reader.Malformed(malformed, start) : reader.Unsupported(feature, $"type 0x{code:x}", start);
    }
}
