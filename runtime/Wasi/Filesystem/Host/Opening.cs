namespace Tapedeck.Wasi.Filesystem.Host;

/// <summary>How something is to be opened: <c>open-flags</c> and <c>descriptor-flags</c> of <c>open-at</c>.</summary>
internal readonly record struct Opening
{
    private const int MostRetries = 16;
    private const int NewFileMode = 0x1b6;

    internal bool Read { get; init; }
    internal bool Write { get; init; }
    internal bool Create { get; init; }
    internal bool Exclusive { get; init; }
    internal bool Truncate { get; init; }
    internal bool Directory { get; init; }
    internal bool FileSync { get; init; }
    internal bool DataSync { get; init; }

    /// <summary>True where something may come to be, or change, by opening or through the handle.</summary>
    internal bool IsWrite => Write || Create || Truncate;

    /// <summary>
    /// Opens a regular file or a directory. Devices, pipes and sockets are refused: opening one can block, or do something. Nothing is truncated before it
    /// is known what was opened.
    /// </summary>
    internal ErrorCode Open(Place place, out FileHandle? handle, out FileStat stat)
    {
        handle = null;
        stat = default;
        // What is there may come and go between two looks at it.
        for (var retry = 0; retry < MostRetries; retry++)
        {
            var outcome = place.Stat(out stat);
            if (outcome == ErrorCode.NoEntry && Create)
            {
                outcome = TryCreate(place, out handle);
                if (outcome == ErrorCode.Exist && !Exclusive)
                {
                    continue;
                }
                return outcome == ErrorCode.None ? StatOf(handle!, out stat) : outcome;
            }
            outcome = outcome != ErrorCode.None ? outcome : Create && Exclusive ? ErrorCode.Exist : Refusal(place, stat);
            if (outcome == ErrorCode.None)
            {
                outcome = TryOpen(place, stat.IsDirectory, out handle, out stat);
            }
            if (outcome != ErrorCode.NoEntry || !Create)
            {
                return outcome;
            }
        }
        return ErrorCode.Busy;
    }

    internal static ErrorCode StatOf(FileHandle handle, out FileStat stat)
    {
        var outcome = Errno.Of(Libc.Statx(handle, "", Libc.AtEmptyPath, Libc.StatxBasic, out var buffer));
        stat = FileStat.From(buffer);
        return outcome;
    }

    private int Flags => Libc.NoFollow | Libc.NonBlocking | Libc.NoControllingTerminal
        | (Write || Truncate ? Read ? Libc.ReadWrite : Libc.WriteOnly : Libc.ReadOnly)
        | (FileSync ? Libc.Sync : 0) | (DataSync ? Libc.DataSync : 0);

    private ErrorCode Refusal(Place place, in FileStat stat) => stat.Type switch
    {
        DescriptorType.Directory => Truncate || Write ? ErrorCode.IsDirectory : Create && !Directory ? ErrorCode.IsDirectory : ErrorCode.None,
        DescriptorType.SymbolicLink => Directory || place.EndsInSlash ? ErrorCode.NotDirectory : ErrorCode.Loop,
        DescriptorType.RegularFile => Directory || place.EndsInSlash ? ErrorCode.NotDirectory : ErrorCode.None,
        _ => ErrorCode.NotPermitted,
    };

    private ErrorCode TryCreate(Place place, out FileHandle? handle)
    {
        handle = null;
        if (Directory)
        {
            return ErrorCode.Invalid;
        }
        if (place.EndsInSlash)
        {
            return ErrorCode.IsDirectory;
        }
        return place.Directory.Open(place.Name, Flags | Libc.Create | Libc.Exclusive, NewFileMode, out handle);
    }

    private ErrorCode TryOpen(Place place, bool isDirectory, out FileHandle? handle, out FileStat stat)
    {
        handle = null;
        stat = default;
        var outcome = place.Directory.Open(place.Name, Flags | (isDirectory ? Libc.Directory : 0), 0, out var file);
        if (outcome != ErrorCode.None)
        {
            return outcome;
        }
        outcome = StatOf(file!, out stat);
        if (outcome == ErrorCode.None && stat.Type is not (DescriptorType.RegularFile or DescriptorType.Directory))
        {
            outcome = ErrorCode.NotPermitted;
        }
        if (outcome == ErrorCode.None && Truncate)
        {
            outcome = Errno.Of(Libc.Truncate(file!, 0));
        }
        if (outcome != ErrorCode.None)
        {
            file!.Dispose();
            return outcome;
        }
        handle = file;
        return ErrorCode.None;
    }
}
