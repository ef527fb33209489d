using System.Collections.Immutable;
using Tapedeck.Policy.Reading;
using Tapedeck.Policy.Specs;
using Tapedeck.Policy.Storage;

namespace Tapedeck.Policy.Wassette;

/// <summary><c>permissions.storage</c>. Of it Wassette enforces allowed folders without patterns.</summary>
internal static class StoragePermissions
{
    private const string Field = "permissions.storage";
    private const string Scheme = "fs://";
    private const long SizeLimit = 1L << 30;

    /// <param name="volume">What the names of volumes begin with; a number follows.</param>
    internal static EntryLists<StorageEntry, StorageDenyEntry> Convert(MappingNode permissions, string volume, NoteList notes)
    {
        if (notes.Mapping(permissions, "storage", Field) is not { } storage)
        {
            return new([], []);
        }
        notes.AddUnknown(storage, Field, "allow", "deny");
        return new(Allows(storage, volume, notes), Denials(storage, notes));
    }

    private static ImmutableArray<StorageEntry> Allows(MappingNode storage, string volume, NoteList notes)
    {
        var entries = ImmutableArray.CreateBuilder<StorageEntry>();
        foreach (var (node, field) in notes.Entries(storage, "allow", $"{Field}.allow"))
        {
            notes.AddUnknown(node, field, "uri", "access");
            var uri = NoteList.Text(node, "uri") ?? "";
            var entry = $"{field}: {uri}";
            if (!TrySplit(uri, out var path, out var glob))
            {
                notes.Add(node, entry, InWassette(uri), "left out: a path at which the guest sees a volume was expected");
                continue;
            }
            var name = $"{volume}-{entries.Count + 1}";
            var access = AccessOf(node, entry, notes);
            entries.Add(new StorageEntry(new Volume(name, VolumeKind.EmptyDir, "", SizeLimit), path, access) { Globs = glob is null ? [] : [glob] });
            notes.Add(node, entry, InWassette(uri),
                $"an empty volume {name} at {path}{(glob is null ? "" : $" with glob {glob}")}: give it the source that you mean, or --volume {name}=DIR on a laptop");
        }
        return entries.ToImmutable();
    }

    private static ImmutableArray<StorageDenyEntry> Denials(MappingNode storage, NoteList notes)
    {
        var entries = ImmutableArray.CreateBuilder<StorageDenyEntry>();
        foreach (var (node, field) in notes.Entries(storage, "deny", $"{Field}.deny"))
        {
            notes.AddUnknown(node, field, "uri", "access");
            var uri = NoteList.Text(node, "uri") ?? "";
            if (!TrySplit(uri, out var path, out var glob))
            {
                notes.Add(node, $"{field}: {uri}", "parsed, never read", "left out: a path at which the guest sees a volume was expected");
                continue;
            }
            entries.Add(new StorageDenyEntry { Path = path, Access = AccessOf(node) });
            notes.Add(node, $"{field}: {uri}", "parsed, never read", glob is null or { Text: "**" } ? $"{path} is denied, whatever allows it" : $"all of {path} is denied, whatever allows it: denials have no globs");
        }
        return entries.ToImmutable();
    }

    /// <summary>Splits <c>fs://job/*/data</c> into the path before the first pattern and the pattern.</summary>
    private static bool TrySplit(string uri, out GuestPath path, out Glob? glob)
    {
        path = default;
        glob = null;
        if (!uri.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return false;
        }
        var segments = uri[Scheme.Length..].Trim('/').Split('/');
        var pattern = Array.FindIndex(segments, segment => segment.Contains('*', StringComparison.Ordinal));
        var folder = pattern < 0 ? segments : segments[..pattern];
        if (pattern >= 0 && !Glob.TryParse(string.Join('/', segments[pattern..]), out glob!, out _))
        {
            return false;
        }
        return GuestPath.TryParse("/" + string.Join('/', folder), out path, out _);
    }

    private static string InWassette(string uri) =>
        !uri.StartsWith(Scheme, StringComparison.Ordinal) ? "accepted, passed over: its scheme is not fs"
        : uri.Contains('*', StringComparison.Ordinal) ? "a folder with stars in its name, which is missing: every call failed"
        : uri.Contains("..", StringComparison.Ordinal) || uri.Trim('/') == "fs:" ? "a folder that may hold Wassette's own files"
        : "enforced, as a folder beside the component";

    private static StorageAccess AccessOf(MappingNode node, string entry, NoteList notes)
    {
        var access = AccessOf(node);
        if (access == StorageAccess.Write)
        {
            notes.Add(node, $"{entry} with access write", "writing, and listing as well", "read and write");
        }
        return access.HasFlag(StorageAccess.Write) ? StorageAccess.ReadWrite : StorageAccess.Read;
    }

    private static StorageAccess AccessOf(MappingNode node)
    {
        var names = (node.Find("access") as SequenceNode)?.Items.OfType<ScalarNode>().Select(name => name.Value).ToArray() ?? [];
        var access = (names.Contains("read") ? StorageAccess.Read : 0) | (names.Contains("write") ? StorageAccess.Write : 0);
        return access == StorageAccess.None ? StorageAccess.ReadWrite : access;
    }
}
