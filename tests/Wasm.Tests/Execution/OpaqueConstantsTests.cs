using System.Reflection.Emit;
using Tapedeck.Wasm.Execution.Numerics;
using Tapedeck.Wasm.Opcodes;
using Xunit;

namespace Tapedeck.Wasm.Tests.Execution;

/// <summary>What the JIT would fold against the specification, were the constants not hidden from it.</summary>
public class OpaqueConstantsTests
{
    private const int Signalling = 0x7FA0_0000;
    private const int Quiet = 0x7FE0_0000;
    private const int One = 0x3F80_0000;

    public static TheoryData<string, int> Identities => new()
    {
        { nameof(OpCodes.Mul), One },
        { nameof(OpCodes.Div), One },
        { nameof(OpCodes.Sub), 0 },
        { nameof(OpCodes.Add), int.MinValue },
    };

    [Theory]
    [MemberData(nameof(Identities))]
    public void An_operation_that_changes_no_number_makes_a_signalling_NaN_quiet(string operation, int constant)
    {
        var code = (OpCode)typeof(OpCodes).GetField(operation)!.GetValue(null)!;
        Assert.True(OpaqueConstants.NeedsF32(constant));

        Assert.Equal(Quiet, Run(il =>
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Call, MethodOf(Opcode.F32ReinterpretI32));
            il.Emit(OpCodes.Ldc_I4, constant);
            il.Emit(OpCodes.Call, ((Func<int, float>)OpaqueConstants.F32).Method);
            il.Emit(code);
        }));
    }

    [Fact]
    public void A_constant_keeps_the_bits_of_a_signalling_NaN()
    {
        Assert.True(OpaqueConstants.NeedsF32(Signalling));
        Assert.Equal(Signalling, Run(il =>
        {
            il.Emit(OpCodes.Ldc_I4, Signalling);
            il.Emit(OpCodes.Call, ((Func<int, float>)OpaqueConstants.F32).Method);
        }));
    }

    [Fact]
    public void Promotion_and_demotion_make_a_signalling_NaN_quiet() => Assert.Equal(Quiet, Run(il =>
    {
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Call, MethodOf(Opcode.F32ReinterpretI32));
        il.Emit(OpCodes.Call, MethodOf(Opcode.F64PromoteF32));
        il.Emit(OpCodes.Call, MethodOf(Opcode.F32DemoteF64));
    }));

    [Theory]
    [InlineData(0, false)]
    [InlineData(0x4000_0000, false)]
    [InlineData(0x7FC0_0000, false)]
    [InlineData(0x7F80_0000, false)]
    [InlineData(0x7F80_0001, true)]
    [InlineData(0x7FF0_0000, false)]
    [InlineData(-1, false)]
    public void A_vector_needs_it_for_a_signalling_f32_in_any_lane(int bits, bool needed)
    {
        Assert.Equal(needed, OpaqueConstants.NeedsV128(2, (long)bits << 32));
        Assert.Equal(needed, OpaqueConstants.NeedsV128((uint)bits, 2));
    }

    [Theory]
    [InlineData(0x7FF0_0000_0000_0000, false)]
    [InlineData(0x7FF0_0000_0000_0001, true)]
    [InlineData(0x7FF8_0000_0000_0001, false)]
    public void A_double_and_a_vector_need_it_for_a_signalling_f64(long bits, bool needed)
    {
        Assert.Equal(needed, OpaqueConstants.NeedsF64(bits));
        Assert.Equal(needed, OpaqueConstants.NeedsV128(2, bits));
        Assert.Equal(needed, OpaqueConstants.NeedsV128(bits, 2));
    }

    [Theory]
    [InlineData(0L)]
    [InlineData(0x3F80_0000_3F80_0000)]
    [InlineData(0x3FF0_0000_0000_0000)]
    [InlineData(long.MinValue)]
    [InlineData(unchecked((long)0x8000_0000_8000_0000))]
    public void A_vector_needs_it_for_an_identity_in_every_lane(long lanes)
    {
        Assert.True(OpaqueConstants.NeedsV128(lanes, lanes));
        Assert.False(OpaqueConstants.NeedsV128(lanes, 5));
    }

    private static System.Reflection.MethodInfo MethodOf(Opcode opcode) => InstructionTests.MethodOf(opcode);

    private static int Run(Action<ILGenerator> emitFloat)
    {
        var method = new DynamicMethod("Bits", typeof(int), [typeof(int)], typeof(Opcode).Module, skipVisibility: true);
        var il = method.GetILGenerator();
        emitFloat(il);
        il.Emit(OpCodes.Call, MethodOf(Opcode.I32ReinterpretF32));
        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<Func<int, int>>()(Signalling);
    }
}
