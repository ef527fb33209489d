using System.Reflection;
using Tapedeck.Wasm.Execution;
using Xunit;

namespace Tapedeck.Wasm.Tests.Execution;

public class TrapsTests
{
    public static TheoryData<TrapCode> Codes => [.. Enum.GetValues<TrapCode>().Where(c => c != TrapCode.Other)];

    [Theory]
    [MemberData(nameof(Codes))]
    public void Each_code_has_a_helper_that_throws_it(TrapCode code)
    {
        var helper = typeof(Traps).GetMethod(code.ToString(), BindingFlags.Static | BindingFlags.NonPublic)!.CreateDelegate<Action>();

        Assert.Equal(code, Assert.Throws<TrapException>(helper).Code);
        Assert.Equal(code, Traps.New(code).Code);
    }
}
