using Tapedeck.Components.Binary.Definitions;

namespace Tapedeck.Components.Binary;

/// <summary>Decodes <c>nameattributes</c> and <c>externtype</c>.</summary>
internal static class ExternReader
{
    internal static NameAttributes ReadName(ref ByteReader reader, DecodingBudget budget)
    {
        var start = reader.Position;
        var form = reader.ReadByte();
        if (form > 2)
        {
            throw reader.UnknownByte(form, "component name", start);
        }
        var name = new NameAttributes(reader.ReadName(budget.Limits.NameBytes));
        if (form == 2)
        {
            var count = reader.ReadCount("attributes");
            for (var i = 0; i < count; i++)
            {
                name = ReadAttribute(ref reader, name, budget.Limits);
            }
        }
        return name;
    }

    internal static ExternTypeDeclaration ReadType(ref ByteReader reader)
    {
        const byte EqualTo = 0;
        const byte SubResource = 1;
        var start = reader.Position;
        var sort = SortReader.ReadExternSort(ref reader);
        if (sort != Sort.Type)
        {
            return new ExternTypeDeclaration(sort, reader.ReadU32(), start);
        }
        var bound = reader.Position;
        return reader.ReadByte() switch
        {
            EqualTo => new ExternTypeDeclaration(sort, reader.ReadU32(), start),
            SubResource => new ExternTypeDeclaration(sort, null, start),
            var other => throw reader.UnknownByte(other, "type bound", bound),
        };
    }

    private static NameAttributes ReadAttribute(ref ByteReader reader, NameAttributes name, ComponentLimits limits)
    {
        var start = reader.Position;
        return reader.ReadByte() switch
        {
            0 => name with { Implements = Once(ref reader, name.Implements, "implements", limits) },
            1 => name with { VersionSuffix = Once(ref reader, name.VersionSuffix, "versionsuffix", limits) },
            2 => name with { ExternalId = Once(ref reader, name.ExternalId, "external-id", limits) },
            var other => throw reader.UnknownByte(other, "name option", start),
        };
    }

    private static string Once(ref ByteReader reader, string? before, string attribute, ComponentLimits limits)
    {
        var start = reader.Position;
        return before is null ? reader.ReadName(limits.NameBytes) : throw reader.Invalid($"duplicate '{attribute}' option in name", start);
    }
}
