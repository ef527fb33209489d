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
    private const int Two = 0x4000_0000;

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
        Assert.Equal(Quiet, Run(il =>
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Call, MethodOf(Opcode.F32ReinterpretI32));
            Emit(il, constant);
            il.Emit(code);
        }));
    }

    [Fact]
    public void A_constant_keeps_the_bits_of_a_signalling_NaN() => Assert.Equal(Signalling, Run(il => Emit(il, Signalling)));

    [Fact]
    public void A_zero_that_is_a_difference_of_constants_makes_a_signalling_NaN_quiet() => Assert.Equal(Quiet, Run(il =>
    {
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Call, MethodOf(Opcode.F32ReinterpretI32));
        Emit(il, Two);
        Emit(il, Two);
        il.Emit(OpCodes.Sub);
        il.Emit(OpCodes.Sub);
    }));

    [Fact]
    public void Promotion_and_demotion_make_a_signalling_NaN_quiet() => Assert.Equal(Quiet, Run(il =>
    {
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Call, MethodOf(Opcode.F32ReinterpretI32));
        il.Emit(OpCodes.Call, MethodOf(Opcode.F64PromoteF32));
        il.Emit(OpCodes.Call, MethodOf(Opcode.F32DemoteF64));
    }));

    private static System.Reflection.MethodInfo MethodOf(Opcode opcode) => InstructionTests.MethodOf(opcode);

    private static void Emit(ILGenerator il, int constant)
    {
        il.Emit(OpCodes.Ldc_I4, constant);
        il.Emit(OpCodes.Call, ((Func<int, float>)OpaqueConstants.F32).Method);
    }

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
