using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using Tapedeck.Components.Binary.Definitions;
using Tapedeck.Components.Values;

namespace Tapedeck.Components.Abi;

/// <summary>Stores strings: each way from one encoding to another asks <c>realloc</c> for what the specification says, in its order.</summary>
/// <remarks><see href="https://github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md#storing"/></remarks>
internal static class StoreString
{
    /// <returns>The pointer and the tagged length.</returns>
    internal static (uint Pointer, uint TaggedCodeUnits) IntoRange(in LiftLowerContext cx, WitValue value)
    {
        var text = value.AsString();
        if (value.Bits == 0 && !LoadString.IsWellFormed(text))
        {
            text = Repaired(text);
        }
        var destination = cx.Options.StringEncoding;
        var source = StringSource.Of(value.Bits, text, destination);
        if (source.CodeUnits > LoadString.MaxByteLength)
        {
            throw new ArgumentException($"a string of {source.CodeUnits} code units is longer than a component can take");
        }
        return destination switch
        {
            StringEncoding.Utf8 => source.Encoding switch
            {
                SimpleEncoding.Utf8 => Copy(cx, text, source.CodeUnits, Encoding.UTF8, 1, 1),
                SimpleEncoding.Utf16 => ToUtf8(cx, text, source.CodeUnits, 3 * source.CodeUnits),
                _ => ToUtf8(cx, text, source.CodeUnits, 2 * source.CodeUnits),
            },
            StringEncoding.Utf16 => source.Encoding switch
            {
                SimpleEncoding.Utf8 => Utf8ToUtf16(cx, text, source.CodeUnits),
                _ => Copy(cx, text, source.CodeUnits, Encoding.Unicode, 2, 2),
            },
            _ => (source.Encoding, source.IsTagged) switch
            {
                (SimpleEncoding.Latin1, _) => Copy(cx, text, source.CodeUnits, Encoding.Latin1, 1, 2),
                (SimpleEncoding.Utf16, true) => ProbablyUtf16ToLatin1OrUtf16(cx, text, source.CodeUnits),
                _ => ToLatin1OrUtf16(cx, text, source.CodeUnits),
            },
        };
    }

    /// <summary><c>store_string_copy</c></summary>
    private static (uint, uint) Copy(in LiftLowerContext cx, string text, uint codeUnits, Encoding encoding, uint codeUnitSize, uint alignment)
    {
        var length = codeUnitSize * codeUnits;
        var pointer = cx.Allocate(alignment, length);
        Write(cx, pointer, text, encoding, length);
        return (pointer, codeUnits);
    }

    /// <summary><c>store_string_to_utf8</c></summary>
    private static (uint, uint) ToUtf8(in LiftLowerContext cx, string text, uint codeUnits, uint worstCase)
    {
        var pointer = cx.Allocate(1, codeUnits);
        var ascii = text.AsSpan().IndexOfAnyExceptInRange('\0', '\u007F');
        Write(cx, pointer, ascii < 0 ? text : text.AsSpan(0, ascii), Encoding.Latin1, codeUnits);
        if (ascii < 0)
        {
            return (pointer, codeUnits);
        }
        pointer = cx.Reallocate(pointer, codeUnits, 1, worstCase);
        // What stands before is ASCII in both encodings and was moved by the guest.
        var written = (uint)(ascii + Write(cx, pointer + (uint)ascii, text.AsSpan(ascii), Encoding.UTF8, worstCase - (uint)ascii));
        if (worstCase > written)
        {
            pointer = cx.Reallocate(pointer, worstCase, 1, written);
        }
        return (pointer, written);
    }

    /// <summary><c>store_utf8_to_utf16</c></summary>
    private static (uint, uint) Utf8ToUtf16(in LiftLowerContext cx, string text, uint codeUnits)
    {
        var worstCase = 2 * codeUnits;
        var pointer = cx.Allocate(2, worstCase);
        var written = (uint)Write(cx, pointer, text, Encoding.Unicode, worstCase);
        if (written < worstCase)
        {
            pointer = cx.Reallocate(pointer, worstCase, 2, written);
        }
        return (pointer, written / 2);
    }

    /// <summary><c>store_string_to_latin1_or_utf16</c></summary>
    private static (uint, uint) ToLatin1OrUtf16(in LiftLowerContext cx, string text, uint codeUnits)
    {
        var pointer = cx.Allocate(2, codeUnits);
        var latin1 = text.AsSpan().IndexOfAnyExceptInRange('\0', '\u00FF');
        var written = (uint)Write(cx, pointer, latin1 < 0 ? text : text.AsSpan(0, latin1), Encoding.Latin1, codeUnits);
        if (latin1 >= 0)
        {
            return InflateToUtf16(cx, text, codeUnits, pointer, written);
        }
        if (written < codeUnits)
        {
            pointer = cx.Reallocate(pointer, codeUnits, 2, written);
        }
        return (pointer, written);
    }

    private static (uint, uint) InflateToUtf16(in LiftLowerContext cx, string text, uint codeUnits, uint pointer, uint latin1)
    {
        var worstCase = 2 * codeUnits;
        pointer = cx.Reallocate(pointer, codeUnits, 2, worstCase);
        var bytes = cx.Memory(pointer, worstCase);
        // What the guest has made of the part that was written before is inflated, as it is.
        for (var i = (int)latin1 - 1; i >= 0; i--)
        {
            bytes[2 * i] = bytes[i];
            bytes[(2 * i) + 1] = 0;
        }
        var rest = MemoryMarshal.AsBytes(text.AsSpan((int)latin1));
        rest.CopyTo(bytes[(int)(2 * latin1)..]);
        var written = (2 * latin1) + (uint)rest.Length;
        if (worstCase > written)
        {
            pointer = cx.Reallocate(pointer, worstCase, 2, written);
        }
        return (pointer, (written / 2) | LoadString.Utf16Tag);
    }

    /// <summary><c>store_probably_utf16_to_latin1_or_utf16</c></summary>
    private static (uint, uint) ProbablyUtf16ToLatin1OrUtf16(in LiftLowerContext cx, string text, uint codeUnits)
    {
        var length = 2 * codeUnits;
        var pointer = cx.Allocate(2, length);
        Write(cx, pointer, text, Encoding.Unicode, length);
        if (text.AsSpan().ContainsAnyExceptInRange('\0', '\u00FF'))
        {
            return (pointer, codeUnits | LoadString.Utf16Tag);
        }
        var bytes = cx.Memory(pointer, length);
        for (var i = 0; i < (int)codeUnits; i++)
        {
            bytes[i] = bytes[2 * i];
        }
        pointer = cx.Reallocate(pointer, length, 1, codeUnits);
        return (pointer, codeUnits);
    }

    private static int Write(in LiftLowerContext cx, uint pointer, ReadOnlySpan<char> text, Encoding encoding, uint length) =>
        length == 0 ? 0 : encoding.GetBytes(text, cx.Memory(pointer, length));

    /// <summary>The text with U+FFFD for each surrogate that has no other half: the host may have such, components may not.</summary>
    private static string Repaired(string text)
    {
        var repaired = new ArrayBufferWriter<char>(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            repaired.Advance(rune.EncodeToUtf16(repaired.GetSpan(2)));
        }
        return new string(repaired.WrittenSpan);
    }
}
