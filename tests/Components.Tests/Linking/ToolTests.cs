using Tapedeck.Components.Types;
using Tapedeck.Components.Values;
using Xunit;

namespace Tapedeck.Components.Tests.Linking;

/// <summary>The tools that real toolchains make, where the environment names a folder of them.</summary>
public sealed class ToolTests
{
    [ComponentsTheory]
    [InlineData("c-tool")]
    [InlineData("rust-tool")]
    public void A_tool_greets_and_summarizes(string name)
    {
        using var tool = Tool.Load(name);
        Assert.Equal("Hello, Wörld!", tool.Call("greet", WitValue.String("Wörld"))!.Value.AsString());
        var summarize = tool.Func("summarize").Type;
        var label = (OptionType)summarize.Parameters[1].Type;
        var xs = WitValue.Packed<double>(summarize.Parameters[0].Type, new[] { 1.0, 2.0, 6.0 });
        Assert.Equal("""ok({count: 3, mean: 3, label: some("three")})""", tool.Call("summarize", xs, WitValue.Some(label, WitValue.String("three"))).ToString());
        Assert.Equal("""ok({count: 3, mean: 3, label: none})""", tool.Call("summarize", xs, WitValue.None(label)).ToString());
        var none = WitValue.Packed<double>(summarize.Parameters[0].Type, ReadOnlyMemory<double>.Empty);
        Assert.Equal("err(\"empty list\")", tool.Call("summarize", none, WitValue.None(label)).ToString());
    }
}
