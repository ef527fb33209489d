using System.CommandLine;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Objects;

namespace Tapedeck.Plugin.Commands;

/// <summary><c>logs</c>: those of all pods of a tool, which pod first.</summary>
internal static class LogsCommand
{
    private static readonly Argument<string> Tool = Cluster.Tool();
    private static readonly Option<bool> Follow = new("--follow", "-f") { Description = "Go on until interrupted." };
    private static readonly Option<int> Tail = new("--tail") { Description = "How many of the last lines of each pod.", DefaultValueFactory = _ => 100 };

    internal static Command Make()
    {
        var command = new Command("logs", "Show what the pods of a tool log.") { Tool, Follow, Tail };
        command.SetAction((arguments, cancellationToken) => Cluster.WithToolAsync(arguments, arguments.GetValue(Tool)!, (client, tool) => RunAsync(arguments, client, tool, cancellationToken), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, KubeClient client, ToolView tool, CancellationToken cancellationToken)
    {
        var pods = await client.ListAsync(Resource.Pods, new Selection { Namespace = tool.Key.Namespace, LabelSelector = Names.PodSelector(tool.Key.Name) }, cancellationToken);
        if (pods.Items.Count == 0)
        {
            return await Cluster.FailAsync(arguments, $"the tool has no pods: see kubectl tapedeck status {tool.Key.Name}", ExitCodes.Failed);
        }
        var output = TextWriter.Synchronized(arguments.InvocationConfiguration.Output);
        var selection = new LogSelection { Container = "runtime", Follow = arguments.GetValue(Follow), Tail = arguments.GetValue(Tail) };
        await Task.WhenAll(pods.Items.Select(async pod =>
        {
            await foreach (var line in client.LogsAsync(pod.Key, selection, cancellationToken))
            {
                Shown.Line(output, pods.Items.Count > 1 ? $"{pod.Key.Name} {line}" : line);
            }
        }));
        return ExitCodes.Success;
    }
}
