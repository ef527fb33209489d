using System.Buffers.Binary;
using Tapedeck.Wasm.Opcodes;
using Tapedeck.Wasm.Tests.Modules;
using Xunit;

namespace Tapedeck.Wasm.Tests.Compilation.Bounds;

/// <summary>Where checks are left out or made together, the same accesses trap as if each were made by itself.</summary>
public class BoundsTests
{
    private const int PageBytes = 65_536;

    /// <summary>An address, computed from the argument, that is known to have an end; the last one is at most that many bytes before the end of the memory, or beyond.</summary>
    private static readonly Dictionary<string, (Func<Code> Address, Func<uint, uint> Model)> Addresses = new()
    {
        ["a mask"] = (static () => new Code().Get(0).I32(0xFFFF).Op(Opcode.I32And), static x => x & 0xFFFF),
        ["a shift"] = (static () => new Code().Get(0).I32(16).Op(Opcode.I32ShrU), static x => x >> 16),
        ["a shift by more than the width"] = (static () => new Code().Get(0).I32(48).Op(Opcode.I32ShrU), static x => x >> 16),
        ["a shift to the left that wraps"] = (static () => new Code().Get(0).I32(0x7FFF_FFFF).Op(Opcode.I32And).I32(2).Op(Opcode.I32Shl), static x => (x & 0x7FFF_FFFF) << 2),
        ["a sum"] = (static () => new Code().Get(0).I32(0xFFF0).Op(Opcode.I32And).I32(15).Op(Opcode.I32Add), static x => (x & 0xFFF0) + 15),
        ["a sum that wraps"] = (static () => new Code().Get(0).I32(0xFFFF).Op(Opcode.I32And).I32(-4).Op(Opcode.I32Add), static x => (x & 0xFFFF) - 4),
        ["a product"] = (static () => new Code().Get(0).I32(255).Op(Opcode.I32And).I32(257).Op(Opcode.I32Mul), static x => (x & 255) * 257),
        ["a product that wraps"] = (static () => new Code().Get(0).I32(0xFFFF).Op(Opcode.I32And).I32(0x10001).Op(Opcode.I32Mul).I32(0).Op(Opcode.I32Or), static x => (x & 0xFFFF) * 0x10001),
        ["an or"] = (static () => new Code().Get(0).I32(0x8000).Op(Opcode.I32And).I32(0x7FFC).Op(Opcode.I32Or), static x => (x & 0x8000) | 0x7FFC),
        ["an exclusive or"] = (static () => new Code().Get(0).I32(0xFF00).Op(Opcode.I32And).I32(0xFD).Op(Opcode.I32Xor), static x => (x & 0xFF00) ^ 0xFD),
        ["a remainder"] = (static () => new Code().Get(0).I32(65_533).Op(Opcode.I32RemU), static x => x % 65_533),
        ["a remainder by a large number"] = (static () => new Code().Get(0).I32(-2).Op(Opcode.I32RemU), static x => x % 0xFFFF_FFFE),
        ["a signed remainder"] = (static () => new Code().Get(0).I32(65_533).Op(Opcode.I32RemS), static x => (uint)((int)x % 65_533)),
        ["a condition"] = (static () => new Code().Get(0).I32(7).Op(Opcode.I32Eq).I32(65_532).Op(Opcode.I32Add), static x => (x == 7 ? 1u : 0) + 65_532),
        ["a local that was masked"] = (static () => new Code().Get(0).I32(0xFFFF).Op(Opcode.I32And).Op(Opcode.LocalTee, 1).Op(Opcode.Drop).Get(1), static x => x & 0xFFFF),
        ["a local that was masked and changed"] = (static () => new Code()
            .Get(0).I32(255).Op(Opcode.I32And).Set(1).Get(0).Set(1).Get(1), static x => x),
        ["a local that is masked on one way"] = (static () => new Code()
            .Get(0).Set(1).Get(0).I32(1).Op(Opcode.I32And).If(new Code().Get(0).I32(255).Op(Opcode.I32And).Set(1)).Get(1), static x => (x & 1) != 0 ? x & 255 : x),
        ["a byte"] = (static () => new Code().I32(0).Get(0).Op(Opcode.I32Store, 2, 0).I32(0).Op(Opcode.I32Load8U, 0, 0).I32(65_278).Op(Opcode.I32Add), static x => (x & 255) + 65_278),
        ["a signed byte"] = (static () => new Code().I32(0).Get(0).Op(Opcode.I32Store, 2, 0).I32(0).Op(Opcode.I32Load8S, 0, 0).I32(65_400).Op(Opcode.I32Add), static x => (uint)((sbyte)x + 65_400)),
        ["two bytes"] = (static () => new Code().I32(0).Get(0).Op(Opcode.I32Store, 2, 0).I32(0).Op(Opcode.I32Load16U, 1, 0), static x => x & 0xFFFF),
    };

