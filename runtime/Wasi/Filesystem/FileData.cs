using Tapedeck.Policy.Requests;
using Tapedeck.Wasi.Filesystem.Host;
using Tapedeck.Wasi.Io;

namespace Tapedeck.Wasi.Filesystem;

/// <summary>Operations on the data and attributes of something that is open. The gate was asked when it was opened.</summary>
internal static class FileData
{
    /// <summary>The most bytes of one read.</summary>
    private const int MostBytes = 1 << 20;

    /// <summary>Bytes from a place in a file, at most <see cref="MostBytes"/>; none at the end of the file.</summary>
    internal static ErrorCode Read(Descriptor file, ulong length, ulong offset, out byte[] bytes)
    {
        bytes = [];
        if (Refusal(file, DescriptorFlags.Read) is var refusal && refusal != ErrorCode.None)
        {
            return refusal;
        }
        if (offset > long.MaxValue)
        {
            return ErrorCode.Invalid;
        }
        var buffer = new byte[Room(file, length, offset)];
        nint read;
        do
        {
            read = Libc.Read(file.Handle, buffer, (nuint)buffer.Length, (long)offset);
        }
        while (read < 0 && Errno.Last == Errno.Intr);
        if (read >= 0)
        {
            bytes = read == buffer.Length ? buffer : buffer[..(int)read];
        }
        return Errno.Of(read);
    }

    /// <summary>No more than there is to read, where that is much.</summary>
    private static ulong Room(Descriptor file, ulong length, ulong offset) =>
        length <= InputStream.MostBytes || Opening.StatOf(file.Handle, out var stat) != ErrorCode.None || stat.Size <= offset
            ? Math.Min(length, InputStream.MostBytes)
            : Math.Clamp(stat.Size - offset, InputStream.MostBytes, Math.Min(length, MostBytes));

    /// <summary>Writes all bytes at a place in a file, unless the disk is full or the like.</summary>
    /// <param name="offset">Null for the end of the file, wherever that is by then.</param>
    internal static ErrorCode Write(Descriptor file, ReadOnlySpan<byte> bytes, ulong? offset, out ulong written)
    {
        written = 0;
        if (Refusal(file, DescriptorFlags.Write) is var refusal && refusal != ErrorCode.None)
        {
            return refusal;
        }
        if (offset > long.MaxValue)
        {
            return ErrorCode.Invalid;
        }
        while ((int)written < bytes.Length)
        {
            var rest = bytes[(int)written..];
            var count = offset is { } start ? Libc.Write(file.Handle, rest, (nuint)rest.Length, (long)(start + written)) : Append(file, rest);
            if (count < 0 && Errno.Last != Errno.Intr)
            {
                return written > 0 ? ErrorCode.None : Errno.Code(Errno.Last);
            }
            written += (ulong)Math.Max(count, 0);
        }
        return ErrorCode.None;
    }

    internal static ErrorCode Stat(Descriptor file, out FileStat stat)
    {
        stat = default;
        // The preopen itself was never opened by a path, so this is where it is asked about.
        var denial = !file.IsOpen ? ErrorCode.BadDescriptor
            : file.ShownAs.Length > 0 ? Located.Ask(file, file.Request("", StorageUse.Read, isDirectory: true))
            : ErrorCode.None;
        return denial == ErrorCode.None ? Opening.StatOf(file.Handle, out stat) : denial;
    }

    internal static ErrorCode SetSize(Descriptor file, ulong size) =>
        Refusal(file, DescriptorFlags.Write) is var refusal && refusal != ErrorCode.None ? refusal
        : size > long.MaxValue ? ErrorCode.Invalid
        : Errno.Of(Libc.Truncate(file.Handle, (long)size));

    internal static ErrorCode SetTimes(Descriptor file, TimeSpec accessed, TimeSpec modified)
    {
        if (!file.IsOpen)
        {
            return ErrorCode.BadDescriptor;
        }
        // One that was opened to read was asked about for that alone.
        var isGranted = (file.Flags & (file.IsDirectory ? DescriptorFlags.MutateDirectory : DescriptorFlags.Write)) != 0;
        var denial = isGranted ? ErrorCode.None : Located.Ask(file, file.Request("", StorageUse.Write, file.IsDirectory));
        return denial != ErrorCode.None ? denial : Errno.Of(Libc.SetTimes(file.Handle, [accessed, modified]));
    }

    internal static ErrorCode Sync(Descriptor file, bool dataOnly) =>
        !file.IsOpen ? ErrorCode.BadDescriptor : Errno.Of(dataOnly ? Libc.SyncData(file.Handle) : Libc.SyncAll(file.Handle));

    internal static ErrorCode Advise(Descriptor file, ulong offset, ulong length, int advice)
    {
        if (!file.IsOpen)
        {
            return ErrorCode.BadDescriptor;
        }
        if (file.IsDirectory)
        {
            return ErrorCode.BadDescriptor;
        }
        return offset > long.MaxValue || length > long.MaxValue
            ? ErrorCode.Invalid
            : Errno.Code(Libc.Advise(file.Handle, (long)offset, (long)length, Advices[advice]));
    }

    /// <summary>The <c>POSIX_FADV</c> numbers in the order of <c>enum advice</c>.</summary>
    private static readonly int[] Advices = [0, 2, 1, 3, 4, 5];

    /// <summary>Why the data of a descriptor cannot be read or written; None where it can.</summary>
    internal static ErrorCode Refusal(Descriptor file, DescriptorFlags needed) =>
        !file.IsOpen ? ErrorCode.BadDescriptor
        : file.IsDirectory ? needed == DescriptorFlags.Write ? ErrorCode.BadDescriptor : ErrorCode.IsDirectory
        : (file.Flags & needed) == 0 ? ErrorCode.BadDescriptor
        : ErrorCode.None;

    /// <summary>In two steps where the kernel, or the sandbox around us, cannot do it in one.</summary>
    private static nint Append(Descriptor file, ReadOnlySpan<byte> bytes)
    {
        var count = Libc.Append(file.Handle, bytes);
        return count >= 0 || Errno.Code(Errno.Last) != ErrorCode.Unsupported ? count
            : Opening.StatOf(file.Handle, out var stat) == ErrorCode.None ? Libc.Write(file.Handle, bytes, (nuint)bytes.Length, (long)stat.Size)
            : -1;
    }
}
