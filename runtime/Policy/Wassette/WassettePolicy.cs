using Tapedeck.Policy.Reading;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Policy.Wassette;

/// <summary>
/// Reads a <c>policy.yaml</c> of Wassette, version 1.x, into a CapabilityPolicy. Wassette accepts much that it does not enforce; each such
/// entry is named in the notes, and converted to what its author meant where there is a field for it.
/// <see href="https://github.com/microsoft/wassette/blob/main/docs/reference/permissions.md"/>
/// </summary>
public static class WassettePolicy
{
    private const string Secret = "tool-environment";
    private const string Volume = "volume";

    /// <param name="file">Its name, for messages.</param>
    /// <param name="selector">The tools that the converted policy is for: Wassette keeps a policy beside its component.</param>
    public static WassetteConversion Convert(string file, string text, LabelSelector selector)
    {
        var problems = new ProblemList(file);
        var documents = Documents.Read(text, problems);
        if (!problems.IsEmpty || Root(documents, problems) is not { } root || !VersionIsKnown(root, problems)
            || Permissions(root, problems) is not { } permissions)
        {
            return new WassetteConversion(null, [], problems.All);
        }
        var notes = new NoteList();
        notes.AddUnknown(root, "", "version", "description", "permissions");
        return new WassetteConversion(Convert(permissions, selector, Secret, Volume, notes), notes.All, []);
    }

    /// <summary>Converts permissions alone, as a provisioning manifest has them for each of its components.</summary>
    /// <param name="tool">The tool's name, which the names of its Secret and volumes begin with: those of other tools are others.</param>
    public static WassetteConversion ConvertPermissions(MappingNode permissions, LabelSelector selector, string tool)
    {
        ArgumentNullException.ThrowIfNull(permissions);
        var notes = new NoteList();
        return new WassetteConversion(Convert(permissions, selector, $"{tool}-environment", $"{tool}-{Volume}", notes), notes.All, []);
    }

    private static CapabilityPolicySpec Convert(MappingNode permissions, LabelSelector selector, string secret, string volume, NoteList notes)
    {
        notes.AddUnknown(permissions, "permissions", "storage", "network", "environment", "resources", "ipc", "runtime");
        var spec = new CapabilityPolicySpec
        {
            ToolSelector = selector,
            Network = NetworkPermissions.Convert(permissions, notes),
            Storage = StoragePermissions.Convert(permissions, volume, notes),
            Environment = EnvironmentPermissions.Convert(permissions, secret, notes),
            Limits = ResourcePermissions.Convert(permissions, notes),
        };
        NoteIgnored(permissions, notes);
        return spec;
    }

    private static MappingNode? Root(IReadOnlyList<Node> documents, ProblemList problems)
    {
        if (documents is [MappingNode root])
        {
            return root;
        }
        problems.Add(1, 1, "", "expected one document with version and permissions");
        return null;
    }

    private static bool VersionIsKnown(MappingNode root, ProblemList problems)
    {
        if (root.Find("version") is ScalarNode version && version.Value.StartsWith("1.", StringComparison.Ordinal))
        {
            return true;
        }
        problems.Expected(root.Find("version") ?? root, "version", "a version that begins with 1.");
        return false;
    }

    private static MappingNode? Permissions(MappingNode root, ProblemList problems)
    {
        var node = root.Find("permissions");
        if (node is ScalarNode { IsNull: true })
        {
            return new MappingNode(node.Line, node.Column, []);
        }
        if (node is not MappingNode)
        {
            problems.Expected(node ?? root, "permissions", "a mapping, which may be empty");
        }
        return node as MappingNode;
    }

    private static void NoteIgnored(MappingNode permissions, NoteList notes)
    {
        foreach (var name in new[] { "ipc", "runtime" })
        {
            if (permissions.Find(name) is { } node and not ScalarNode { IsNull: true })
            {
                notes.Add(node, $"permissions.{name}", "parsed, never enforced", "left out: there is nothing that it could open or close");
            }
        }
    }
}
