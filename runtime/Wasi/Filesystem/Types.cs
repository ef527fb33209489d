using Tapedeck.Components;
using Tapedeck.Components.Types;
using Tapedeck.Components.Values;
using Tapedeck.Wasi.Binding;
using Tapedeck.Wasi.Clocks;
using Tapedeck.Wasi.Filesystem.Host;
using Tapedeck.Wasi.Io;

namespace Tapedeck.Wasi.Filesystem;

/// <summary><see href="https://github.com/WebAssembly/wasi-filesystem/blob/main/wit/types.wit"><c>wasi:filesystem/types</c></see>.</summary>
/// <remarks>
/// Functions on paths locate the path first, which asks the gate (<see cref="Located"/>); functions on a descriptor need none, since it was asked when the
/// descriptor was opened. <c>mutate-directory</c> of a descriptor is not asked for again: what may be changed is the policy's to say, for each path.
/// </remarks>
internal static class Types
{
    internal static readonly HostResource Resource = Resources.Owned("descriptor");
    private static readonly HostResource EntryStream = Resources.Owned("directory-entry-stream");

    private static readonly WitScope Names = new WitScope()
        .Resource("error", Error.Resource)
        .Resource("input-stream", Streams.InputStream)
        .Resource("output-stream", Streams.OutputStream)
        .Resource("descriptor", Resource)
        .Resource("directory-entry-stream", EntryStream)
        .Use("datetime", WallClock.Datetime)
        .Define("""
            type filesize = u64
            type link-count = u64
            enum descriptor-type { unknown, block-device, character-device, directory, fifo, symbolic-link, regular-file, socket }
            flags descriptor-flags { read, write, file-integrity-sync, data-integrity-sync, requested-write-sync, mutate-directory }
            flags path-flags { symlink-follow }
            flags open-flags { create, directory, exclusive, truncate }
            record descriptor-stat {
                type: descriptor-type, link-count: link-count, size: filesize, data-access-timestamp: option<datetime>,
                data-modification-timestamp: option<datetime>, status-change-timestamp: option<datetime>
            }
            variant new-timestamp { no-change, now, timestamp(datetime) }
            record directory-entry { type: descriptor-type, name: string }
            enum error-code {
                access, would-block, already, bad-descriptor, busy, deadlock, quota, exist, file-too-large, illegal-byte-sequence, in-progress,
                interrupted, invalid, io, is-directory, loop, too-many-links, message-size, name-too-long, no-device, no-entry, no-lock,
                insufficient-memory, insufficient-space, not-directory, not-empty, not-recoverable, unsupported, no-tty, no-such-device, overflow,
                not-permitted, pipe, read-only, invalid-seek, text-file-busy, cross-device
            }
            enum advice { normal, sequential, random, will-need, dont-need, no-reuse }
            record metadata-hash-value { lower: u64, upper: u64 }
            """);

    internal static WasiInterface Make()
    {
        var types = new WasiInterface("wasi:filesystem/types@0.2.12", Names, Resource, EntryStream);
        AddData(types);
        AddAttributes(types);
        AddPaths(types);
        AddTwoPaths(types);
        return types
            .Result<DirectoryEntries>("[method]directory-entry-stream.read-directory-entry", "func() -> result<option<directory-entry>, error-code>", static (_, entries) =>
                Answer.Of(entries.Next(out var entry), () => FileValues.Entry(Names, entry)))
            .Func<IoError, WitValue>("filesystem-error-code", "func(err: borrow<error>) -> option<error-code>", static (_, error) => FileValues.Code(Names, error));
    }

