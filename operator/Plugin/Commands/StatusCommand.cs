using System.CommandLine;
using Tapedeck.Kube.Client;

namespace Tapedeck.Plugin.Commands;

/// <summary><c>status</c>: all tools, or one with everything that stands in its way.</summary>
internal static class StatusCommand
{
    private static readonly Argument<string?> Tool = new("TOOL") { Description = "The name of a WasmTool. All of the namespace by default.", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<bool> All = new("--all-namespaces", "-A") { Description = "The tools of all namespaces." };

    internal static Command Make()
    {
        var command = new Command("status", "Show tools, and why those that are not ready are not. Ends with 1 where one is not.") { Tool, All };
        command.SetAction((arguments, cancellationToken) => arguments.GetValue(Tool) is { } tool
            ? Cluster.WithToolAsync(arguments, tool, (_, view) => Task.FromResult(One(arguments.InvocationConfiguration.Output, view)), cancellationToken)
            : Cluster.WithAsync(arguments, (client, @namespace) => AllAsync(arguments, client, arguments.GetValue(All) ? "" : @namespace, cancellationToken)));
        return command;
    }

    private static async Task<int> AllAsync(ParseResult arguments, KubeClient client, string @namespace, CancellationToken cancellationToken)
    {
        var list = await client.ListAsync(Names.WasmTools, new Selection { Namespace = @namespace }, cancellationToken);
        ToolView[] tools = [.. list.Items.Select(tool => new ToolView(tool)).OrderBy(tool => tool.Key.ToString(), StringComparer.Ordinal)];
        var output = arguments.InvocationConfiguration.Output;
        if (tools.Length == 0)
        {
            Shown.Line(output, @namespace.Length == 0 ? "there are no WasmTools" : $"there are no WasmTools in the namespace {@namespace}");
            return ExitCodes.Success;
        }
        Shown.Table(output, ["NAMESPACE", "NAME", "READY", "REASON", "TOOLS", "POLICY", "DIGEST", "WHY NOT"], tools.Select(Row));
        return tools.All(tool => tool.IsReady) ? ExitCodes.Success : ExitCodes.Failed;
    }

    private static string[] Row(ToolView tool)
    {
        var ready = tool.Condition("Ready");
        return
        [
            tool.Key.Namespace,
            tool.Key.Name,
            tool.IsCurrent ? ready?.Status ?? "Unknown" : "Unknown",
            tool.IsCurrent ? ready?.Reason ?? "" : "NotSeenYet",
            tool.Number("status", "tools", "count"),
            tool.Condition("PolicyAccepted")?.Reason ?? "",
            tool.ShortDigest,
            tool.Obstacle is { } obstacle ? obstacle.Message : "",
        ];
    }

    internal static int One(TextWriter output, ToolView tool)
    {
        Shown.Line(output, $"WasmTool {tool.Key}");
        Shown.Line(output, tool.IsReady ? "is ready" : !tool.IsCurrent ? "was changed, and the operator has not come to it yet; is it running?" : $"is not ready: {tool.Condition("Ready")?.Message}");
        if (tool.Obstacle is { } obstacle)
        {
            Shown.Line(output, $"in the way is {obstacle.Type} ({obstacle.Reason}): {obstacle.Message}");
        }
        Shown.Line(output);
        Shown.Table(output, ["", ""], Facts(tool).Where(fact => fact.Value.Length > 0).Select(fact => new[] { fact.Name, fact.Value }));
        Shown.Line(output);
        Shown.Table(output, ["CONDITION", "STATUS", "REASON", "MESSAGE"], tool.Conditions.Select(condition => new[] { condition.Type, condition.Status, condition.Reason, condition.Message }));
        return tool.IsReady ? ExitCodes.Success : ExitCodes.Failed;
    }

    private static IEnumerable<(string Name, string Value)> Facts(ToolView tool) =>
    [
        ("asked for", $"{tool.Text("spec", "component", "oci", "repository")} {tool.Ref}{(tool.IsSuspended ? " (suspended)" : "")}"),
        ("runs", tool.Digest),
        ("signed by", string.Join(", ", tool.Texts("status", "artifact", "signers"))),
        ("tools", string.Join(", ", tool.Texts("status", "tools", "names"))),
        ("endpoint", tool.Text("status", "endpoint")),
        ("policies", string.Join(", ", tool.Policies)),
        ("mode", tool.Text("status", "policyMode")),
        ("asks for and has not", string.Join(", ", tool.Texts("status", "missingCapabilities"))),
        ("walls", string.Join("; ", tool.Texts("status", "walls"))),
        ("pods", tool.Number("status", "replicas") is { Length: > 0 } replicas ? $"{tool.Number("status", "readyReplicas")} of {replicas} ready" : ""),
    ];
}
