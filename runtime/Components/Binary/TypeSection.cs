using Tapedeck.Components.Binary.Definitions;
using Tapedeck.Components.Types;

namespace Tapedeck.Components.Binary;

/// <summary>Decodes <c>type</c>s.</summary>
internal static class TypeSection
{
    internal static void Read(ref ByteReader reader, ComponentDraft component)
    {
        var count = component.Budget.ReadDefinitions(ref reader, "types");
        for (var i = 0; i < count; i++)
        {
            component.Add(ReadType(ref reader, component.Budget));
        }
    }

    internal static TypeDefinition ReadType(ref ByteReader reader, DecodingBudget budget)
    {
        var start = reader.Position;
        var code = reader.ReadByte();
        if (ValTypeReader.PrimitiveOf(code) is { } primitive)
        {
            return new TypeDefinition(start, new PrimitiveDeclaration(primitive));
        }
        TypeDeclaration type = code switch
        {
            0x72 => new RecordDeclaration(ReadFields(ref reader, budget, "fields")),
            0x71 => new VariantDeclaration(budget.ReadParts(ref reader, "cases", (ref r) => ReadCase(ref r, budget.Limits))),
            0x70 => new ListDeclaration(ValTypeReader.Read(ref reader), null),
            0x67 => new ListDeclaration(ValTypeReader.Read(ref reader), reader.ReadU32()),
            0x6F => new TupleDeclaration(budget.ReadParts(ref reader, "types", static (ref r) => ValTypeReader.Read(ref r))),
            0x6E => new FlagsDeclaration(ReadLabels(ref reader, budget)),
            0x6D => new EnumDeclaration(ReadLabels(ref reader, budget)),
            0x6B => new OptionDeclaration(ValTypeReader.Read(ref reader)),
            0x6A => new ResultDeclaration(ValTypeReader.ReadOptional(ref reader), ValTypeReader.ReadOptional(ref reader)),
            0x69 => new HandleDeclaration(WitKind.Own, reader.ReadU32()),
            0x68 => new HandleDeclaration(WitKind.Borrow, reader.ReadU32()),
            0x66 => new AsyncValueDeclaration(WitKind.Stream, ValTypeReader.ReadOptional(ref reader)),
            0x65 => new AsyncValueDeclaration(WitKind.Future, ValTypeReader.ReadOptional(ref reader)),
            0x63 => new MapDeclaration(ValTypeReader.Read(ref reader), ValTypeReader.Read(ref reader)),
            _ => ReadOther(ref reader, code, budget, start),
        };
        return new TypeDefinition(start, type);
    }

    private static TypeDeclaration ReadOther(ref ByteReader reader, byte code, DecodingBudget budget, int start) => code switch
    {
        0x43 => new FuncDeclaration(IsAsync: true, ReadFields(ref reader, budget, "parameters"), ValTypeReader.ReadResult(ref reader)),
        0x42 => new InstanceTypeDeclaration(DeclaratorReader.Read(ref reader, budget, importsAllowed: false)),
        0x41 => new ComponentTypeDeclaration(DeclaratorReader.Read(ref reader, budget, importsAllowed: true)),
        0x40 => new FuncDeclaration(IsAsync: false, ReadFields(ref reader, budget, "parameters"), ValTypeReader.ReadResult(ref reader)),
        0x3F => ReadResource(ref reader),
        _ => throw reader.UnknownByte(code, "component defined type", start),
    };

    private static ResourceDeclaration ReadResource(ref ByteReader reader)
    {
        const byte I32 = 0x7F;
        const byte I64 = 0x7E;
        var start = reader.Position;
        var representation = reader.ReadByte();
        if (representation == I64)
        {
            throw reader.Unsupported(Feature.Memory64, "a resource represented by i64", start);
        }
        return representation == I32
            ? new ResourceDeclaration(reader.ReadPresence("resource destructor") ? reader.ReadU32() : null)
            : throw reader.Invalid("resources can only be represented by `i32`", start);
    }

    private static LabelledType[] ReadFields(ref ByteReader reader, DecodingBudget budget, string items) =>
        budget.ReadParts(ref reader, items, (ref r) => new LabelledType(r.ReadName(budget.Limits.NameBytes), ValTypeReader.Read(ref r)));

    private static LabelledType ReadCase(ref ByteReader reader, ComponentLimits limits)
    {
        var @case = new LabelledType(reader.ReadName(limits.NameBytes), ValTypeReader.ReadOptional(ref reader));
        reader.ReadExactly(0, "zero byte required");
        return @case;
    }

    private static string[] ReadLabels(ref ByteReader reader, DecodingBudget budget) =>
        budget.ReadParts(ref reader, "labels", (ref r) => r.ReadName(budget.Limits.NameBytes));
}
