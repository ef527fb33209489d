using Tapedeck.Components.Binary.Definitions;

namespace Tapedeck.Components.Binary;

/// <summary>Decodes <c>core:type</c>s: function types and module types.</summary>
internal static class CoreTypeSection
{
    private const byte ModuleType = 0x50;

    internal static void Read(ref ByteReader reader, ComponentDraft component)
    {
        var count = component.Budget.ReadDefinitions(ref reader, "core types");
        for (var i = 0; i < count; i++)
        {
            component.Add(ReadType(ref reader, component.Budget));
        }
    }

    internal static CoreTypeDefinition ReadType(ref ByteReader reader, DecodingBudget budget)
    {
        var start = reader.Position;
        if (reader.PeekByte() != ModuleType)
        {
            return new CoreTypeDefinition(start, new CoreFuncTypeDeclaration(CoreTypeReader.ReadFuncType(ref reader, budget)));
        }
        reader.ReadByte();
        var declarators = new CoreModuleDeclarator[budget.ReadDefinitions(ref reader, "declarators")];
        for (var i = 0; i < declarators.Length; i++)
        {
            declarators[i] = ReadDeclarator(ref reader, budget);
        }
        return new CoreTypeDefinition(start, new CoreModuleTypeDeclaration(declarators));
    }

    private static CoreModuleDeclarator ReadDeclarator(ref ByteReader reader, DecodingBudget budget)
    {
        var start = reader.Position;
        var limits = budget.Limits;
        return reader.ReadByte() switch
        {
            0 => new CoreImportDeclarator(start, reader.ReadName(limits.NameBytes), reader.ReadName(limits.NameBytes), CoreTypeReader.ReadExternType(ref reader)),
            1 => ReadTypeDeclarator(ref reader, budget),
            2 => ReadAlias(ref reader, start),
            3 => new CoreExportDeclarator(start, reader.ReadName(limits.NameBytes), CoreTypeReader.ReadExternType(ref reader)),
            var other => throw reader.UnknownByte(other, "type definition", start),
        };
    }

    private static CoreTypeDeclarator ReadTypeDeclarator(ref ByteReader reader, DecodingBudget budget)
    {
        var start = reader.Position;
        return reader.PeekByte() != ModuleType
            ? new CoreTypeDeclarator(start, CoreTypeReader.ReadFuncType(ref reader, budget))
            : throw reader.Invalid("a module type inside a module type", start);
    }

    private static CoreOuterAlias ReadAlias(ref ByteReader reader, int start)
    {
        const byte Type = 0x10;
        const byte Outer = 0x01;
        reader.ReadExactly(Type, "outer alias kind");
        reader.ReadExactly(Outer, "outer alias target");
        return new CoreOuterAlias(start, reader.ReadU32(), reader.ReadU32());
    }
}
