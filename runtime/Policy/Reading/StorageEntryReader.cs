using Tapedeck.Policy.Specs;
using Tapedeck.Policy.Storage;

namespace Tapedeck.Policy.Reading;

/// <summary>Reads the entries of <c>storage.allow</c>.</summary>
internal static class StorageEntryReader
{
    internal const int MostAccess = 2;
    private const int MostGlobs = 100;

    internal static StorageEntry? Read(FieldReader fields)
    {
        var before = fields.Problems.Count;
        fields.Refuse("hostPath", "a folder of the node is never mounted; name a volume");
        var volume = fields.TakeRequired("volume", "a mapping with name and a source") is null ? null : VolumeReader.Read(fields.TakeMapping("volume")!);
        fields.TakeRequired("path", "the path at which the guest sees the volume");
        fields.TryTake<GuestPath>("path", GuestPath.TryParse, out var path);
        var access = ReadAccess(fields);
        var subPath = fields.TryTake<string>("subPath", TryParseSubPath, out var sub) ? sub : null;
        fields.IsEmptyList("globs");
        var globs = fields.TakeList<Glob>("globs", Glob.TryParse, MostGlobs);
        if (access.HasFlag(StorageAccess.Write) && volume is { CanBeWritten: false })
        {
            fields.Problems.Add(fields.Take("access")!, fields.PathOf("access"), $"a {Words.CamelOf(volume.Kind.ToString())} is mounted read-only: expected [read]");
        }
        return fields.Problems.Count > before || volume is null ? null : new StorageEntry(volume, path, access) { SubPath = subPath, Globs = globs };
    }

    private static StorageAccess ReadAccess(FieldReader fields)
    {
        var node = fields.TakeRequired("access", "[read] or [read, write]");
        var access = fields.TakeList<StorageAccess>("access", TryParseAccess, MostAccess).Aggregate(StorageAccess.None, (all, each) => all | each);
        if (node is SequenceNode && access is not (StorageAccess.Read or StorageAccess.ReadWrite))
        {
            fields.Problems.Add(node, fields.PathOf("access"), "expected [read] or [read, write]: who may write may list and look up");
        }
        return access;
    }

    internal static bool TryParseAccess(string text, out StorageAccess access, out string expected)
    {
        access = text == "write" ? StorageAccess.Write : StorageAccess.Read;
        expected = "read or write";
        return text is "read" or "write";
    }

    private static bool TryParseSubPath(string text, out string value, out string expected)
    {
        value = text;
        expected = "a relative path in normal form such as reports/2026";
        return RelativePath.IsNormal(text);
    }
}
