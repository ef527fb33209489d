using Tapedeck.Components.Tests.Binary;

namespace Tapedeck.Components.Tests.Abi;

/// <summary>Pieces of core code, in hex.</summary>
internal static class Code
{
    internal const string Trap = "00";

    internal static string I32(long value) => $"41{Convert.ToHexString(Signed((int)value))}";

    internal static string Local(int index) => $"20{index:X2}";

    internal static string StoreI32(uint address, string value) => $"{I32(address)}{value}3602{Convert.ToHexString(ComponentBytes.U32(0))}";

    internal static string StoreByte(uint address, int value) => $"{I32(address)}{I32(value)}3A0000";

    /// <summary>A body that leaves a pointer and a length at 16, and returns 16.</summary>
    internal static string Pair(long pointer, long length, string before = "") => $"00{before}{StoreI32(16, I32(pointer))}{StoreI32(20, I32(length))}{I32(16)}0B";

    /// <summary>A body that returns a number.</summary>
    internal static string Returning(long value) => $"00{I32(value)}0B";

    private static byte[] Signed(int value)
    {
        var bytes = new List<byte>();
        while (true)
        {
            var low = (byte)(value & 0x7F);
            value >>= 7;
            if ((value == 0 && (low & 0x40) == 0) || (value == -1 && (low & 0x40) != 0))
            {
                return [.. bytes, low];
            }
            bytes.Add((byte)(low | 0x80));
        }
    }
}
