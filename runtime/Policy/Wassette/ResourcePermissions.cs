using Tapedeck.Policy.Limits;
using Tapedeck.Policy.Reading;

namespace Tapedeck.Policy.Wassette;

/// <summary><c>permissions.resources</c>. Of it Wassette enforces memory.</summary>
internal static class ResourcePermissions
{
    private const string Field = "permissions.resources";
    private const long MiB = 1L << 20;
    private const string PerMemory = "enforced, for each linear memory by itself";

    internal static StatedLimits Convert(MappingNode permissions, NoteList notes)
    {
        if (notes.Mapping(permissions, "resources", Field) is not { } resources)
        {
            return StatedLimits.None;
        }
        notes.AddUnknown(resources, Field, "limits", "cpu", "memory", "io");
        var limits = notes.Mapping(resources, "limits", $"{Field}.limits");
        if (limits is not null)
        {
            notes.AddUnknown(limits, $"{Field}.limits", "cpu", "memory");
        }
        NoteNotEnforced(limits, "cpu", $"{Field}.limits.cpu", "left out: limits.cpuTime bounds the CPU time of a call, the pod's resources its share", notes);
        NoteNotEnforced(resources, "cpu", $"{Field}.cpu", "left out: limits.cpuTime bounds the CPU time of a call, the pod's resources its share", notes);
        NoteNotEnforced(resources, "io", $"{Field}.io", "left out: nothing measures it", notes);
        var stated = Memory(StatedLimits.None, limits, $"{Field}.limits.memory", notes);
        return stated.IsEmpty ? Memory(stated, resources, $"{Field}.memory", notes) : stated;
    }

    private static void NoteNotEnforced(MappingNode? mapping, string name, string field, string here, NoteList notes)
    {
        if (mapping?.Find(name) is ScalarNode { IsNull: false } node)
        {
            notes.Add(node, $"{field}: {node.Value}", "parsed, never enforced", here);
        }
    }

    private static StatedLimits Memory(StatedLimits limits, MappingNode? mapping, string field, NoteList notes)
    {
        if (mapping?.Find("memory") is not ScalarNode { IsNull: false } node)
        {
            return limits;
        }
        var limit = Limit.Of(LimitName.Memory);
        // A bare number is of mebibytes there, and of bytes in Kubernetes.
        var text = node.IsWholeNumber && Quantity.TryParseDigits(node.Value, out var number) && number <= limit.Maximum / MiB ? Quantity.Format(number * MiB) : node.Value;
        if (!limit.TryParse(text, out var bytes, out var expected))
        {
            notes.Add(node, $"{field}: {node.Value}", PerMemory, $"left out: expected {expected}");
            return limits;
        }
        notes.Add(node, $"{field}: {node.Value}", PerMemory, $"{limit.Format(bytes)} for all memories of an instance together");
        return limits.With(LimitName.Memory, bytes);
    }
}
