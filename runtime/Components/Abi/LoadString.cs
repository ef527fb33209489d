using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using Tapedeck.Components.Binary.Definitions;
using Tapedeck.Components.Values;

namespace Tapedeck.Components.Abi;

/// <summary>Loads strings.</summary>
/// <remarks><see href="https://github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md#loading"/></remarks>
internal static class LoadString
{
    internal const uint Utf16Tag = 1u << 31;

    /// <summary>The most bytes that a string or list may have in a memory.</summary>
    internal const uint MaxByteLength = (1u << 28) - 1;

    internal static WitValue FromRange(in LiftLowerContext cx, uint pointer, uint taggedCodeUnits)
    {
        var encoding = cx.Options.StringEncoding;
        var isTagged = encoding == StringEncoding.Latin1OrUtf16;
        var simple = encoding switch
        {
            StringEncoding.Utf8 => SimpleEncoding.Utf8,
            StringEncoding.Utf16 => SimpleEncoding.Utf16,
            _ => (taggedCodeUnits & Utf16Tag) != 0 ? SimpleEncoding.Utf16 : SimpleEncoding.Latin1,
        };
        var codeUnits = isTagged && simple == SimpleEncoding.Utf16 ? taggedCodeUnits ^ Utf16Tag : taggedCodeUnits;
        var byteLength = simple == SimpleEncoding.Utf16 ? 2ul * codeUnits : codeUnits;
        Trap.If(byteLength > MaxByteLength, "string pointer/length out of bounds of memory: the string is too long");
        Trap.If(encoding != StringEncoding.Utf8 && (pointer & 1) != 0, "unaligned pointer");
        Trap.If(!cx.IsWithin(pointer, byteLength), "string pointer/length out of bounds of memory");
        // An object, and two bytes for each character.
        cx.Charge(32 + (2L * codeUnits));
        var bytes = byteLength == 0 ? [] : cx.Memory(pointer, (uint)byteLength);
        return WitValue.String(Decode(bytes, simple), new StringSource(simple, codeUnits, isTagged).ToBits());
    }

    private static string Decode(ReadOnlySpan<byte> bytes, SimpleEncoding encoding)
    {
        switch (encoding)
        {
            case SimpleEncoding.Utf8:
                Trap.If(!Utf8.IsValid(bytes), "invalid utf-8");
                return Encoding.UTF8.GetString(bytes);
            case SimpleEncoding.Latin1:
                return Encoding.Latin1.GetString(bytes);
            default:
                var characters = MemoryMarshal.Cast<byte, char>(bytes);
                Trap.If(!IsWellFormed(characters), "invalid utf-16");
                return new string(characters);
        }
    }

    /// <summary>Whether every surrogate has its other half.</summary>
    internal static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        for (var i = NextSurrogate(text); i < text.Length; i += 2 + NextSurrogate(text[(i + 2)..]))
        {
            if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1]))
            {
                return false;
            }
        }
        return true;
    }

    private static int NextSurrogate(ReadOnlySpan<char> text) => text.IndexOfAnyInRange('\uD800', '\uDFFF') is >= 0 and var i ? i : text.Length;
}