    private static readonly uint[] Arguments =
        [0, 1, 2, 7, 100, 255, 256, 65_279, 65_530, 65_531, 65_532, 65_533, 65_534, 65_535, 65_536, 0x7FFF_FFFF, 0x8000_0000, 0xFFFC_0000, 0xFFFF_0000, 0xFFFF_FFFE, 0xFFFF_FFFF];

    public static TheoryData<string, string> Ranges
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var configuration in Engines.All.Keys)
            {
                foreach (var address in Addresses.Keys)
                {
                    cases.Add(configuration, address);
                }
            }
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Ranges))]
    public void An_address_with_a_known_end_is_in_bounds_when_it_is(string configuration, string address)
    {
        var (code, model) = Addresses[address];
        var builder = new ModuleBuilder();
        builder.Memory(null, new Limits(1, null));
        builder.Function("load", Types.I32ToI32, code().Op(Opcode.I32Load, 0, 0), (1, ValType.I32));
        builder.Function("store", Types.I32ToI32, code().I32(1).Op(Opcode.I32Store8, 0, 3).I32(0), (1, ValType.I32));
        using var engine = Engines.New(configuration);
        using var module = engine.Compile(builder.Build());
        using var store = engine.NewStore();
        var instance = engine.Run(() => module.Prepare().New(store));

        foreach (var argument in Arguments)
        {
            var isInBounds = (ulong)model(argument) + 4 <= PageBytes;
            foreach (var function in (string[])["load", "store"])
            {
                Assert.Equal(isInBounds, !Traps(engine, instance, function, (int)argument));
            }
        }
    }

    [Theory]
    [EachConfiguration]
    public void Loads_that_are_checked_at_once_trap_when_one_of_them_is_out_of_bounds(string configuration)
    {
        using var engine = Engines.New(configuration);
        foreach (var offsets in (int[][])[[0, 4, 8], [8, 4, 0], [4, 0, 12], [0, 100], [100, 0]])
        {
            foreach (var isAdded in (bool[])[false, true])
            {
                var builder = new ModuleBuilder();
                builder.Memory(null, new Limits(1, null));
                builder.Function("run", Types.I32ToI32, Sum(offsets, isAdded));
                using var module = engine.Compile(builder.Build());
                using var store = engine.NewStore();
                var instance = engine.Run(() => module.Prepare().New(store));

                foreach (var address in (ReadOnlySpan<int>)[0, 1, 65_428, 65_432, 65_433, 65_520, 65_521, 65_524, 65_525, 65_528, 65_529, 65_532, 65_533, 65_535, 65_536, int.MaxValue, int.MinValue, -1, -4, -8, -12, -100, -101])
                {
                    // Added to an i32, a constant wraps; as an offset, it does not.
                    var isInBounds = offsets.All(offset => (isAdded ? unchecked((uint)(address + offset)) : (ulong)(uint)address + (uint)offset) + 4 <= PageBytes);
                    Assert.Equal(isInBounds, !Traps(engine, instance, "run", address));
                }
            }
        }
    }

    [Theory]
    [EachConfiguration]
    public void Addresses_that_wrap_in_a_memory_of_four_gigabytes_are_in_bounds(string configuration)
    {
        var builder = new ModuleBuilder();
        builder.Memory("memory", new Limits(65_536, null));
        builder.Function("run", Types.I32ToI32, Sum([8, 0, 4], isAdded: true));
        using var engine = Engines.New(configuration);
        using var module = engine.Compile(builder.Build());
        using var store = engine.NewStore();
        var instance = engine.Run(() => module.Prepare().New(store));
        BinaryPrimitives.WriteInt32LittleEndian(instance.Memory("memory").Slice(0, 4), 70);

        // The last four bytes, and the first eight.
        Assert.Equal(70, engine.Run(() => instance.Func("run").Call(Value.I32(-4)))[0].AsI32);
        Assert.True(Traps(engine, instance, "run", -2));
    }

    [Theory]
    [EachConfiguration("a store", "a global", "a call", "a division", "the address changes", "a branch")]
    public void What_comes_between_two_loads_happens_before_the_second_traps(string configuration, string between)
    {
        var builder = new ModuleBuilder();
        var host = builder.ImportFunction("host", Types.None);
        builder.Memory("memory", new Limits(1, null));
        var global = builder.Global(null, new GlobalType(ValType.I32, true), new Code().I32(0));
        builder.Function("run", Types.I32ToI32, new Code()
            .Get(0).Op(Opcode.I32Load, 0, 0)
            .Append(between switch
            {
                "a store" => new Code().I32(16).I32(1).Op(Opcode.I32Store8, 0, 0),
                "a global" => new Code().I32(1).Op(Opcode.GlobalSet, global),
                "a call" => new Code().Call(host),
                "a division" => new Code().I32(1).Get(1).Op(Opcode.I32DivU).Op(Opcode.Drop),
                "the address changes" => new Code().I32(0).Set(0),
                _ => new Code().Get(1).Op(Opcode.I32Eqz).If(new Code().I32(3).Op(Opcode.Return)),
            })
            .Get(0).Op(Opcode.I32Load, 0, 8).Op(Opcode.I32Add), (1, ValType.I32));
        builder.Function("global", Types.ToI32, new Code().Op(Opcode.GlobalGet, global));
        var called = 0;
        using var engine = Engines.New(configuration);
        using var module = engine.Compile(builder.Build());
        using var store = engine.NewStore();
        var instance = engine.Run(() => module.Prepare().New(store, store.Host(HostFunction.Of(_ => { called++; }))));

        var outcome = Record.Exception(() => engine.Run(() => instance.Func("run").Call(Value.I32(PageBytes - 4)))) as TrapException;

        Assert.Equal(between switch
        {
            "a division" => TrapCode.IntegerDivideByZero,
            "the address changes" or "a branch" => null,
            _ => (TrapCode?)TrapCode.OutOfBoundsMemoryAccess,
        }, outcome?.Code);
        Assert.Equal(between == "a store" ? 1 : 0, instance.Memory("memory").Slice(16, 1)[0]);
        Assert.Equal(between == "a global" ? 1 : 0, engine.Run(() => instance.Func("global").Call())[0].AsI32);
        Assert.Equal(between == "a call" ? 1 : 0, called);
    }

    [Theory]
    [EachConfiguration("load", "store", "load, beside")]
    public void What_a_condition_was_checked_for_says_nothing_of_the_local_s_next_value(string configuration, string access)
    {
        var builder = new ModuleBuilder();
        builder.Memory(null, new Limits(1, 2));
        builder.Function("run", Types.I32ToI32, new Code()
            .I32(1).Op(Opcode.MemoryGrow, 0).Op(Opcode.Drop)
            .Get(0).I32(0).Op(Opcode.I32LtS).Op(Opcode.LocalTee, 1)
            .Get(0).Set(access == "load, beside" ? 65 : 1)
            .Op(Opcode.I32Load, 0, PageBytes).Op(Opcode.Drop)
            .Append(access == "store" ? new Code().Get(1).I32(1).Op(Opcode.I32Store, 0, 0).I32(0) : new Code().Get(access == "load" ? 1 : 65).Op(Opcode.I32Load, 0, 0)),
            (65, ValType.I32));
        using var engine = Engines.New(configuration);
        using var module = engine.Compile(builder.Build());
        using var store = engine.NewStore();
        var instance = engine.Run(() => module.Prepare().New(store));

        // The first lies within what is enabled, so that a check that is missing is an answer and not the end of the process.
        foreach (var argument in (ReadOnlySpan<int>)[(2 * PageBytes) - 3, 2 * PageBytes, int.MinValue, -4])
        {
            Assert.True(Traps(engine, instance, "run", argument));
        }
        Assert.False(Traps(engine, instance, "run", (2 * PageBytes) - 4));
    }

    // The sum of i32 at a local and some distances, those added to the address or given as offsets.
    private static Code Sum(int[] distances, bool isAdded)
    {
        var code = new Code().I32(0);
        foreach (var distance in distances)
        {
            code.Append(isAdded
                ? new Code().Get(0).I32(distance).Op(Opcode.I32Add).Op(Opcode.I32Load, 0, 0)
                : new Code().Get(0).Op(Opcode.I32Load, 0, distance));
            code.Op(Opcode.I32Add);
        }
        return code;
    }

    private static bool Traps(Engine engine, Instance instance, string function, int argument) =>
        Record.Exception(() => engine.Run(() => instance.Func(function).Call(Value.I32(argument)))) switch
        {
            null => false,
            TrapException { Code: TrapCode.OutOfBoundsMemoryAccess } => true,
            var other => throw other,
        };
}
