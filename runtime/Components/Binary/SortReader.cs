using Tapedeck.Components.Binary.Definitions;

namespace Tapedeck.Components.Binary;

/// <summary>Decodes <c>sort</c> where it stands alone or before an index.</summary>
internal static class SortReader
{
    private const byte Core = 0x00;
    private const byte CoreTypeCode = 0x10;
    private const byte CoreModuleCode = 0x11;

    /// <summary>What a component can import, export and pass on: a core module, or any component sort.</summary>
    internal static Sort ReadExternSort(ref ByteReader reader)
    {
        var start = reader.Position;
        var code = reader.ReadByte();
        if (code == Core)
        {
            reader.ReadExactly(CoreModuleCode, "component external kind");
            return Sort.CoreModule;
        }
        return code switch
        {
            0x01 => Sort.Func,
            0x02 => throw reader.Unsupported(Feature.Values, "a value", start),
            0x03 => Sort.Type,
            0x04 => Sort.Component,
            0x05 => Sort.Instance,
            _ => throw reader.UnknownByte(code, "component external kind", start),
        };
    }

    internal static SortIndex ReadExternItem(ref ByteReader reader)
    {
        var start = reader.Position;
        return new SortIndex(ReadExternSort(ref reader), reader.ReadU32(), start);
    }

    /// <summary>What a core instance can export.</summary>
    internal static Sort ReadCoreSort(ref ByteReader reader)
    {
        const byte Tag = 0x04;
        var start = reader.Position;
        return reader.ReadByte() switch
        {
            0x00 => Sort.CoreFunc,
            0x01 => Sort.CoreTable,
            0x02 => Sort.CoreMemory,
            0x03 => Sort.CoreGlobal,
            Tag => throw reader.Unsupported(Feature.Exceptions, "a core tag", start),
            var other => throw reader.UnknownByte(other, "core export kind", start),
        };
    }

    internal static SortIndex ReadCoreItem(ref ByteReader reader)
    {
        var start = reader.Position;
        return new SortIndex(ReadCoreSort(ref reader), reader.ReadU32(), start);
    }

    /// <summary>The sort of an alias, whose targets each allow some sorts only.</summary>
    internal static AliasSort ReadAliasSort(ref ByteReader reader)
    {
        var start = reader.Position;
        var code = reader.ReadByte();
        return code == Core ? new AliasSort(Core, reader.ReadByte(), start) : new AliasSort(code, 0, start);
    }

    /// <summary>The bytes of a sort, which are to be understood when the target of the alias is known.</summary>
    internal readonly record struct AliasSort(byte Code, byte CoreCode, int Offset)
    {
        internal Sort Outer(ref ByteReader reader) => (Code, CoreCode) switch
        {
            (Core, CoreTypeCode) => Sort.CoreType,
            (Core, CoreModuleCode) => Sort.CoreModule,
            (0x03, _) => Sort.Type,
            (0x04, _) => Sort.Component,
            _ => throw Unknown(ref reader, "component outer alias kind"),
        };

        internal Sort Export(ref ByteReader reader) => (Code, CoreCode) switch
        {
            (Core, CoreModuleCode) => Sort.CoreModule,
            (0x01, _) => Sort.Func,
            (0x02, _) => throw reader.Unsupported(Feature.Values, "a value", Offset),
            (0x03, _) => Sort.Type,
            (0x04, _) => Sort.Component,
            (0x05, _) => Sort.Instance,
            _ => throw Unknown(ref reader, "component external kind"),
        };

        internal Sort CoreExport(ref ByteReader reader) => (Code, CoreCode) switch
        {
            (Core, 0x00) => Sort.CoreFunc,
            (Core, 0x01) => Sort.CoreTable,
            (Core, 0x02) => Sort.CoreMemory,
            (Core, 0x03) => Sort.CoreGlobal,
            (Core, 0x04) => throw reader.Unsupported(Feature.Exceptions, "a core tag", Offset),
            _ => throw Unknown(ref reader, "core export kind"),
        };

        private InvalidComponentException Unknown(ref ByteReader reader, string what) => reader.UnknownByte(Code == Core ? CoreCode : Code, what, Offset);
    }
}
