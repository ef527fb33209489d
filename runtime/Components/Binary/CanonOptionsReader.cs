using Tapedeck.Components.Binary.Definitions;

namespace Tapedeck.Components.Binary;

/// <summary>Decodes <c>opts</c>. Each option may be given once.</summary>
internal static class CanonOptionsReader
{
    internal static CanonOptions Read(ref ByteReader reader, DecodingBudget budget)
    {
        var options = new CanonOptions(StringEncoding.Utf8, null, null, null, Async: false, null);
        StringEncoding? encoding = null;
        foreach (var option in budget.ReadParts(ref reader, "options", static (ref r) => ReadOption(ref r)))
        {
            if (option.Code <= (byte)StringEncoding.Latin1OrUtf16)
            {
                var wanted = (StringEncoding)option.Code;
                encoding = encoding is { } before
                    ? throw reader.Invalid($"canonical encoding option `{Text(before)}` conflicts with option `{Text(wanted)}`", option.Offset)
                    : wanted;
            }
            else
            {
                options = Set(reader, options, option);
            }
        }
        return options with { StringEncoding = encoding ?? StringEncoding.Utf8 };
    }

    private static Option ReadOption(ref ByteReader reader)
    {
        var start = reader.Position;
        var code = reader.ReadByte();
        return code switch
        {
            <= 0x02 or 0x06 => new Option(code, 0, start),
            <= 0x07 => new Option(code, reader.ReadU32(), start),
            _ => throw reader.UnknownByte(code, "canonical option", start),
        };
    }

    private static CanonOptions Set(in ByteReader reader, CanonOptions options, Option option) => option.Code switch
    {
        0x03 => options with { Memory = Once(reader, options.Memory, "memory", option) },
        0x04 => options with { Realloc = Once(reader, options.Realloc, "realloc", option) },
        0x05 => options with { PostReturn = Once(reader, options.PostReturn, "post-return", option) },
        0x06 => options.Async ? throw Twice(reader, "async", option) : options with { Async = true },
        _ => options with { Callback = Once(reader, options.Callback, "callback", option) },
    };

    private static uint Once(in ByteReader reader, uint? before, string name, Option option) => before is null ? option.Index : throw Twice(reader, name, option);

    private static InvalidComponentException Twice(in ByteReader reader, string name, Option option) =>
        reader.Invalid($"canonical option `{name}` is specified more than once", option.Offset);

    private static string Text(StringEncoding encoding) => encoding switch
    {
        StringEncoding.Utf8 => "utf8",
        StringEncoding.Utf16 => "utf16",
        _ => "latin1+utf16",
    };

    private readonly record struct Option(byte Code, uint Index, int Offset);
}
