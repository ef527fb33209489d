namespace Tapedeck.Bench;

/// <summary>A component with a JavaScript engine inside: its file, the calls timed and how many make a batch of some 100 ms, and how many times V8's time a steady call may take.</summary>
internal sealed record JavaScriptEngine(string Name, string File, double SteadyTarget, (string Name, int Count)[] Calls)
{
    internal static readonly JavaScriptEngine[] All =
    [
        new("SpiderMonkey", "js-kitchen-sink-spidermonkey.wasm", 1.8, [("echo", 500), ("matrix", 60)]),
        new("QuickJS", "js-kitchen-sink-quickjs.wasm", 2.5, [("echo", 50_000), ("matrix", 120)]),
    ];
}
