using System.CommandLine;
using System.Text.Json;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Objects;
using Tapedeck.Manifest;
using Tapedeck.Policy;
using Tapedeck.Policy.Merging;
using Tapedeck.Policy.Reading;
using Tapedeck.Policy.Requests;

namespace Tapedeck.Plugin.Commands;

/// <summary><c>why</c>: what a tool was denied and by which rule, or what would become of a request, by the policies that its pods have.</summary>
internal static class WhyCommand
{
    private const int MostLines = 2_000;

    private static readonly Argument<string> Tool = Cluster.Tool();
    private static readonly Argument<string?> Request = new("REQUEST") { Description = $"{WrittenRequest.Help} Left out: what was denied lately.", Arity = ArgumentArity.ZeroOrOne };

    internal static Command Make()
    {
        var command = new Command("why", "Tell which rule denied something, or would. Ends with 1 where the request is denied.") { Tool, Request };
        command.SetAction((arguments, cancellationToken) => Cluster.WithToolAsync(
            arguments,
            arguments.GetValue(Tool)!,
            (client, tool) => arguments.GetValue(Request) is { } request ? ExplainAsync(arguments, client, tool, request, cancellationToken) : DenialsAsync(arguments, client, tool, cancellationToken),
            cancellationToken));
        return command;
    }

    private static async Task<int> ExplainAsync(ParseResult arguments, KubeClient client, ToolView tool, string text, CancellationToken cancellationToken)
    {
        if (!WrittenRequest.TryParse(text, out var request, out var problem))
        {
            return await Cluster.FailAsync(arguments, problem, ExitCodes.Usage);
        }
        var key = new ObjectKey(tool.Key.Namespace, Names.PolicyConfigMap(tool.Key.Name));
        if (await client.GetAsync(Names.ConfigMaps, key, cancellationToken) is not { } map || map.Find("data", Names.PolicyKey) is not { ValueKind: JsonValueKind.String } snapshot)
        {
            return await Cluster.FailAsync(arguments, $"there is no ConfigMap {key} with the policies of the tool: the operator has not come to it, see kubectl tapedeck status {tool.Key.Name}", ExitCodes.Failed);
        }
        var problems = new ProblemList($"ConfigMap {key}");
        if (PolicySnapshot.Read(snapshot.GetString()!, [], problems) is not { } input)
        {
            return await Cluster.FailAsync(arguments, $"the policies of the tool were written by another version of the operator: {problems.All[0]}", ExitCodes.Failed);
        }
        var grants = GrantsMerge.Merge(input, null);
        arguments.InvocationConfiguration.Output.Write(Shown.Clean(Explain.Why(request, grants)));
        return grants.Decide(request).Allowed ? ExitCodes.Success : ExitCodes.Failed;
    }

    private static async Task<int> DenialsAsync(ParseResult arguments, KubeClient client, ToolView tool, CancellationToken cancellationToken)
    {
        var output = arguments.InvocationConfiguration.Output;
        var pods = await client.ListAsync(Resource.Pods, new Selection { Namespace = tool.Key.Namespace, LabelSelector = Names.PodSelector(tool.Key.Name) }, cancellationToken);
        var denials = new List<Denial>();
        foreach (var pod in pods.Items)
        {
            try
            {
                await foreach (var line in client.LogsAsync(pod.Key, new LogSelection { Container = "runtime", Timestamps = true, Tail = MostLines }, cancellationToken))
                {
                    denials.AddRange(Denial.Read(line) is { } denial ? [denial] : []);
                }
            }
            catch (ApiException error) when (error is not ForbiddenException)
            {
                await arguments.InvocationConfiguration.Error.WriteLineAsync($"kubectl-tapedeck: {Shown.Clean(error.Message)}");
            }
        }
        if (tool.Texts("status", "missingCapabilities").ToArray() is { Length: > 0 } missing)
        {
            Shown.Line(output, $"asked for, and granted by no policy: {string.Join(", ", missing)}");
        }
        if (denials.Count == 0)
        {
            Shown.Line(output, $"nothing was denied in the last {MostLines} lines of each of {pods.Items.Count} pods' logs");
            return ExitCodes.Success;
        }
        var groups = denials.GroupBy(denial => denial with { Time = "" }).OrderByDescending(group => group.Max(denial => denial.Time), StringComparer.Ordinal);
        Shown.Table(output, ["LAST", "TIMES", "VERDICT", "REQUEST", "WHY", "GENERATION"], groups.Select(group => new[]
        {
            group.Max(denial => denial.Time)!, $"{group.Count()}", group.Key.Verdict, group.Key.Request, group.Key.Why, group.Key.Generation,
        }));
        return ExitCodes.Success;
    }
}
