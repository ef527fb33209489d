using Tapedeck.Policy.Limits;
using Tapedeck.Policy.Storage;

namespace Tapedeck.Policy.Reading;

/// <summary>Reads a volume: its name and exactly one source.</summary>
internal static class VolumeReader
{
    private const string Sources = "exactly one of emptyDir, persistentVolumeClaim, configMap, secret";

    internal static Volume? Read(FieldReader fields)
    {
        fields.TakeRequired("name", "a name");
        fields.TryTake<string>("name", ObjectNames.TryParseLabel, out var name);
        fields.Refuse("hostPath", $"a folder of the node is never mounted: expected {Sources}");
        Volume?[] sources =
        [
            ReadEmptyDir(fields, name),
            ReadNamed(fields, name, "persistentVolumeClaim", "claimName", VolumeKind.PersistentVolumeClaim),
            ReadNamed(fields, name, "configMap", "name", VolumeKind.ConfigMap),
            ReadNamed(fields, name, "secret", "secretName", VolumeKind.Secret),
        ];
        fields.Done();
        var given = sources.OfType<Volume>().ToArray();
        if (given.Length != 1)
        {
            fields.Problems.Add(fields.Node, fields.Field, $"expected {Sources}, but found {given.Length}");
            return null;
        }
        return given[0];
    }

    /// <summary>Without a limit one tool fills the disk of a node.</summary>
    private static Volume? ReadEmptyDir(FieldReader fields, string? name)
    {
        if (fields.TakeMapping("emptyDir") is not { } source)
        {
            return null;
        }
        source.TakeRequired("sizeLimit", "a size such as 256Mi");
        source.TryTake<long>("sizeLimit", Quantity.TryParse, out var size);
        source.Done();
        return new Volume(name ?? "", VolumeKind.EmptyDir, "", size);
    }

    private static Volume? ReadNamed(FieldReader fields, string? name, string field, string nameField, VolumeKind kind)
    {
        if (fields.TakeMapping(field) is not { } source)
        {
            return null;
        }
        source.TakeRequired(nameField, "a name");
        source.TryTake<string>(nameField, ObjectNames.TryParseName, out var sourceName);
        source.Done();
        return new Volume(name ?? "", kind, sourceName ?? "", 0);
    }
}
