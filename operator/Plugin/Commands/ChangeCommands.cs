using System.CommandLine;
using System.Text.Json.Nodes;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Objects;

namespace Tapedeck.Plugin.Commands;

/// <summary><c>refresh</c>, <c>suspend</c> and <c>resume</c>: the small changes that people make by hand.</summary>
internal static class ChangeCommands
{
    private static readonly Argument<string> Tool = Cluster.Tool();

    internal static Command MakeRefresh() => Make(
        "refresh", "Have the registry asked now what the tag or range stands for.", "is refreshed",
        new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [Names.ReconcileAtAnnotation] = KubeTime.Micro(TimeProvider.System.GetUtcNow()) } } });

    internal static Command MakeSuspend() => Make("suspend", "Have the tool stay at the version that runs, whatever its tag does.", "is suspended", Suspend(true));

    internal static Command MakeResume() => Make("resume", "Have the tool follow its tag again.", "follows its tag", Suspend(false));

    private static Command Make(string name, string description, string done, JsonObject patch)
    {
        var command = new Command(name, description) { Tool };
        command.SetAction((arguments, cancellationToken) => Cluster.WithToolAsync(
            arguments,
            arguments.GetValue(Tool)!,
            async (client, tool) =>
            {
                await client.PatchAsync(Names.WasmTools, tool.Key, PatchKind.Merge, patch.DeepClone(), Names.FieldManager, Subresource.None, cancellationToken);
                Shown.Line(arguments.InvocationConfiguration.Output, $"{tool.Key} {done}");
                return ExitCodes.Success;
            },
            cancellationToken));
        return command;
    }

    private static JsonObject Suspend(bool suspend) => new() { ["spec"] = new JsonObject { ["component"] = new JsonObject { ["oci"] = new JsonObject { ["suspend"] = suspend } } } };
}
