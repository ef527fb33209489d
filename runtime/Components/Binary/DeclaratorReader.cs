using Tapedeck.Components.Binary.Definitions;

namespace Tapedeck.Components.Binary;

/// <summary>Decodes the <c>componentdecl</c>s and <c>instancedecl</c>s of a type.</summary>
internal static class DeclaratorReader
{
    internal static Definition[] Read(ref ByteReader reader, DecodingBudget budget, bool importsAllowed)
    {
        budget.Enter(ref reader);
        var declarators = new Definition[budget.ReadDefinitions(ref reader, "declarators")];
        for (var i = 0; i < declarators.Length; i++)
        {
            declarators[i] = ReadDeclarator(ref reader, budget, importsAllowed);
        }
        budget.Leave();
        return declarators;
    }

    private static Definition ReadDeclarator(ref ByteReader reader, DecodingBudget budget, bool importsAllowed)
    {
        var start = reader.Position;
        return reader.ReadByte() switch
        {
            0 => CoreTypeSection.ReadType(ref reader, budget),
            1 => TypeSection.ReadType(ref reader, budget),
            2 => AliasSection.ReadAlias(ref reader, budget.Limits),
            3 when importsAllowed => ImportSection.ReadImport(ref reader, budget),
            4 => new ExportDeclarator(start, ExternReader.ReadName(ref reader, budget), ExternReader.ReadType(ref reader)),
            var other => throw reader.UnknownByte(other, "component or instance type declaration", start),
        };
    }
}
