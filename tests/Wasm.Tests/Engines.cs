namespace Tapedeck.Wasm.Tests;

/// <summary>The ways to compile that every behaviour is shown on.</summary>
internal static class Engines
{
    private static readonly EngineOptions Assembly = new() { BackEnd = BackEnd.Assembly };
    private static readonly EngineOptions Lazy = new() { BackEnd = BackEnd.Lazy };

    internal static readonly Dictionary<string, EngineOptions> All = new()
    {
        ["tiered"] = Assembly,
        ["collectible"] = Assembly with { Lifetime = CodeLifetime.Collectible },
        ["lazy"] = Lazy,
        ["tiered, split"] = Assembly with { SplitThreshold = 1 },
        ["lazy, split"] = Lazy with { SplitThreshold = 1 },
    };

    internal static Engine New(string configuration) => new(All[configuration]);
}
