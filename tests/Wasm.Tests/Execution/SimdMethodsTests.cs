using Tapedeck.Wasm.Opcodes;
using Xunit;

namespace Tapedeck.Wasm.Tests.Execution;

public class SimdMethodsTests
{
    private static readonly Opcode[] VectorOpcodes = [.. Enum.GetValues<Opcode>().Where(Model.Models.IsVector)];

    public static TheoryData<string> Names => [.. VectorOpcodes.Select(o => o.ToString())];

    [Fact]
    public void There_are_236_vector_instructions() => Assert.Equal(236, VectorOpcodes.Length);

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_vector_instruction_has_one_method_with_its_signature(string name)
    {
        var opcode = Enum.Parse<Opcode>(name);
        var method = SimdMethods.Find(opcode);
        var (result, parameters) = Signature.Of(opcode);

        Assert.Equal(name, method.Name);
        Assert.Equal(result, method.ReturnType);
        Assert.Equal(parameters, method.GetParameters().Select(p => p.ParameterType));
        Assert.True(method.MethodImplementationFlags.HasFlag(System.Reflection.MethodImplAttributes.AggressiveInlining));
    }
}
