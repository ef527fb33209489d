using Tapedeck.Policy.Requests;
using Tapedeck.Wasi.Filesystem.Host;

namespace Tapedeck.Wasi.Filesystem;

/// <summary>What <c>directory-entry-stream</c> stands for: the entries that the policy lets the guest see.</summary>
internal sealed class DirectoryEntries : IDisposable
{
    private readonly Descriptor _directory;
    private readonly DirectoryListing _listing;
    private readonly HostRequest _granted;

    private DirectoryEntries(Descriptor directory, DirectoryListing listing, HostRequest granted)
    {
        _directory = directory.Share();
        _listing = listing;
        _granted = granted;
    }

    internal static ErrorCode Open(Descriptor directory, out DirectoryEntries? entries)
    {
        entries = null;
        // The preopen itself was never opened by a path, so this is where it is asked about.
        if (Located.Find(directory, ".", follow: false, isDirectory: true, [StorageUse.Read], out var located) is var outcome && outcome != ErrorCode.None)
        {
            return outcome;
        }
        using (located)
        {
            outcome = DirectoryListing.Open(directory.Handle, out var listing);
            entries = listing is null ? null : new DirectoryEntries(directory, listing, located.Granted[0]);
            return outcome;
        }
    }

    /// <summary>The next entry; null at the end.</summary>
    internal ErrorCode Next(out (DescriptorType Type, string Name)? entry)
    {
        ErrorCode outcome;
        do
        {
            entry = null;
            if (!_directory.IsOpen)
            {
                return ErrorCode.BadDescriptor;
            }
            outcome = _listing.Next(out entry);
        }
        while (outcome == ErrorCode.None && entry is { } found && !IsVisible(found));
        // Asked last: entries that nothing grants any more are not seen, and a folder without any would pass for an empty one.
        if (!_directory.State.Gate.StillGrants(_granted))
        {
            entry = null;
            return ErrorCode.BadDescriptor;
        }
        return outcome;
    }

    public void Dispose()
    {
        _listing.Dispose();
        _directory.Dispose();
    }

    /// <summary>Not asked by way of the gate's events: seeing what is there is no request for it.</summary>
    private bool IsVisible((DescriptorType Type, string Name) entry)
    {
        var isDirectory = entry.Type == DescriptorType.Directory;
        var request = _directory.Request(entry.Name, StorageUse.Read, isDirectory);
        return _directory.State.Gate.Current.Decide(request).Allowed;
    }
}
