using Tapedeck.Components.Types;
using Tapedeck.Components.Values;
using Tapedeck.Wasi.Binding;
using Tapedeck.Wasi.Clocks;
using Tapedeck.Wasi.Filesystem.Host;
using Tapedeck.Wasi.Io;

namespace Tapedeck.Wasi.Filesystem;

/// <summary>The values of <c>wasi:filesystem/types</c>, to and from WIT.</summary>
internal static class FileValues
{
    private const uint SymlinkFollow = 1;

    private static readonly TupleType ReadResult = new(new ListType(WitType.U8), WitType.Bool);
    private static readonly OptionType Datetime = new(WallClock.Datetime);

    internal static bool Follows(WitValue pathFlags) => (pathFlags.AsFlags() & SymlinkFollow) != 0;

    internal static Opening Opening(WitValue openFlags, WitValue descriptorFlags)
    {
        var open = openFlags.AsFlags();
        var flags = (DescriptorFlags)descriptorFlags.AsFlags();
        return new Opening
        {
            Create = (open & 1) != 0,
            Directory = (open & 2) != 0,
            Exclusive = (open & 4) != 0,
            Truncate = (open & 8) != 0,
            Read = (flags & DescriptorFlags.Read) != 0,
            Write = (flags & DescriptorFlags.Write) != 0,
            FileSync = (flags & DescriptorFlags.FileIntegritySync) != 0,
            DataSync = (flags & DescriptorFlags.DataIntegritySync) != 0,
        };
    }

    /// <summary>A <c>new-timestamp</c> as the kernel takes it. A time beyond what it can hold is the last one that it can.</summary>
    internal static TimeSpec Time(WitValue timestamp) => timestamp.CaseIndex switch
    {
        0 => new(0, Libc.TimeOmit),
        1 => new(0, Libc.TimeNow),
        _ => Timestamp(timestamp.CaseValue!.Value),
    };

    internal static WitValue Type(WitScope names, DescriptorType type) => WitValue.Enum((EnumType)names["descriptor-type"], (int)type);

    internal static WitValue Stat(WitScope names, FileStat stat) => WitValue.Record((RecordType)names["descriptor-stat"],
        Type(names, stat.Type),
        WitValue.U64(stat.Links),
        WitValue.U64(stat.Size),
        WitValue.Some(Datetime, WallClock.Of(stat.Accessed)),
        WitValue.Some(Datetime, WallClock.Of(stat.Modified)),
        WitValue.Some(Datetime, WallClock.Of(stat.Changed)));

    internal static WitValue Hash(WitScope names, FileStat stat)
    {
        var (lower, upper) = MetadataHash.Of(stat);
        return WitValue.Record((RecordType)names["metadata-hash-value"], WitValue.U64(lower), WitValue.U64(upper));
    }

    internal static WitValue Read(byte[] bytes, bool isEnd) => WitValue.Tuple(ReadResult, WitValue.Bytes(bytes), WitValue.Bool(isEnd));

    internal static WitValue Entry(WitScope names, (DescriptorType Type, string Name)? entry)
    {
        var type = (RecordType)names["directory-entry"];
        var option = new OptionType(type);
        return entry is { } found
            ? WitValue.Some(option, WitValue.Record(type, Type(names, found.Type), WitValue.String(found.Name)))
            : WitValue.None(option);
    }

    /// <summary>The error code of a stream's error, where it came from a file.</summary>
    internal static WitValue Code(WitScope names, IoError error)
    {
        var type = (EnumType)names["error-code"];
        var option = new OptionType(type);
        return error.Cause is ErrorCode code ? WitValue.Some(option, WitValue.Enum(type, (int)code)) : WitValue.None(option);
    }

    private static TimeSpec Timestamp(WitValue datetime) =>
        new((long)Math.Min(datetime[0].AsU64(), long.MaxValue), Math.Min(datetime[1].AsU32(), 999_999_999));
}
