using System.CommandLine;
using System.Text.Json;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Config;
using Tapedeck.Kube.Objects;
using Tapedeck.Policy.Reading;
using Tapedeck.Policy.Writing;

namespace Tapedeck.Plugin.Commands;

/// <summary>The options that every command about a cluster has, and what they lead to.</summary>
internal static class Cluster
{
    internal static readonly Option<string?> KubeConfigFile = new("--kubeconfig") { Description = "The kubeconfig. KUBECONFIG or ~/.kube/config by default.", Recursive = true };
    internal static readonly Option<string> Context = new("--context") { Description = "The context of the kubeconfig. The current one by default.", Recursive = true, DefaultValueFactory = _ => "" };
    internal static readonly Option<string?> Namespace = new("--namespace", "-n") { Description = "The namespace. That of the context by default.", Recursive = true };

    internal static Argument<string> Tool() => new("TOOL") { Description = "The name of a WasmTool." };

    /// <summary>Does something with a client, and says what went wrong where it did.</summary>
    internal static async Task<int> WithAsync(ParseResult arguments, Func<KubeClient, string, Task<int>> work)
    {
        try
        {
            var file = arguments.GetValue(KubeConfigFile);
            var options = new KubeConfigOptions { Context = arguments.GetValue(Context)!, Interactive = true };
            var connection = KubeConfig.Load(file is null ? KubeConfig.DefaultFiles() : [file], ReadYaml, options, TimeProvider.System);
            using var client = new KubeClient(connection, new KubeClientOptions { UserAgent = "kubectl-tapedeck" }, TimeProvider.System);
            return await work(client, arguments.GetValue(Namespace) is { Length: > 0 } given ? given : client.Namespace);
        }
        catch (KubeConfigException error)
        {
            return await FailAsync(arguments, error.Message, ExitCodes.Usage);
        }
        catch (ApiException error)
        {
            return await FailAsync(arguments, error.Message, ExitCodes.Unavailable);
        }
    }

    /// <summary>The same for one tool.</summary>
    internal static Task<int> WithToolAsync(ParseResult arguments, string name, Func<KubeClient, ToolView, Task<int>> work, CancellationToken cancellationToken) =>
        WithAsync(arguments, async (client, @namespace) => await client.GetAsync(Names.WasmTools, new ObjectKey(@namespace, name), cancellationToken) is { } tool
            ? await work(client, new ToolView(tool))
            : await FailAsync(arguments, $"there is no WasmTool {name} in the namespace {@namespace}; kubectl get wasmtools -A lists all", ExitCodes.Usage));

    internal static async Task<int> FailAsync(ParseResult arguments, string problem, int code)
    {
        await arguments.InvocationConfiguration.Error.WriteLineAsync($"kubectl-tapedeck: {Shown.Clean(problem)}");
        return code;
    }

    private static JsonElement ReadYaml(string text)
    {
        var problems = new ProblemList("kubeconfig");
        var documents = Documents.Read(text, problems);
        // What was found is not told: a kubeconfig has secrets in it.
        return problems.IsEmpty && documents is [var document]
            ? JsonElement.Parse(JsonText.Write(document))
            : throw new KubeConfigException($"The kubeconfig cannot be read{(problems.IsEmpty ? "" : $", near line {problems.All[0].Line}")}: kubectl config view --raw --flatten -o json writes one that can.");
    }
}
