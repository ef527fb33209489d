namespace Tapedeck.Wasi.Filesystem.Host;

/// <summary>What there is at a path.</summary>
internal readonly record struct FileStat(
    DescriptorType Type, ulong Links, ulong Size, ulong Device, ulong Inode, TimeSpec Accessed, TimeSpec Modified, TimeSpec Changed)
{
    private const int TypeMask = 0xf000;

    internal bool IsDirectory => Type == DescriptorType.Directory;

    internal static FileStat From(in StatxBuffer stat) => new(
        TypeOfMode(stat.Mode & TypeMask),
        stat.Links,
        stat.Size,
        ((ulong)stat.DeviceMajor << 32) | stat.DeviceMinor,
        stat.Inode,
        Time(stat.Accessed),
        Time(stat.Modified),
        Time(stat.Changed));

    /// <summary>The type that a <c>d_type</c> says; Unknown where the file system does not tell.</summary>
    internal static DescriptorType TypeOfEntry(byte type) => TypeOfMode(type << 12);

    private static DescriptorType TypeOfMode(int mode) => mode switch
    {
        0x1000 => DescriptorType.Fifo,
        0x2000 => DescriptorType.CharacterDevice,
        0x4000 => DescriptorType.Directory,
        0x6000 => DescriptorType.BlockDevice,
        0x8000 => DescriptorType.RegularFile,
        0xa000 => DescriptorType.SymbolicLink,
        0xc000 => DescriptorType.Socket,
        _ => DescriptorType.Unknown,
    };

    private static TimeSpec Time(in StatxTime time) => new(time.Seconds, time.Nanoseconds);
}
