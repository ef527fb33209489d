using Tapedeck.Wasm;

namespace Tapedeck.Fuzz.Playing;

/// <summary>A way to run the engine.</summary>
/// <param name="IsDirect">Call functions themselves where that is possible, with floats and vectors as they are, and not their shims.</param>
internal sealed record Configuration(string Name, EngineOptions Options, bool IsDirect)
{
    /// <summary>The sizes of pieces that are tried, for <see cref="All"/>.</summary>
    internal static readonly int[] Splits = [1, 2, 3, 4, 5, 8, 13];

    /// <summary>Every back end and lifetime, each with functions whole, some of them inlined, and with all of them split.</summary>
    /// <param name="split">How small the pieces are, from 1.</param>
    internal static Configuration[] All(int split)
    {
        var tiered = new EngineOptions { BackEnd = BackEnd.Assembly, Lifetime = CodeLifetime.Tiered, CallThreads = 2 };
        var collectible = tiered with { Lifetime = CodeLifetime.Collectible };
        var lazy = tiered with { BackEnd = BackEnd.Lazy };
        // Nearly every function that the generator makes is inlined somewhere.
        const int Most = 600;
        return
        [
            new("tiered", tiered with { InlineThreshold = Most }, false),
            new("collectible", collectible, true),
            new("lazy", lazy with { InlineThreshold = Most }, false),
            new("tiered-split", tiered with { SplitThreshold = split }, true),
            new("collectible-split", collectible with { SplitThreshold = split }, false),
            new("lazy-split", lazy with { SplitThreshold = split }, true),
        ];
    }
}
