using Tapedeck.Manifest;
using Tapedeck.Manifest.Reading;
using Tapedeck.Policy.Merging;
using Tapedeck.Policy.Network;
using Tapedeck.Policy.Reading;

namespace Tapedeck.Server.Serving;

/// <summary>What the operator wrote for this pod: one tool and the snapshot of its policies.</summary>
/// <param name="ownAddresses">Of the pod: never grantable.</param>
internal sealed class PodManifest(string toolFile, string policyFile, IReadOnlyList<Address> ownAddresses)
{
    private string _read = "";
    private WasmTool? _lastTool;
    private MergeInput? _lastGood;

    /// <summary>What the files say, or null where they say what they did the last time.</summary>
    internal Desired? ReadIfChanged()
    {
        var problems = new List<string>();
        var tool = Text(toolFile, problems);
        var policy = Text(policyFile, problems);
        var all = $"{tool}\0{policy}\0{string.Join('\0', problems)}";
        if (all == _read)
        {
            return null;
        }
        _read = all;
        // A tool that cannot be read leaves the one before.
        var found = _lastTool = (tool is null ? null : Tool(tool, problems)) ?? _lastTool;
        var input = Policies(policy, problems);
        return new Desired(found is null ? [] : [new DesiredTool(found, "/", (_, _) => input with { ToolLimits = found.Spec.Limits })], [.. problems]);
    }

    private WasmTool? Tool(string text, List<string> problems)
    {
        var list = new ProblemList(toolFile);
        var tool = Documents.Read(text, list) is [var document] ? WasmToolReader.Read(document, list) : null;
        problems.AddRange(list.All.Select(problem => problem.ToString()));
        return tool;
    }

    /// <summary>Without a snapshot that can be read, the last good one with nothing new; without any, nothing is granted.</summary>
    private MergeInput Policies(string? text, List<string> problems)
    {
        var list = new ProblemList(policyFile);
        var input = text is null ? null : PolicySnapshot.Read(text, ownAddresses, list);
        problems.AddRange(list.All.Select(problem => problem.ToString()));
        if (input is not null)
        {
            // Whatever number it has: what stood there before may have been somebody else's. RATIONALE.md, "What if somebody else writes what pods are handed?"
            return _lastGood = input;
        }
        return (_lastGood ?? new MergeInput { Generation = 0 }) with { Incomplete = "the snapshot of policies cannot be read" };
    }

    private static string? Text(string file, List<string> problems)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{file}: cannot be read ({StartException.Reason(exception)}); --manifest is for pods, where the operator mounts it");
            return null;
        }
    }
}
