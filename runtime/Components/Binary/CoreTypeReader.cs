using Tapedeck.Components.Binary.Definitions;
using Tapedeck.Wasm;

namespace Tapedeck.Components.Binary;

/// <summary>Decodes the types of core WebAssembly that module types are made of.</summary>
internal static class CoreTypeReader
{
    private const uint MostPages = 65_536;

    internal static FuncType ReadFuncType(ref ByteReader reader, DecodingBudget budget)
    {
        const byte Func = 0x60;
        var start = reader.Position;
        var code = reader.ReadByte();
        if (code is 0x00 or 0x4E or 0x4F or 0x5E or 0x5F)
        {
            throw reader.Unsupported(Feature.GC, "a recursive type, subtype, struct or array", start);
        }
        if (code != Func)
        {
            throw reader.UnknownByte(code, "core type", start);
        }
        var parameters = budget.ReadParts(ref reader, "parameters", static (ref r) => ReadValType(ref r));
        var results = budget.ReadParts(ref reader, "results", static (ref r) => ReadValType(ref r));
        return parameters.Length <= budget.Limits.Parameters && results.Length <= budget.Limits.Parameters
            ? new FuncType(parameters, results)
            : throw reader.TooLarge($"a function type has more than {budget.Limits.Parameters} parameters or results", start);
    }

    internal static CoreExternTypeDeclaration ReadExternType(ref ByteReader reader)
    {
        const byte Tag = 0x04;
        var start = reader.Position;
        return reader.ReadByte() switch
        {
            (byte)ExternKind.Func => new CoreExternTypeDeclaration(reader.ReadU32(), default),
            (byte)ExternKind.Table => new CoreExternTypeDeclaration(null, ExternType.Of(ReadTableType(ref reader))),
            (byte)ExternKind.Memory => new CoreExternTypeDeclaration(null, ExternType.Of(new MemoryType(ReadLimits(ref reader, MostPages, "memory")))),
            (byte)ExternKind.Global => new CoreExternTypeDeclaration(null, ExternType.Of(ReadGlobalType(ref reader))),
            Tag => throw reader.Unsupported(Feature.Exceptions, "a core tag", start),
            var other => throw reader.UnknownByte(other, "core external kind", start),
        };
    }

    private static ValType ReadValType(ref ByteReader reader)
    {
        var start = reader.Position;
        var code = reader.ReadByte();
        return code switch
        {
            (byte)ValType.I32 or (byte)ValType.I64 or (byte)ValType.F32 or (byte)ValType.F64 or (byte)ValType.V128 => (ValType)code,
            (byte)ValType.FuncRef or (byte)ValType.ExternRef => (ValType)code,
            0x63 or 0x64 => throw reader.Unsupported(Feature.FunctionReferences, "a typed reference", start),
            0x69 or 0x74 => throw reader.Unsupported(Feature.Exceptions, "an exception reference", start),
            >= 0x6A and <= 0x73 => throw reader.Unsupported(Feature.GC, "a reference to the heap", start),
            _ => throw reader.Malformed($"malformed value type 0x{code:x}", start),
        };
    }

    private static TableType ReadTableType(ref ByteReader reader)
    {
        var element = ReadRefType(ref reader);
        return new TableType(element, ReadLimits(ref reader, uint.MaxValue, "table"));
    }

    private static ValType ReadRefType(ref ByteReader reader)
    {
        var start = reader.Position;
        var type = ReadValType(ref reader);
        return type is ValType.FuncRef or ValType.ExternRef ? type : throw reader.Malformed("malformed reference type", start);
    }

    private static GlobalType ReadGlobalType(ref ByteReader reader)
    {
        var type = ReadValType(ref reader);
        return new GlobalType(type, reader.ReadPresence("mutability"));
    }

    private static Limits ReadLimits(ref ByteReader reader, uint most, string what)
    {
        var start = reader.Position;
        var flags = reader.ReadByte();
        var feature = flags switch
        {
            <= 1 => null,
            <= 3 => Feature.Threads,
            <= 7 => Feature.Memory64,
            <= 15 => Feature.CustomPageSizes,
            _ => throw reader.Malformed("malformed limits flags", start),
        };
        if (feature is not null)
        {
            throw reader.Unsupported(feature, $"the {what}", start);
        }
        var limits = new Limits(reader.ReadU32(), flags == 1 ? reader.ReadU32() : null);
        if (limits.Min > most || limits.Max > most)
        {
            throw reader.Invalid($"{what} size must be at most {most}", start);
        }
        return limits.Max < limits.Min ? throw reader.Invalid("size minimum must not be greater than maximum", start) : limits;
    }
}
