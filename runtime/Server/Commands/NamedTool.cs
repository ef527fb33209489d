using System.Collections.Immutable;
using System.CommandLine;
using Tapedeck.Manifest;
using Tapedeck.Manifest.Specs;
using Tapedeck.Server.Serving;

namespace Tapedeck.Server.Commands;

/// <summary>The tool that a command is about where no WasmTool says so: policies select it by the labels and the namespace that the command line gives.</summary>
internal static class NamedTool
{
    internal static readonly Option<string[]> Labels = new("--label") { Description = "A label of the tool that policies select it by, as name=value; may be given again." };
    internal static readonly Option<string> Namespace = new("--namespace", "-n") { Description = "The tool's namespace, which its policies are of.", DefaultValueFactory = _ => "default" };

    /// <exception cref="StartException">A label is none.</exception>
    internal static WasmTool Of(ParseResult arguments, ComponentSource source)
    {
        var labels = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var text in arguments.GetValue(Labels) ?? [])
        {
            if (text.Split('=', 2) is not [{ Length: > 0 } name, var value])
            {
                throw new StartException($"--label expects name=value, and not '{text}'");
            }
            if (labels.GetValueOrDefault(name, value) != value)
            {
                throw new StartException($"--label gives {name} two values, {labels[name]} and {value}; give it one");
            }
            labels[name] = value;
        }
        return new WasmTool(arguments.GetValue(Namespace)!, "component", 0, labels.ToImmutable(), new WasmToolSpec { Component = source });
    }

    /// <summary>What to do where policies were given and none of them is for the tool; null where one is, or where there are none.</summary>
    internal static string? Unselected(WasmTool tool, PolicyBook policies) => policies.SelectorsOf(tool) is { Length: > 0 } others
        ? $"no policy that was given selects this tool, so nothing would be granted: {string.Join("; ", others)}. Say --label NAME=VALUE and --namespace as the policies ask for them, or leave the policies out"
        : null;
}
