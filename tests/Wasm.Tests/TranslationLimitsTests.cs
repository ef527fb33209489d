using Tapedeck.Wasm.Tests.Modules;
using Xunit;

namespace Tapedeck.Wasm.Tests;

/// <summary>What the translation of a module may take, on the back end that translates all at once and on the one that does it function by function.</summary>
public class TranslationLimitsTests
{
    private const int Functions = 50;

    [Theory]
    [EachConfiguration]
    public void A_module_whose_translation_is_too_large_is_refused(string configuration)
    {
        Assert.Null(Record.Exception(() => CallAll(configuration, new ModuleLimits())));

        var refusal = Assert.Throws<InvalidModuleException>(() => CallAll(configuration, new ModuleLimits { TranslatedBytes = 2_000 }));

        Assert.Equal((InvalidModuleReason.TooLarge, "code"), (refusal.Reason, refusal.Section));
        // No single function is too large: it is the sum.
        Assert.Null(Record.Exception(() => CallAll(configuration, new ModuleLimits { TranslatedBytes = 2_000 }, functions: 1)));
    }

    [Theory]
    [EachConfiguration]
    public void A_module_whose_translation_takes_too_long_is_refused(string configuration)
    {
        var refusal = Assert.Throws<InvalidModuleException>(() => CallAll(configuration, new ModuleLimits { TranslationTime = TimeSpan.FromTicks(1) }));

        Assert.Equal(InvalidModuleReason.TooLarge, refusal.Reason);
    }

    private static void CallAll(string configuration, ModuleLimits limits, int functions = Functions)
    {
        var builder = new ModuleBuilder();
        for (var function = 0; function < functions; function++)
        {
            var code = new Code().I32(function);
            for (var instruction = 0; instruction < 20; instruction++)
            {
                code.Get(0).Op(Wasm.Opcodes.Opcode.I32Add);
            }
            builder.Function($"f{function}", Types.I32ToI32, code);
        }
        using var engine = new Engine(Engines.All[configuration] with { ModuleLimits = limits });
        using var module = engine.Compile(builder.Build());
        using var store = engine.NewStore();
        engine.Run(() =>
        {
            var instance = module.Prepare().New(store);
            for (var function = 0; function < functions; function++)
            {
                Assert.Equal(function + 20, instance.Func($"f{function}").Call(Value.I32(1))[0].AsI32);
            }
            return 0;
        });
    }
}
