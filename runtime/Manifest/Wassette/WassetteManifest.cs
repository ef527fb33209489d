using System.Collections.Immutable;
using System.Globalization;
using Tapedeck.Policy.Reading;
using Tapedeck.Policy.Specs;
using Tapedeck.Policy.Wassette;

namespace Tapedeck.Manifest.Wassette;

/// <summary>
/// Reads a provisioning manifest of Wassette (<c>serve --manifest</c>), version 1, into a WasmTool for each component and a CapabilityPolicy for its permissions. What
/// Wassette reads and makes nothing of is named in the notes.
/// <see href="https://github.com/microsoft/wassette/blob/main/docs/deployment/provisioning-manifest.md"/>
/// </summary>
public static class WassetteManifest
{
    private const string NameLabel = "app.kubernetes.io/name";
    private const int MostComponents = 1_000;

    /// <param name="file">Its name, for messages.</param>
    /// <param name="hashOf">The SHA-256 of a file in lower-case hex digits; null where the file cannot be read.</param>
    public static WassetteProvisioning Convert(string file, string text, Func<string, string?> hashOf)
    {
        var problems = new ProblemList(file);
        var documents = Documents.Read(text, problems);
        var components = problems.IsEmpty ? Components(documents, problems) : [];
        var notes = new List<WassetteNote>();
        var tools = ImmutableArray.CreateBuilder<WassetteTool>();
        if (documents is [MappingNode root])
        {
            NoteUnknown(root, "", ["version", "components"], notes);
        }
        for (var i = 0; i < components.Length; i++)
        {
            var field = string.Create(CultureInfo.InvariantCulture, $"components[{i}]");
            if (components[i] is not MappingNode component)
            {
                problems.Expected(components[i], field, "a mapping with uri");
            }
            else if (ComponentEntry.Source(component, field, hashOf, problems, notes) is { } source)
            {
                var name = Free(ComponentEntry.NameOf(component), tools);
                tools.Add(Convert(component, field, name, source, notes));
            }
        }
        return new WassetteProvisioning(problems.IsEmpty ? tools.ToImmutable() : [], [.. notes.OrderBy(note => note.Line)], problems.All);
    }

    private static WassetteTool Convert(MappingNode component, string field, string name, Specs.ComponentSource source, List<WassetteNote> notes)
    {
        NoteUnknown(component, field, ["uri", "name", "digest", "permissions", "retry_policy"], notes);
        if (component.Find("retry_policy") is { } retries and not ScalarNode { IsNull: true })
        {
            notes.Add(new WassetteNote(retries.Line, $"{field}.retry_policy", "parsed, never used", "left out: what may pass is tried again by itself"));
        }
        var labels = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add(NameLabel, name);
        var tool = new WasmTool("", name, 0, labels, new Specs.WasmToolSpec { Component = source });
        if (component.Find("permissions") is not MappingNode { Fields.IsEmpty: false } permissions)
        {
            notes.Add(new WassetteNote(component.Line, field, "without permissions: no files and no network, but the whole environment of the server", "no policy, and so nothing at all"));
            return new WassetteTool(tool, null);
        }
        var plain = ManifestPermissions.Plain(permissions, field, notes, out var limits);
        tool = tool with { Spec = tool.Spec with { Limits = limits } };
        var converted = WassettePolicy.ConvertPermissions(plain, new LabelSelector(labels, []), name);
        notes.AddRange(converted.Notes.Select(note => note with { Entry = $"{field}.{note.Entry}" }));
        return new WassetteTool(tool, new PolicyObject<CapabilityPolicySpec>("", name, 0, converted.Spec!));
    }

    private static ImmutableArray<Node> Components(IReadOnlyList<Node> documents, ProblemList problems)
    {
        if (documents is not [MappingNode root])
        {
            problems.Add(1, 1, "", "expected one document with version and components");
            return [];
        }
        if (root.Find("version") is not ScalarNode { Value: "1" })
        {
            problems.Expected(root.Find("version") ?? root, "version", "1");
        }
        if (root.Find("components") is not SequenceNode { Items: { Length: > 0 and <= MostComponents } items })
        {
            problems.Add(root.Find("components") ?? root, "components", $"expected a list of 1 to {MostComponents} components");
            return [];
        }
        return items;
    }

    internal static void NoteUnknown(MappingNode mapping, string field, string[] known, List<WassetteNote> notes) => notes.AddRange(
        mapping.Fields.Where(pair => !known.Contains(pair.Name.Value))
            .Select(pair => new WassetteNote(pair.Name.Line, field.Length == 0 ? pair.Name.Value : $"{field}.{pair.Name.Value}", "unknown, passed over in silence", "left out")));

    private static string Free(string name, IEnumerable<WassetteTool> taken)
    {
        var names = taken.Select(tool => tool.Tool.Name).ToHashSet(StringComparer.Ordinal);
        return Enumerable.Range(1, names.Count + 1)
            .Select(number => number == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{name[..Math.Min(name.Length, WasmTool.MostCharactersOfName - 5)]}-{number}"))
            .First(free => !names.Contains(free));
    }
}

/// <summary>What a manifest became.</summary>
/// <param name="Tools">None where there are problems.</param>
/// <param name="Notes">Every entry that does not mean the same in both, in the order of the file.</param>
public sealed record WassetteProvisioning(ImmutableArray<WassetteTool> Tools, ImmutableArray<WassetteNote> Notes, ImmutableArray<Problem> Problems);

/// <summary>A component of a manifest.</summary>
/// <param name="Policy">Null where it has no permissions.</param>
public sealed record WassetteTool(WasmTool Tool, PolicyObject<CapabilityPolicySpec>? Policy);
