using System.Text;
using Tapedeck.Components.Tests.Abi;
using Tapedeck.Components.Tests.Binary;
using Tapedeck.Components.Types;
using Tapedeck.Components.Values;
using Tapedeck.Wasm;
using Xunit;
using FuncType = Tapedeck.Components.Types.FuncType;

namespace Tapedeck.Components.Tests.Linking;

public sealed class HostFunctionTests
{
    [Fact]
    public void Each_type_has_its_own_in_dotnet()
    {
        Echoes(WitType.Bool, WitValue.Bool(true), static (bool v) => v);
        Echoes(WitType.S8, WitValue.S8(-7), static (sbyte v) => v);
        Echoes(WitType.U8, WitValue.U8(255), static (byte v) => v);
        Echoes(WitType.S16, WitValue.S16(-300), static (short v) => v);
        Echoes(WitType.U16, WitValue.U16(65535), static (ushort v) => v);
        Echoes(WitType.S32, WitValue.S32(int.MinValue), static (int v) => v);
        Echoes(WitType.U32, WitValue.U32(uint.MaxValue), static (uint v) => v);
        Echoes(WitType.S64, WitValue.S64(long.MinValue), static (long v) => v);
        Echoes(WitType.U64, WitValue.U64(ulong.MaxValue), static (ulong v) => v);
        Echoes(WitType.F32, WitValue.F32(-1.5f), static (float v) => v);
        Echoes(WitType.F64, WitValue.F64(1e300), static (double v) => v);
        Echoes(WitType.Char, WitValue.Char(new Rune(0x1F600)), static (Rune v) => v);
        Echoes(WitType.String, WitValue.String("naïve ☃"), static (string v) => v);
        Echoes(new ListType(WitType.U8), WitValue.Bytes(new byte[] { 1, 2, 3 }), static (ReadOnlyMemory<byte> v) => v);
        var option = new OptionType(WitType.U8);
        Echoes(option, WitValue.Some(option, WitValue.U8(4)), static (WitValue v) => v);
    }

    [Fact]
    public void A_type_that_does_not_fit_is_refused_at_once()
    {
        var type = new FuncType([new("a", WitType.U32)], WitType.String);
        Assert.Contains("the parameter a of type u32 cannot be a System.Int32", Refusal(() => HostFunction.Of("f", type, static (Call _, int a) => "")), StringComparison.Ordinal);
        Assert.Contains("the result of type string cannot be a System.UInt32", Refusal(() => HostFunction.Of("f", type, static (Call _, uint a) => 1u)), StringComparison.Ordinal);
        Assert.Contains("has 1 parameters in WIT, 0 in .NET", Refusal(() => HostFunction.Of("f", type, static _ => "")), StringComparison.Ordinal);
        Assert.Contains("has a result in WIT, none in .NET", Refusal(() => HostFunction.Of("f", type, static (Call _, uint a) => { })), StringComparison.Ordinal);
    }

    [Fact]
    public void A_function_that_is_not_done_at_once_is_waited_for()
    {
        var type = Guests.EchoType(WitType.U32);
        var slow = HostFunction.Of("echo", type, static async (Call call, uint v) =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, call.Cancellation);
            return v + 1;
        });
        Assert.Equal("8", Guests.Run(Guests.PassingOn(type), new Linker().Add(slow), WitValue.U32(7)).ToString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Waiting_ends_with_the_call_even_if_the_function_does_not_listen(bool listens)
    {
        var type = Guests.EchoType(WitType.U32);
        var never = new TaskCompletionSource<uint>();
        var stuck = HostFunction.Of("echo", type, async (Call call, uint v) => await (listens ? never.Task.WaitAsync(call.Cancellation) : never.Task));
        using var cancellation = new CancellationTokenSource(50);
        var trap = Assert.Throws<TrapException>(() => Guests.Run(
            Guests.PassingOn(type), new Linker().Add(stuck), new CallOptions { Cancellation = cancellation.Token }, WitValue.U32(7)));
        Assert.Equal(TrapCode.Interrupted, trap.Code);
    }

    [Fact]
    public void An_exception_of_the_host_ends_the_call_as_it_is()
    {
        var type = Guests.EchoType(WitType.U32);
        Assert.Throws<TimeZoneNotFoundException>(() => Guests.Run(
            Guests.PassingOn(type), new Linker().Add(HostFunction.Of("echo", type, static (Call _, uint v) => v == 7 ? throw new TimeZoneNotFoundException() : v)), WitValue.U32(7)));
    }

    [Fact]
    public void A_host_function_cannot_enter_the_instance_that_called_it()
    {
        var type = Guests.EchoType(WitType.U32);
        ComponentFunc? run = null;
        var reentering = HostFunction.Of("echo", type, (_, values) => run!.Call(values));
        using var component = Loading.Compile(Guests.PassingOn(type));
        using var call = new Call(Loading.Engine);
        var trap = Assert.Throws<TrapException>(() => Loading.Engine.Run(() =>
        {
            component.Prepare(new Linker().Add(reentering)).New(call).TryFunc("run", out run);
            return run!.Invoke(WitValue.U32(1));
        }));
        Assert.Equal("cannot enter component instance", trap.Message);
    }

    [Fact]
    public void A_call_carries_the_hosts_state()
    {
        var type = new FuncType([], WitType.String);
        var name = HostFunction.Of("echo", type, static call => call.State<string>());
        Assert.Equal("state", Guests.Run(Guests.PassingOn(type), new Linker().Add(name), new CallOptions { State = "state" })!.Value.AsString());
        Assert.Throws<InvalidOperationException>(() => Guests.Run(Guests.PassingOn(type), new Linker().Add(name)));
    }

    private static void Echoes<T>(WitType type, WitValue value, Func<T, T> echo)
    {
        var func = Guests.EchoType(type);
        Assert.Equal(value, Guests.Run(Guests.PassingOn(func), new Linker().Add(HostFunction.Of("echo", func, (Call _, T v) => echo(v))), value));
        Assert.Equal(value, Guests.Run(Guests.PassingOn(func), new Linker().Add(HostFunction.Of("echo", func, (Call _, T v) => ValueTask.FromResult(echo(v)))), value));
        // Beyond sixteen core values arguments come out of memory.
        var many = new FuncType([.. Enumerable.Range(0, 17).Select(i => new Parameter($"n{i}", WitType.U32)), new("v", type)], type);
        var last = HostFunction.Of("echo", many, static (_, values) => ValueTask.FromResult<WitValue?>(values[^1]));
        Assert.Equal(value, Guests.Run(Guests.PassingOn(many), new Linker().Add(last), [.. Enumerable.Repeat(WitValue.U32(0), 17), value]));
    }

    private static string Refusal(Func<object> make) => Assert.Throws<ArgumentException>(make).Message;
}