    private static void AddData(WasiInterface types) => types
        .Result<Descriptor, ulong>("[method]descriptor.read-via-stream", "func(offset: filesize) -> result<input-stream, error-code>", static (_, file, offset) =>
            FileData.Refusal(file, DescriptorFlags.Read) is var refusal && refusal != ErrorCode.None ? Answer.Of(refusal) : Answer.Own(new FileInput(file, offset)))
        .Result<Descriptor, ulong>("[method]descriptor.write-via-stream", "func(offset: filesize) -> result<output-stream, error-code>", static (_, file, offset) =>
            FileData.Refusal(file, DescriptorFlags.Write) is var refusal && refusal != ErrorCode.None ? Answer.Of(refusal) : Answer.Own(new FileOutput(file, offset)))
        .Result<Descriptor>("[method]descriptor.append-via-stream", "func() -> result<output-stream, error-code>", static (_, file) =>
            FileData.Refusal(file, DescriptorFlags.Write) is var refusal && refusal != ErrorCode.None ? Answer.Of(refusal) : Answer.Own(new FileOutput(file, null)))
        .Result<Descriptor, ulong, ulong, WitValue>("[method]descriptor.advise", "func(offset: filesize, length: filesize, advice: advice) -> result<_, error-code>", static (_, file, offset, length, advice) =>
            Answer.Of(FileData.Advise(file, offset, length, advice.CaseIndex)))
        .Result<Descriptor>("[method]descriptor.sync-data", "func() -> result<_, error-code>", static (_, file) => Answer.Of(FileData.Sync(file, dataOnly: true)))
        .Result<Descriptor>("[method]descriptor.sync", "func() -> result<_, error-code>", static (_, file) => Answer.Of(FileData.Sync(file, dataOnly: false)))
        .Result<Descriptor, ulong, ulong>("[method]descriptor.read", "func(length: filesize, offset: filesize) -> result<tuple<list<u8>, bool>, error-code>", static (_, file, length, offset) =>
            Answer.Of(FileData.Read(file, length, offset, out var bytes), () => FileValues.Read(bytes, isEnd: bytes.Length == 0 && length > 0)))
        .Result<Descriptor, ReadOnlyMemory<byte>, ulong>("[method]descriptor.write", "func(buffer: list<u8>, offset: filesize) -> result<filesize, error-code>", static (_, file, buffer, offset) =>
            Answer.Of(FileData.Write(file, buffer.Span, offset, out var written), () => WitValue.U64(written)))
        .Result<Descriptor>("[method]descriptor.read-directory", "func() -> result<directory-entry-stream, error-code>", static (_, directory) =>
            DirectoryEntries.Open(directory, out var entries) is var outcome && outcome != ErrorCode.None ? Answer.Of(outcome) : Answer.Own(entries!));

    private static void AddAttributes(WasiInterface types) => types
        .Result<Descriptor>("[method]descriptor.get-flags", "func() -> result<descriptor-flags, error-code>", static (_, file) =>
            file.IsOpen ? Answer.Ok(WitValue.Flags((FlagsType)Names["descriptor-flags"], (uint)file.Flags)) : Answer.Of(ErrorCode.BadDescriptor))
        .Result<Descriptor>("[method]descriptor.get-type", "func() -> result<descriptor-type, error-code>", static (_, file) =>
            file.IsOpen ? Answer.Ok(FileValues.Type(Names, file.IsDirectory ? DescriptorType.Directory : DescriptorType.RegularFile)) : Answer.Of(ErrorCode.BadDescriptor))
        .Result<Descriptor, ulong>("[method]descriptor.set-size", "func(size: filesize) -> result<_, error-code>", static (_, file, size) => Answer.Of(FileData.SetSize(file, size)))
        .Result<Descriptor, WitValue, WitValue>("[method]descriptor.set-times", "func(data-access-timestamp: new-timestamp, data-modification-timestamp: new-timestamp) -> result<_, error-code>", static (_, file, accessed, modified) =>
            Answer.Of(FileData.SetTimes(file, FileValues.Time(accessed), FileValues.Time(modified))))
        .Result<Descriptor>("[method]descriptor.stat", "func() -> result<descriptor-stat, error-code>", static (_, file) =>
            Answer.Of(FileData.Stat(file, out var stat), () => FileValues.Stat(Names, stat)))
        .Func<Descriptor, Descriptor, bool>("[method]descriptor.is-same-object", "func(other: borrow<descriptor>) -> bool", static (_, file, other) =>
            FileData.Stat(file, out var one) == ErrorCode.None && FileData.Stat(other, out var two) == ErrorCode.None && (one.Device, one.Inode) == (two.Device, two.Inode))
        .Result<Descriptor>("[method]descriptor.metadata-hash", "func() -> result<metadata-hash-value, error-code>", static (_, file) =>
            Answer.Of(FileData.Stat(file, out var stat), () => FileValues.Hash(Names, stat)));

