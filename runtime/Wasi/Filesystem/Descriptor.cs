using Tapedeck.Policy.Requests;
using Tapedeck.Wasi.Calls;
using Tapedeck.Wasi.Filesystem.Host;

namespace Tapedeck.Wasi.Filesystem;

/// <summary>What <c>descriptor</c> stands for: a file or directory that is open, below a preopen.</summary>
internal sealed class Descriptor : IDisposable
{
    private readonly string _preopen;
    private readonly OpenGrant? _grant;
    private int _users = 1;

    private Descriptor(WasiState state, FileHandle handle, string preopen, string shownAs, string path, bool isDirectory, DescriptorFlags flags, HostRequest[] granted)
    {
        State = state;
        Handle = handle;
        _preopen = preopen;
        ShownAs = shownAs;
        Path = path;
        IsDirectory = isDirectory;
        Flags = flags;
        _grant = granted.Length == 0 ? null : state.OpenGrants.Add(handle.Dispose, granted);
    }

    internal WasiState State { get; }

    /// <summary>The handle. One whose grant is gone is closed, and every operation on it fails with <see cref="ErrorCode.BadDescriptor"/>.</summary>
    internal FileHandle Handle { get; }

    /// <summary>What a preopen is called; empty for others.</summary>
    internal string ShownAs { get; }

    /// <summary>The path from the preopen when it was opened, in normal form; empty for the preopen itself.</summary>
    internal string Path { get; }

    internal bool IsDirectory { get; }

    internal DescriptorFlags Flags { get; }

    /// <summary>True while it may be used.</summary>
    internal bool IsOpen => !Handle.IsClosed && _grant is not { IsRevoked: true };

    /// <exception cref="IOException">The folder cannot be opened.</exception>
    internal static Descriptor Preopen(WasiState state, HostPreopen preopen)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("folders can be given to a component on Linux only, where they can be kept apart from all others");
        }
        var outcome = FileHandle.Folder(state.Options.Handles, preopen.Folder, Libc.ReadOnly, out var folder);
        if (outcome == ErrorCode.None && preopen.SubPath is { } subPath)
        {
            outcome = OpenBelow(state, ref folder!, subPath);
        }
        if (outcome != ErrorCode.None)
        {
            folder?.Dispose();
            throw new IOException($"the folder of {preopen.Path} cannot be opened: {outcome}; does the volume hold the folder {preopen.SubPath ?? "/"}?");
        }
        var granted = state.Gate.Current.Preopens.FirstOrDefault(granted => granted.Path.Value == preopen.Path);
        var flags = granted is null ? DescriptorFlags.None : (DescriptorFlags)granted.Access;
        if ((flags & DescriptorFlags.Write) != 0)
        {
            flags = (flags & ~DescriptorFlags.Write) | DescriptorFlags.MutateDirectory;
        }
        return new Descriptor(state, folder!, preopen.Path, preopen.ShownAs ?? preopen.Path, "", isDirectory: true, flags, []);
    }

    /// <summary>A descriptor of what was opened at a place below this one.</summary>
    internal Descriptor Child(FileHandle handle, Place place, bool isDirectory, DescriptorFlags flags, HostRequest[] granted) =>
        new(State, handle, _preopen, "", Combine(place.Path), isDirectory, flags, granted);

    /// <summary>The request for something at a path from here.</summary>
    internal HostRequest Request(string path, StorageUse use, bool isDirectory) => HostRequest.Open(_preopen, Combine(path), use, isDirectory);

    /// <summary>Streams and listings keep the handle of a descriptor that is dropped.</summary>
    internal Descriptor Share()
    {
        _users++;
        return this;
    }

    public void Dispose()
    {
        if (--_users == 0)
        {
            _grant?.Dispose();
            Handle.Dispose();
        }
    }

    private string Combine(string path) => Path.Length == 0 ? path : path.Length == 0 ? Path : $"{Path}/{path}";

    private static ErrorCode OpenBelow(WasiState state, ref FileHandle folder, string subPath)
    {
        var outcome = state.Resolver.Resolve(folder, subPath, followLast: true, out var place);
        if (outcome != ErrorCode.None)
        {
            return outcome;
        }
        using (place)
        {
            outcome = new Opening { Read = true, Directory = true }.Open(place!, out var below, out _);
            if (outcome == ErrorCode.None)
            {
                folder.Dispose();
                folder = below!;
            }
        }
        return outcome;
    }
}
