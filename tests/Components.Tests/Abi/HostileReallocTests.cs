using Tapedeck.Components.Binary.Definitions;
using Tapedeck.Components.Types;
using Tapedeck.Components.Validation;
using Tapedeck.Wasm;
using Xunit;
using FuncType = Tapedeck.Components.Types.FuncType;

namespace Tapedeck.Components.Tests.Abi;

/// <summary>
/// Any value of any type, in any encoding, through a guest whose realloc gives places by chance, and whose result lies wherever the bytes that the host wrote
/// there say. Each call is a value or a trap, and none leaves its memory.
/// </summary>
public sealed class HostileReallocTests
{
    // state = state * 1664525 + seed, in the last four bytes of the memory.
    private const string Next = "41 FC FF 03 41 FC FF 03 28 02 00 41 8D CC E5 00 6C SEED 6A 22 04 36 02 00 20 04";

    // Cut to 128 KiB, so that half of the places are beyond the memory.
    private const string Cut = "41 FF FF 07 71";
    private const string Align = "20 02 41 01 6B 41 7F 73 71";

    [Theory]
    [InlineData(1, "by chance", Cut)]
    [InlineData(2, "aligned", Cut + Align)]
    [InlineData(3, "aligned and in the memory", "41 FF FF 03 71" + Align)]
    [InlineData(4, "anywhere in 32 bits", "")]
    [InlineData(5, "overlapping", "41 FF 00 71" + Align)]
    public void A_call_is_a_value_or_a_trap(int seed, string _, string place)
    {
        var outcomes = (Values: 0, Traps: 0);
        for (var round = 0; round < 150; round++)
        {
            var random = new Random((seed * 10_000) + round);
            var any = new AnyValue(random);
            var type = any.Type(3);
            var allocator = Guests.AllocatorRunning($"01 01 7F {Next.Replace("SEED", Code.I32(random.Next()), StringComparison.Ordinal)} {place} 0B");
            // Takes the value, which goes wherever realloc says, and gives back what stands where its own result area is supposed to be.
            var guest = Guests.Running(new FuncType([new("v", type)], type), Body(type, random), (StringEncoding)random.Next(3), allocator);
            switch (Record.Exception(() => Guests.Run(guest, new Linker(), new CallOptions { LiftBudgetBytes = 1 << 20 }, any.Value(type))))
            {
                case null:
                    outcomes.Values++;
                    break;
                case TrapException or CallLimitException:
                    outcomes.Traps++;
                    break;
                case var escaped:
                    Assert.Fail($"seed {seed}, round {round}, {type}: {escaped}");
                    break;
            }
        }
        Assert.InRange(outcomes.Values, 1, 149);
        Assert.InRange(outcomes.Traps, 1, 149);
    }

    // A constant of the flat result's type: for an area a place in the memory, else any number.
    private static string Body(WitType type, Random random)
    {
        var flat = CoreSignature.Flatten(new FuncType([new("v", type)], type), lift: true);
        return "00" + string.Concat(flat.Results.Select(result => result switch
        {
            ValType.I32 => Code.I32(random.Next(3) == 0 ? random.Next(4) : random.Next(8_190) * 8),
            ValType.I64 => $"42 {random.Next(64):X2}",
            ValType.F32 => "43 00 00 C0 7F",
            _ => "44 00 00 00 00 00 00 F8 7F",
        })) + "0B";
    }
}
