using System.Text;

namespace Tapedeck.Wasm.Tests.Modules;

/// <summary>Writes the values of the binary format.</summary>
internal static class ByteList
{
    internal static void AddU32(this List<byte> bytes, uint value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }
        bytes.Add((byte)value);
    }

    internal static void AddU32(this List<byte> bytes, int value) => bytes.AddU32((uint)value);

    internal static void AddS64(this List<byte> bytes, long value)
    {
        for (; value is < -64 or > 63; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }
        bytes.Add((byte)(value & 0x7F));
    }

    internal static void AddName(this List<byte> bytes, string name)
    {
        var utf8 = Encoding.UTF8.GetBytes(name);
        bytes.AddU32(utf8.Length);
        bytes.AddRange(utf8);
    }

    internal static void AddLimits(this List<byte> bytes, Limits limits)
    {
        bytes.Add(limits.Max is null ? (byte)0 : (byte)1);
        bytes.AddU32(limits.Min);
        if (limits.Max is { } max)
        {
            bytes.AddU32(max);
        }
    }
}
