namespace Tapedeck.Bench.Components;

/// <summary>
/// Reads as much of a component as its core linking needs: core modules, core instances, aliases of their exports, canonical definitions.
/// <see href="https://github.com/WebAssembly/component-model/blob/main/design/mvp/Binary.md"/>
/// </summary>
internal sealed class ComponentReader
{
    private const int HeaderBytes = 8;
    private const byte CoreModuleSection = 1, CoreInstanceSection = 2, ComponentSection = 4, AliasSection = 6, CanonSection = 8;
    private const byte CoreInstanceSort = 0x12;

    // The index spaces of core functions, tables, memories, globals, by their sort.
    private readonly Dictionary<byte, List<CoreSource>> _spaces = new() { [0] = [], [1] = [], [2] = [], [3] = [] };

    internal List<byte[]> Modules { get; } = [];

    /// <summary>Lines of a <see cref="LinkPlan"/>.</summary>
    internal List<string> Instances { get; } = [];

    /// <summary>Lines of a <see cref="LinkPlan"/>.</summary>
    internal List<string> Lifts { get; } = [];

    /// <summary>The component, or the one inside it, that holds the largest core module.</summary>
    internal static ComponentReader WithLargestModule(ReadOnlySpan<byte> bytes)
    {
        var all = new List<ComponentReader>();
        Read(bytes, all);
        return all.MaxBy(c => c.Modules.Select(m => m.Length).DefaultIfEmpty().Max())!;
    }

    private static void Read(ReadOnlySpan<byte> bytes, List<ComponentReader> all)
    {
        var component = new ComponentReader();
        all.Add(component);
        var reader = new ByteReader(bytes[HeaderBytes..]);
        while (!reader.AtEnd)
        {
            var id = reader.ReadByte();
            var section = reader.ReadBytes(reader.ReadU32());
            if (id == ComponentSection)
            {
                Read(section, all);
            }
            else if (id == CoreModuleSection)
            {
                component.Modules.Add(section.ToArray());
            }
            else
            {
                component.ReadVector(id, section);
            }
        }
    }

    private void ReadVector(byte id, ReadOnlySpan<byte> section)
    {
        if (id is not (CoreInstanceSection or AliasSection or CanonSection))
        {
            return;
        }
        var reader = new ByteReader(section);
        for (var count = reader.ReadU32(); count > 0; count--)
        {
            switch (id)
            {
                case CoreInstanceSection:
                    ReadCoreInstance(ref reader);
                    break;
                case AliasSection:
                    ReadAlias(ref reader);
                    break;
                default:
                    ReadCanon(ref reader);
                    break;
            }
        }
    }

    private void ReadCoreInstance(ref ByteReader reader)
    {
        var instantiates = reader.ReadByte() == 0;
        var fields = new List<string>();
        if (instantiates)
        {
            fields.AddRange("instantiate", reader.ReadU32().ToString());
            for (var count = reader.ReadU32(); count > 0; count--)
            {
                fields.Add(reader.ReadName());
                Expect(reader.ReadByte() == CoreInstanceSort, "sort of a core argument");
                fields.Add(reader.ReadU32().ToString());
            }
        }
        else
        {
            fields.Add("exports");
            for (var count = reader.ReadU32(); count > 0; count--)
            {
                fields.Add(reader.ReadName());
                var sort = reader.ReadByte();
                fields.AddRange(_spaces[sort][reader.ReadU32()].Fields);
            }
        }
        Instances.Add(LinkPlan.Line(fields));
    }

    private void ReadAlias(ref ByteReader reader)
    {
        var isCore = reader.ReadByte() == 0;
        var coreSort = isCore ? reader.ReadByte() : default;
        switch (reader.ReadByte())
        {
            case 0: // an export of a component instance
                reader.ReadU32();
                reader.ReadName();
                break;
            case 1: // an export of a core instance
                var instance = reader.ReadU32().ToString();
                _spaces[coreSort].Add(new(instance, reader.ReadName()));
                break;
            default: // a definition of an enclosing component
                Expect(!isCore, "outer alias of a core definition");
                reader.ReadU32();
                reader.ReadU32();
                break;
        }
    }

    private void ReadCanon(ref ByteReader reader)
    {
        switch (reader.ReadByte())
        {
            case 0x00: // lift
                reader.ReadByte();
                var function = _spaces[0][reader.ReadU32()];
                ReadLiftOptions(ref reader, function);
                reader.ReadU32();
                break;
            case 0x01: // lower
                reader.ReadByte();
                reader.ReadU32();
                SkipOptions(ref reader);
                _spaces[0].Add(CoreSource.Stub);
                break;
            case 0x02 or 0x03 or 0x04: // resource.new, resource.drop, resource.rep
                reader.ReadU32();
                _spaces[0].Add(CoreSource.Stub);
                break;
            case var other:
                throw new NotSupportedException($"canonical definition 0x{other:x2}");
        }
    }

    private void ReadLiftOptions(ref ByteReader reader, CoreSource function)
    {
        CoreSource memory = CoreSource.Stub, realloc = CoreSource.Stub, postReturn = CoreSource.Stub;
        for (var count = reader.ReadU32(); count > 0; count--)
        {
            switch (reader.ReadByte())
            {
                case 0x03:
                    memory = _spaces[2][reader.ReadU32()];
                    break;
                case 0x04:
                    realloc = _spaces[0][reader.ReadU32()];
                    break;
                case 0x05:
                    postReturn = _spaces[0][reader.ReadU32()];
                    break;
            }
        }
        Lifts.Add(LinkPlan.Line(["lift", function.Export, .. function.Fields, .. memory.Fields, .. realloc.Fields, .. postReturn.Fields]));
    }

    private static void SkipOptions(ref ByteReader reader)
    {
        for (var count = reader.ReadU32(); count > 0; count--)
        {
            // Encodings have no index; memory, realloc and post-return have one.
            if (reader.ReadByte() is 0x03 or 0x04 or 0x05)
            {
                reader.ReadU32();
            }
        }
    }

    private static void Expect(bool condition, string what)
    {
        if (!condition)
        {
            throw new NotSupportedException(what);
        }
    }
}
