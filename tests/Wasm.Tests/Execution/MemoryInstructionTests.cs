using System.Reflection;
using System.Runtime.Intrinsics;
using Tapedeck.Wasm.Opcodes;
using Tapedeck.Wasm.Tests.Execution.Model;
using Xunit;

namespace Tapedeck.Wasm.Tests.Execution;

/// <summary>The vector loads and stores, at addresses of no alignment.</summary>
public unsafe class MemoryInstructionTests
{
    private const int Address = 5;

    public static TheoryData<string> Loads => [.. Named("V128Load")];

    public static TheoryData<string> Stores => [.. Named("V128Store")];

    [Theory]
    [MemberData(nameof(Loads))]
    public void Loads_what_the_model_loads(string name)
    {
        var method = SimdMethods.Find(Enum.Parse<Opcode>(name));
        var operands = new Operands(1);
        var lanes = method.GetParameters().Length == 3 ? 128 / WidthOf(name) : 1;
        for (var i = 0; i < 200; i++)
        {
            var memory = new byte[Address + 16 + 3];
            var content = operands.Next(128);
            BitConverter.TryWriteBytes(memory.AsSpan(Address), content);
            fixed (byte* start = memory)
            {
                UInt128[] drawn = [.. ((UInt128[])[(UInt128)(nuint)(start + Address), operands.Next(128), (UInt128)(uint)(i % lanes)])[..method.GetParameters().Length]];
                Caller[] callers = i < 16 ? [Caller.Inlined(method, drawn), Caller.OutOfLine(method)] : [Caller.OutOfLine(method)];
                foreach (var caller in callers)
                {
                    var expected = Loaded(name, content, drawn);
                    var actual = caller.Invoke(drawn);
                    Assert.True(expected.Allows(actual), $"{content:x32} gave {actual}, not {expected}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public void Stores_the_lane_and_nothing_else(string name)
    {
        var method = SimdMethods.Find(Enum.Parse<Opcode>(name));
        var operands = new Operands(2);
        var width = name == nameof(Opcode.V128Store) ? 128 : WidthOf(name);
        for (var i = 0; i < 32; i++)
        {
            var lane = i % (128 / width);
            var vector = operands.Next(128);
            var memory = Enumerable.Repeat((byte)0xA5, 32).ToArray();
            var expected = memory.ToArray();
            for (var at = 0; at < width / 8; at++)
            {
                expected[Address + at] = (byte)(vector >> (lane * width + 8 * at));
            }

            fixed (byte* start = memory)
            {
                Store(method, (nint)(start + Address), vector, lane);
            }

            Assert.Equal(expected, memory);
        }
    }

    private static IEnumerable<string> Named(string prefix) =>
        Enum.GetNames<Opcode>().Where(n => n.StartsWith(prefix, StringComparison.Ordinal));

    private static void Store(MethodInfo method, nint address, UInt128 bits, int lane)
    {
        var vector = Vector128.Create((ulong)bits, (ulong)(bits >> 64)).AsByte();
        if (method.GetParameters().Length == 2)
        {
            method.CreateDelegate<Action<nint, Vector128<byte>>>()(address, vector);
        }
        else
        {
            method.CreateDelegate<Action<nint, Vector128<byte>, int>>()(address, vector, lane);
        }
    }

    private static Expected Loaded(string name, UInt128 content, UInt128[] operands)
    {
        var width = WidthOf(name);
        if (name == nameof(Opcode.V128Load))
        {
            return Shapes.Lanes(64, i => content.Get(64, i));
        }

        if (name.EndsWith("Lane", StringComparison.Ordinal))
        {
            return Shapes.Lanes(width, i => i == (int)operands[2] ? content.Get(width, 0) : operands[1].Get(width, i));
        }

        return name[^5..] switch
        {
            "Splat" => Shapes.Lanes(width, _ => content.Get(width, 0)),
            "2Zero" or "4Zero" => Shapes.Lanes(width, i => i == 0 ? content.Get(width, 0) : 0UL),
            _ when name[^1] == 'S' => Shapes.Lanes(2 * width, i => (ulong)content.GetSigned(width, i)),
            _ => Shapes.Lanes(2 * width, i => content.Get(width, i)),
        };
    }

    private static int WidthOf(string name)
    {
        var digits = new string([.. name["V128".Length..].SkipWhile(c => !char.IsDigit(c)).TakeWhile(char.IsDigit)]);
        return digits.Length == 0 ? 128 : int.Parse(digits, null);
    }
}
