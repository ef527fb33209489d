using Tapedeck.Policy.Limits;
using Tapedeck.Policy.Network;
using Tapedeck.Policy.Reading;
using Tapedeck.Policy.Specs;
using Tapedeck.Policy.Storage;

namespace Tapedeck.Policy.Writing;

/// <summary>The entries of policies as nodes.</summary>
internal static class EntryNodes
{
    internal static Node Of(NetworkEntry entry) => new MappingBuilder()
        .Text("host", entry.Host?.ToString())
        .Text("cidr", entry.Cidr?.ToString())
        .Nodes("ports", entry.Ports?.Ranges.Select(Of) ?? [])
        .Text("protocol", entry.Protocol?.ToString().ToLowerInvariant())
        .Texts("schemes", Names(entry.Schemes))
        .Texts("methods", entry.Methods)
        .Text("pathPrefix", entry.PathPrefix?.ToString())
        .Build();

    internal static Node Of(StorageEntry entry) => new MappingBuilder()
        .Mapping("volume", Of(entry.Volume))
        .Text("path", entry.Path.Value)
        .Texts("access", Names(entry.Access))
        .Text("subPath", entry.SubPath)
        .Texts("globs", entry.Globs.Select(glob => glob.Text))
        .Build();

    internal static Node Of(StorageDenyEntry entry) => new MappingBuilder()
        .Text("path", entry.Path?.Value)
        .Text("source", entry.Source is { } source ? Words.CamelOf(source.ToString()) : null)
        .Texts("access", Names(entry.Access))
        .Build();

    internal static Node Of(KeyEntry entry) => entry.Source.Kind == KeySourceKind.Value
        ? new MappingBuilder().Text("name", entry.Name).Text("value", entry.Source.Text).Build()
        : new MappingBuilder().Text("name", entry.Name).Mapping("valueFrom", new MappingBuilder().Mapping(
            entry.Source.Kind == KeySourceKind.Secret ? "secretKeyRef" : "configMapKeyRef",
            new MappingBuilder().Text("name", entry.Source.Object).Text("key", entry.Source.Text))).Build();

    internal static Node Of(KeyPattern pattern) => new MappingBuilder().Text("name", pattern.Text).Build();

    internal static MappingBuilder Of(StatedLimits limits)
    {
        var fields = new MappingBuilder();
        foreach (var limit in Limit.All)
        {
            var text = limits[limit.Name] is { } value ? limit.Format(value) : null;
            _ = limit.Unit == LimitUnit.Count ? fields.Plain(limit.Field, text) : fields.Text(limit.Field, text);
        }
        return fields;
    }

    private static MappingBuilder Of(Volume volume)
    {
        var fields = new MappingBuilder().Text("name", volume.Name);
        return volume.Kind switch
        {
            VolumeKind.EmptyDir => fields.Mapping("emptyDir", new MappingBuilder().Text("sizeLimit", Quantity.Format(volume.SizeLimit))),
            VolumeKind.PersistentVolumeClaim => fields.Mapping("persistentVolumeClaim", new MappingBuilder().Text("claimName", volume.Source)),
            VolumeKind.ConfigMap => fields.Mapping("configMap", new MappingBuilder().Text("name", volume.Source)),
            _ => fields.Mapping("secret", new MappingBuilder().Text("secretName", volume.Source)),
        };
    }

    private static ScalarNode Of(PortRange range) => new(0, 0, range.ToString(), IsQuoted: range.First != range.Last);

    private static IEnumerable<string> Names<T>(T flags)
        where T : struct, Enum => Enum.GetValues<T>()
        .Where(flag => flags.HasFlag(flag) && System.Numerics.BitOperations.PopCount(Convert.ToUInt32(flag)) == 1)
        .Select(flag => flag.ToString().ToLowerInvariant());
}
