using Tapedeck.Components.Types;
using Tapedeck.Components.Values;

namespace Tapedeck.Wasi.Binding;

/// <summary><c>list&lt;tuple&lt;string, string&gt;&gt;</c>.</summary>
internal static class Pairs
{
    private static readonly TupleType Pair = new(WitType.String, WitType.String);
    private static readonly ListType List = new(Pair);

    internal static WitValue Of(IEnumerable<KeyValuePair<string, string>> pairs) =>
        WitValue.List(List, [.. pairs.Select(static pair => WitValue.Tuple(Pair, WitValue.String(pair.Key), WitValue.String(pair.Value)))]);
}
