using Tapedeck.Policy.Specs;
using Tapedeck.Policy.Storage;

namespace Tapedeck.Policy.Reading;

/// <summary>Reads the entries of <c>storage.deny</c>.</summary>
internal static class StorageDenyReader
{
    internal static StorageDenyEntry? Read(FieldReader fields)
    {
        fields.IsEmptyList("access");
        var access = fields.TakeList<StorageAccess>("access", StorageEntryReader.TryParseAccess, StorageEntryReader.MostAccess).Aggregate(StorageAccess.None, (all, each) => all | each);
        var entry = new StorageDenyEntry
        {
            Path = fields.TryTake<GuestPath>("path", GuestPath.TryParse, out var path) ? path : null,
            Source = fields.TryTake<VolumeKind>("source", Words.Camel, out var source) ? source : null,
            Access = access == StorageAccess.None ? StorageAccess.ReadWrite : access,
        };
        if (fields.Take("path") is null && fields.Take("source") is null && fields.Take("access") is null)
        {
            fields.Problems.Add(fields.Node, fields.Field, "expected at least one of path, source, access");
        }
        return entry;
    }
}