    private static void AddPaths(WasiInterface types) => types
        .Result<Descriptor, string>("[method]descriptor.create-directory-at", "func(path: string) -> result<_, error-code>", static (_, from, path) =>
            Answer.Of(PathOperations.CreateDirectory(from, path)))
        .Result<Descriptor, WitValue, string>("[method]descriptor.stat-at", "func(path-flags: path-flags, path: string) -> result<descriptor-stat, error-code>", static (_, from, flags, path) =>
            Answer.Of(PathOperations.Stat(from, path, FileValues.Follows(flags), out var stat), () => FileValues.Stat(Names, stat)))
        .Result<Descriptor, WitValue, string, WitValue, WitValue>("[method]descriptor.set-times-at", "func(path-flags: path-flags, path: string, data-access-timestamp: new-timestamp, data-modification-timestamp: new-timestamp) -> result<_, error-code>", static (_, from, flags, path, accessed, modified) =>
            Answer.Of(PathOperations.SetTimes(from, path, FileValues.Follows(flags), FileValues.Time(accessed), FileValues.Time(modified))))
        .Result<Descriptor, WitValue, string, WitValue, WitValue>("[method]descriptor.open-at", "func(path-flags: path-flags, path: string, open-flags: open-flags, flags: descriptor-flags) -> result<descriptor, error-code>", static (_, from, follow, path, open, flags) =>
            PathOperations.Open(from, path, FileValues.Follows(follow), FileValues.Opening(open, flags), (DescriptorFlags)flags.AsFlags(), out var opened) is var outcome && outcome != ErrorCode.None
                ? Answer.Of(outcome)
                : Answer.Own(opened!))
        .Result<Descriptor, string>("[method]descriptor.readlink-at", "func(path: string) -> result<string, error-code>", static (_, from, path) =>
            Answer.Of(PathOperations.ReadLink(from, path, out var target), () => WitValue.String(target)))
        .Result<Descriptor, string>("[method]descriptor.remove-directory-at", "func(path: string) -> result<_, error-code>", static (_, from, path) =>
            Answer.Of(PathOperations.RemoveDirectory(from, path)))
        .Result<Descriptor, string, string>("[method]descriptor.symlink-at", "func(old-path: string, new-path: string) -> result<_, error-code>", static (_, from, target, path) =>
            Answer.Of(PathOperations.Symlink(from, target, path)))
        .Result<Descriptor, string>("[method]descriptor.unlink-file-at", "func(path: string) -> result<_, error-code>", static (_, from, path) =>
            Answer.Of(PathOperations.Unlink(from, path)))
        .Result<Descriptor, WitValue, string>("[method]descriptor.metadata-hash-at", "func(path-flags: path-flags, path: string) -> result<metadata-hash-value, error-code>", static (_, from, flags, path) =>
            Answer.Of(PathOperations.Stat(from, path, FileValues.Follows(flags), out var stat), () => FileValues.Hash(Names, stat)));

    private static void AddTwoPaths(WasiInterface types) => types
        .Result<Descriptor, WitValue, string, Descriptor, string>("[method]descriptor.link-at", "func(old-path-flags: path-flags, old-path: string, new-descriptor: borrow<descriptor>, new-path: string) -> result<_, error-code>", static (_, from, flags, oldPath, to, newPath) =>
            Answer.Of(TwoPathOperations.Link(from, FileValues.Follows(flags), oldPath, to, newPath)))
        .Result<Descriptor, string, Descriptor, string>("[method]descriptor.rename-at", "func(old-path: string, new-descriptor: borrow<descriptor>, new-path: string) -> result<_, error-code>", static (_, from, oldPath, to, newPath) =>
            Answer.Of(TwoPathOperations.Rename(from, oldPath, to, newPath)));
}
