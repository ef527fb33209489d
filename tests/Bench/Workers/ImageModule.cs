namespace Tapedeck.Bench.Workers;

/// <summary>A module whose memory is filled by data segments, with an export <c>dirty(n)</c> that writes to n pages of 4 KiB.</summary>
internal static class ImageModule
{
    private const int WasmPage = 65_536;

    // (loop (if (local.get 0) (then (i32.store8 (i32.mul (local.tee 0 (i32.sub (local.get 0) (i32.const 1))) (i32.const 4096)) (i32.const 7)) (br 1))))
    private static readonly byte[] DirtyBody =
    [
        0x00, 0x03, 0x40, 0x20, 0x00, 0x04, 0x40, 0x20, 0x00, 0x41, 0x01, 0x6B, 0x22, 0x00, 0x41, 0x80, 0x20, 0x6C,
        0x41, 0x07, 0x3A, 0x00, 0x00, 0x0C, 0x01, 0x0B, 0x0B, 0x0B,
    ];

    internal static byte[] Of(int mebibytes)
    {
        var pages = mebibytes * 16;
        using var module = new MemoryStream();
        module.Write([0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00]);
        WriteSection(module, 1, [0x01, 0x60, 0x01, 0x7F, 0x00]);
        WriteSection(module, 3, [0x01, 0x00]);
        WriteSection(module, 5, [0x01, 0x00, .. U32(pages)]);
        WriteSection(module, 7, [0x01, 0x05, .. "dirty"u8, 0x00, 0x00]);
        WriteSection(module, 10, [0x01, (byte)DirtyBody.Length, .. DirtyBody]);
        var image = new byte[pages * WasmPage];
        new Random(1).NextBytes(image);
        WriteSection(module, 11, [0x01, 0x00, 0x41, 0x00, 0x0B, .. U32(image.Length), .. image]);
        return module.ToArray();
    }

    private static void WriteSection(MemoryStream module, byte id, ReadOnlySpan<byte> content)
    {
        module.WriteByte(id);
        module.Write(U32(content.Length));
        module.Write(content);
    }

    private static byte[] U32(int value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }
        return [.. bytes, (byte)value];
    }
}
