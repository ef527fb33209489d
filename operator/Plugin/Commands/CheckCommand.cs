using System.CommandLine;
using Tapedeck.Manifest;
using Tapedeck.Manifest.Specs;

namespace Tapedeck.Plugin.Commands;

/// <summary><c>check</c>: what the operator would say to manifests, without a cluster.</summary>
internal static class CheckCommand
{
    private static readonly Argument<string[]> Files = new("FILE") { Description = "Files with WasmTools and policies.", Arity = ArgumentArity.OneOrMore };

    internal static Command Make()
    {
        var command = new Command("check", "Read manifests as the operator does, and name everything that is wrong with them. Asks no cluster.") { Files };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        foreach (var file in arguments.GetValue(Files)!)
        {
            if (!File.Exists(file))
            {
                return await Cluster.FailAsync(arguments, $"{file}: there is no such file", ExitCodes.Usage);
            }
            var read = ManifestFile.Read(file, await File.ReadAllTextAsync(file, cancellationToken));
            problems.AddRange(read.Problems.Select(problem => problem.ToString()));
            problems.AddRange(read.Tools.Where(tool => tool.Spec.Component is not OciSource).Select(tool => $"{file}: WasmTool {tool.Name}: spec.component: a cluster pulls from registries only, expected oci"));
        }
        foreach (var problem in problems)
        {
            Shown.Line(arguments.InvocationConfiguration.Error, problem);
        }
        if (problems.Count == 0)
        {
            Shown.Line(arguments.InvocationConfiguration.Output, "all is well");
        }
        return problems.Count == 0 ? ExitCodes.Success : ExitCodes.Failed;
    }
}
