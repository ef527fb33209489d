using Tapedeck.Components.Binary.Definitions;
using Tapedeck.Components.Types;
using Tapedeck.Components.Values;
using Xunit;

namespace Tapedeck.Components.Tests.Abi;

/// <summary>Any value of any type goes host, guest's memory, host, guest's memory, host, and is what it was.</summary>
public sealed class RoundTripTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    public void Any_value_of_any_type_comes_back_as_it_was(int seed, int encoding)
    {
        for (var round = 0; round < 60; round++)
        {
            var any = new AnyValue(new Random((seed * 1_000) + round));
            var type = any.Type(3);
            var linker = new Linker().Add(Guests.Echo(Guests.EchoType(type)));
            for (var i = 0; i < 3; i++)
            {
                var value = any.Value(type);
                Assert.True(Guests.Run(Guests.PassingOn(Guests.EchoType(type), (StringEncoding)encoding), linker, value) == value, $"seed {seed}, round {round}: {type}: {value}");
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("naïve")]
    [InlineData("ünïcödé \u00FF")]
    [InlineData("snow ☃ man")]
    [InlineData("☃")]
    [InlineData("clef 𝄞 and a tail that is longer")]
    [InlineData("\0\u0001\uFEFF")]
    public void A_string_comes_back_in_every_encoding(string text)
    {
        var linker = new Linker().Add(Guests.Echo(Guests.EchoType(WitType.String)));
        foreach (var encoding in Enum.GetValues<StringEncoding>())
        {
            Assert.Equal(text, Guests.Run(Guests.PassingOn(Guests.EchoType(WitType.String), encoding), linker, WitValue.String(text))!.Value.AsString());
        }
    }

    [Fact]
    public void Half_a_surrogate_pair_of_the_host_becomes_a_replacement_character()
    {
        var linker = new Linker().Add(Guests.Echo(Guests.EchoType(WitType.String)));
        foreach (var (text, expected) in ((string, string)[])[("a\uD800", "a\uFFFD"), ("\uDC00b", "\uFFFDb"), ("\uD834\uDD1E\uD834", "\uD834\uDD1E\uFFFD")])
        {
            foreach (var encoding in Enum.GetValues<StringEncoding>())
            {
                Assert.Equal(expected, Guests.Run(Guests.PassingOn(Guests.EchoType(WitType.String), encoding), linker, WitValue.String(text))!.Value.AsString());
            }
        }
    }

    [Fact]
    public void Every_nan_becomes_the_canonical_one()
    {
        var type = new ListType(WitType.F32);
        var linker = new Linker().Add(Guests.Echo(Guests.EchoType(type)));
        var odd = BitConverter.UInt32BitsToSingle(0xFFC1_2345);
        var result = Guests.Run(Guests.PassingOn(Guests.EchoType(type)), linker, WitValue.Packed<float>(type, new[] { 1f, odd }))!.Value;
        Assert.Equal(0x7FC0_0000u, BitConverter.SingleToUInt32Bits(result.AsPacked<float>().Span[1]));
        Assert.Equal(1f, result.AsPacked<float>().Span[0]);
    }

    [Fact]
    public void Seventeen_parameters_go_through_memory()
    {
        var type = new FuncType(Enumerable.Range(0, 17).Select(i => new Parameter($"p{i}", i % 2 == 0 ? WitType.U8 : WitType.String)), WitType.String);
        var echo = HostFunction.Of("echo", type, static (_, values) =>
            ValueTask.FromResult<WitValue?>(WitValue.String(string.Concat(values.Select(value => value.ToString())))));
        WitValue[] arguments = [.. Enumerable.Range(0, 17).Select(i => i % 2 == 0 ? WitValue.U8((byte)i) : WitValue.String($"s{i}"))];
        var result = Guests.Run(Guests.PassingOn(type), new Linker().Add(echo), arguments);
        Assert.Equal(string.Concat(arguments.Select(value => value.ToString())), result!.Value.AsString());
    }

    [Fact]
    public void A_function_of_nothing_can_be_passed_on()
    {
        var called = false;
        var type = new FuncType([], null);
        Assert.Null(Guests.Run(Guests.PassingOn(type), new Linker().Add(HostFunction.Of("echo", type, _ => { called = true; }))));
        Assert.True(called);
    }
}
