using Tapedeck.Wasm.Execution;
using Tapedeck.Wasm.Tests.Modules;
using Xunit;

namespace Tapedeck.Wasm.Tests.Execution;

public class ThunkCacheTests
{
    [Fact]
    public void Types_without_end_take_no_memory_without_end_and_functions_keep_their_thunks()
    {
        using var engine = Engines.New("lazy");
        var builder = new ModuleBuilder();
        builder.Function("seven", Types.ToI32, new Code().I32(7));
        using var module = engine.Compile(builder.Build());
        using var store = engine.NewStore();
        var seven = engine.Run(() => module.Prepare().New(store)).Func("seven");
        Assert.Equal(7, engine.Run(() => seven.Call())[0].AsI32);

        for (var number = 0; number < 2 * ThunkCache.MostKept; number++)
        {
            GuestThunks.All.For(new FuncType(Enumerable.Range(0, 12).Select(bit => (number >> bit & 1) == 0 ? ValType.F32 : ValType.F64), []));
            Assert.InRange(GuestThunks.All.Count, 1, ThunkCache.MostKept);
        }
        GC.Collect();
        GC.WaitForPendingFinalizers();

        Assert.Equal(7, engine.Run(() => seven.Call())[0].AsI32);
    }
}
