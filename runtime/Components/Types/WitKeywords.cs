using System.Collections.Frozen;

namespace Tapedeck.Components.Types;

/// <summary>The words that WIT keeps for itself.</summary>
/// <remarks><see href="https://github.com/WebAssembly/component-model/blob/main/design/mvp/WIT.md#keywords"/></remarks>
internal static class WitKeywords
{
    private static readonly FrozenSet<string> Words = FrozenSet.Create(
        StringComparer.Ordinal,
        "as", "async", "bool", "borrow", "char", "constructor", "enum", "error-context", "export", "f32", "f64", "flags", "from", "func", "future", "import", "include",
        "interface", "list", "map", "option", "own", "package", "record", "resource", "result", "s16", "s32", "s64", "s8", "static", "stream", "string", "tuple",
        "type", "u16", "u32", "u64", "u8", "use", "variant", "with", "world");

    internal static bool Contains(string word) => Words.Contains(word);
}
