using Xunit;
using static Tapedeck.Components.Tests.Binary.ComponentBytes;

namespace Tapedeck.Components.Tests.Binary;

/// <summary>Whatever the bytes are, the answer is a component or <see cref="InvalidComponentException"/>.</summary>
public sealed class MutationTests
{
    private static readonly byte[] Telling = [0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x11, 0x40, 0x41, 0x42, 0x50, 0x60, 0x68, 0x69, 0x6F, 0x70, 0x72, 0x73, 0x79, 0x7F, 0x80, 0xFF];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Changed_components_are_accepted_or_refused(int seed)
    {
        var random = new Random(seed);
        var full = Full();
        for (var i = 0; i < 5_000; i++)
        {
            AssertAnswered(Mutate(full, random), seed, i);
        }
    }

    [Theory]
    [InlineData(4)]
    public void Random_sections_are_accepted_or_refused(int seed)
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
            Assert.Equal(refusal?.Reason == InvalidComponentReason.Unsupported, refusal?.Feature is not null);
            if (refusal is null)
            {
                using var component = Loading.Compile(bytes);
                Assert.NotNull(component.Wit.ToString());
            }
        }
        catch (Exception escaped) when (escaped is not Xunit.Sdk.XunitException)
        {
            Assert.Fail($"seed {seed}, round {round}, {Convert.ToHexString(bytes)}: {escaped}");
        }
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        var bytes = original.ToList();
        for (var i = 1 + random.Next(3); i > 0; i--)
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
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 3:
                    bytes[at]++;
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
