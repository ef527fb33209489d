using Tapedeck.Wasm.Opcodes;
using Tapedeck.Wasm.Tests.Execution.Model;
using Xunit;

namespace Tapedeck.Wasm.Tests.Execution;

public class CoverageTests
{
    [Fact]
    public void Every_method_has_a_model_or_touches_memory()
    {
        var unmodelled = Enum.GetValues<Opcode>()
            .Where(o => (Models.IsVector(o) || NumericMethods.TryFind(o, out _)) && !Models.All.ContainsKey(o))
            .Select(o => o.ToString());

        Assert.All(unmodelled, name => Assert.Matches("^V128(Load|Store)", name));
    }
}
