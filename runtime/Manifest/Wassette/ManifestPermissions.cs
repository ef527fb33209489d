using Tapedeck.Policy.Limits;
using Tapedeck.Policy.Reading;
using Tapedeck.Policy.Wassette;

namespace Tapedeck.Manifest.Wassette;

/// <summary>What permissions of a manifest have beyond those of a policy: <c>value_from</c> of variables, and limits by other names.</summary>
internal static class ManifestPermissions
{
    private static readonly (string Field, LimitName Limit, string Unit)[] Limits = [("memory_bytes", LimitName.Memory, ""), ("cpu_time_ms", LimitName.CpuTime, "ms")];

    /// <summary>The permissions as a policy has them.</summary>
    /// <param name="limits">The limits of those other names, which the tool gets.</param>
    internal static MappingNode Plain(MappingNode permissions, string field, List<WassetteNote> notes, out StatedLimits limits)
    {
        limits = StatedLimits.None;
        if (permissions.Find("resources") is MappingNode resources)
        {
            foreach (var (name, limit, unit) in Limits)
            {
                limits = Read(limits, resources.Find(name), unit, Limit.Of(limit), $"{field}.permissions.resources.{name}", notes);
            }
            permissions = With(permissions, "resources", Without(resources, [.. Limits.Select(limit => limit.Field)]));
        }
        if (permissions.Find("environment") is MappingNode environment && environment.Find("allow") is SequenceNode allow)
        {
            foreach (var (entry, value) in allow.Items.OfType<MappingNode>().Select(entry => (entry, entry.Find("value_from") as ScalarNode)).Where(pair => pair.Item2 is not null))
            {
                notes.Add(new WassetteNote(value!.Line, $"{field}.permissions.environment: {(entry.Find("key") as ScalarNode)?.Value} value_from {value.Value}", "parsed, never used", $"put the value of {value.Value} into the key of the Secret"));
            }
            permissions = With(permissions, "environment", With(environment, "allow", allow with { Items = [.. allow.Items.Select(item => item is MappingNode entry ? Without(entry, ["value_from"]) : item)] }));
        }
        return permissions;
    }

    private static StatedLimits Read(StatedLimits limits, Node? value, string unit, Limit limit, string field, List<WassetteNote> notes)
    {
        if (value is not ScalarNode { IsNull: false } node)
        {
            return limits;
        }
        var isRead = limit.TryParse(node.Value + unit, out var number, out var expected);
        notes.Add(new WassetteNote(node.Line, $"{field}: {node.Value}", "parsed, never used", isRead ? $"spec.limits.{limit.Field} of the tool, {limit.Format(number)}" : $"left out: expected {expected}"));
        return isRead ? limits.With(limit.Name, number) : limits;
    }

    private static MappingNode With(MappingNode mapping, string name, Node value) =>
        mapping with { Fields = [.. mapping.Fields.Select(pair => pair.Name.Value == name ? (pair.Name, value) : pair)] };

    private static MappingNode Without(MappingNode mapping, string[] names) => mapping with { Fields = [.. mapping.Fields.Where(pair => !names.Contains(pair.Name.Value))] };
}
