using Xunit;
using static Tapedeck.Wasm.Tests.Binary.ModuleBytes;

namespace Tapedeck.Wasm.Tests.Binary;

/// <summary>Whatever the bytes are, the answer is a module or <see cref="InvalidModuleException"/>.</summary>
public class MutationTests
{
    private static readonly byte[] Telling = [0x00, 0x01, 0x0B, 0x3F, 0x40, 0x41, 0x60, 0x6F, 0x70, 0x7B, 0x7F, 0x80, 0xFC, 0xFD, 0xFF];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Changed_modules_are_accepted_or_refused(int seed)
    {
        var random = new Random(seed);
        var full = Full();
        for (var i = 0; i < 20_000; i++)
        {
            AssertAnswered(Mutate(full, random), seed, i);
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void Random_code_is_accepted_or_refused(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 20_000; i++)
        {
            // Unreachable first: then operands of every type are there, and code gets far.
            byte[] code = [0x00, .. Enumerable.Range(0, random.Next(40)).Select(_ => NextByte(random))];
            AssertAnswered(WithCode(code, "60 01 7F 01 7F", "01 02 7E"), seed, i);
        }
    }

    [Theory]
    [InlineData(6)]
    public void Random_bytes_behind_a_preamble_are_accepted_or_refused(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 20_000; i++)
        {
            byte[] section = [.. Enumerable.Range(0, random.Next(30)).Select(_ => NextByte(random))];
            AssertAnswered(Of(Section((byte)random.Next(14), section)), seed, i);
        }
    }

    private static void AssertAnswered(byte[] bytes, int seed, int round)
    {
        try
        {
            var refusal = Loading.Refusal(bytes);
            Assert.InRange(refusal?.Offset ?? 0, 0, bytes.Length);
            Assert.Equal(refusal?.Reason == InvalidModuleReason.Unsupported, refusal?.Feature is not null);
        }
        catch (Exception escaped) when (escaped is not Xunit.Sdk.XunitException)
        {
            Assert.Fail($"seed {seed}, round {round}, {Convert.ToHexString(bytes)}: {escaped}");
        }
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        var bytes = original.ToList();
        for (var i = 1 + random.Next(4); i > 0; i--)
        {
            var at = random.Next(Preamble.Length, bytes.Count);
            switch (random.Next(8))
            {
                case 0:
                    bytes.Insert(at, NextByte(random));
                    break;
                case 1:
                    bytes.RemoveAt(at);
                    break;
                case 2:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(20), bytes.Count - at)));
                    break;
                case 3:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                default:
                    bytes[at] = NextByte(random);
                    break;
            }
        }
        return [.. bytes];
    }

    private static byte NextByte(Random random) => random.Next(2) == 0 ? Telling[random.Next(Telling.Length)] : (byte)random.Next(256);
}
