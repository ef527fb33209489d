using Tapedeck.Components.Binary.Definitions;
using Tapedeck.Components.Tests.Abi;
using Tapedeck.Components.Tests.Binary;
using Tapedeck.Components.Types;
using Tapedeck.Components.Values;
using Tapedeck.Wasm;
using Xunit;

namespace Tapedeck.Components.Tests.Linking;

/// <summary>Components with wrong bytes that are valid all the same are linked, instantiated and called: each does something, or stops with an error of ours.</summary>
public sealed class MutationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whatever_a_changed_component_does_is_an_answer(int seed)
    {
        var random = new Random(seed);
        var type = Guests.EchoType(new TupleType(WitType.String, new ListType(new OptionType(WitType.Char)), new VariantType(new Case("a", WitType.U64), new Case("b", null))));
        var things = new Things();
        var linker = things.Linker().Add(Guests.Echo(type));
        byte[][] originals = [Guests.PassingOn(type), Things.Guest("00 10 00 22 00 10 01 20 00 10 02 0B"), Guests.PassingOn(type, StringEncoding.Latin1OrUtf16)];
        var value = new AnyValue(random).Value(type.Result!);
        var instances = 0;
        for (var i = 0; i < 6_000; i++)
        {
            var bytes = Mutated(originals[i % originals.Length], random);
            switch (await Record.ExceptionAsync(() => Use(bytes, linker, value)))
            {
                case InvalidComponentException or ComponentLinkException:
                    break;
                // Arguments that a changed function does not take are among these.
                case null or TrapException or LimitException or CallLimitException or ArgumentException or InvalidOperationException:
                    instances++;
                    break;
                case var escaped:
                    Assert.Fail($"seed {seed}, round {i}, {Convert.ToHexString(bytes)}: {escaped}");
                    break;
            }
        }
        Assert.InRange(instances, 200, 6_000);
    }

    private static async Task Use(byte[] bytes, Linker linker, WitValue value)
    {
        using var component = Loading.Compile(bytes);
        using var template = component.Prepare(linker);
        using var call = new Call(Loading.Engine, new CallOptions { StoreLimits = new StoreLimits { MemoryBytes = 16 << 20 } });
        await Loading.Engine.RunAsync(
            call.Store,
            () => template.New(call).TryFunc("run", out var run) ? run.Invoke(run.Type.Parameters is [{ Type.Kind: WitKind.U32 }] ? WitValue.U32(1) : value) : null,
            TimeSpan.FromMilliseconds(500),
            default);
    }

    private static byte[] Mutated(byte[] original, Random random)
    {
        var bytes = (byte[])original.Clone();
        var at = random.Next(8, bytes.Length);
        bytes[at] = random.Next(3) switch
        {
            0 => (byte)(bytes[at] ^ (1 << random.Next(8))),
            1 => (byte)(bytes[at] + 1),
            _ => (byte)random.Next(256),
        };
        return bytes;
    }
}
