namespace Tapedeck.Oci.Tests;

/// <summary>Bytes that look like what they are called.</summary>
internal static class Samples
{
    /// <summary>An empty component with a custom section of <paramref name="size"/> bytes, so that no two need be equal.</summary>
    internal static byte[] Component(int size = 16, int seed = 1)
    {
        var padding = new byte[size];
        new Random(seed).NextBytes(padding);
        return [0, (byte)'a', (byte)'s', (byte)'m', 0x0d, 0, 1, 0, 0, .. Leb128(padding.Length + 2), 1, (byte)'x', .. padding];
    }

    internal static byte[] Module { get; } = [0, (byte)'a', (byte)'s', (byte)'m', 1, 0, 0, 0];

    private static byte[] Leb128(int value)
    {
        var bytes = new List<byte>();
        do
        {
            bytes.Add((byte)((value & 0x7f) | (value > 0x7f ? 0x80 : 0)));
            value >>= 7;
        }
        while (value > 0);
        return [.. bytes];
    }
}
