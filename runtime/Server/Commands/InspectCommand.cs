using System.CommandLine;
using Tapedeck.Policy.Reading;
using Tapedeck.Policy.Writing;
using Tapedeck.Server.Loading;

namespace Tapedeck.Server.Commands;

/// <summary><c>tapedeck inspect</c>: what a component is, before anything of it runs.</summary>
internal static class InspectCommand
{
    private static readonly Option<bool> Wit = new("--wit") { Description = "Print the component's WIT and nothing else." };
    private static readonly Option<bool> Schemas = new("--schemas") { Description = "Print the JSON schemas of the tools as well." };

    internal static Command Make() =>
        Session.Complete(new Command("inspect", "Show a component's tools, imports and requested capabilities.") { ComponentArgument.Component, Wit, Schemas, Output.Format }, RunAsync);

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        return await Session.RunAsync(arguments, async session =>
        {
            var tool = session.Tool.Current!;
            if (arguments.GetValue(Wit))
            {
                Console.Out.Write(Output.Shown(tool.Wit.ToString(), Console.IsOutputRedirected));
            }
            else if (!Output.TryWrite(arguments, NodeOf(tool, session.Tool.Seat.Gate.Current)))
            {
                Print(tool, session.Tool.Seat.Gate.Current, arguments.GetValue(Schemas));
            }
            return ExitCodes.Success;
        }, cancellationToken);
    }

    private static MappingNode NodeOf(LoadedTool tool, Policy.Grants grants) => new MappingBuilder()
        .Text("source", tool.Facts.Source)
        .Text("digest", tool.Facts.Digest)
        .Plain("bytes", $"{tool.Facts.Bytes}")
        .Texts("imports", tool.Facts.Imports)
        .Texts("requestedCapabilities", tool.Requested)
        .Texts("missingCapabilities", Capabilities.Missing(tool.Requested, grants))
        .Nodes("tools", tool.Toolset.Served.Select(function => new MappingBuilder()
            .Text("name", function.Name)
            .Text("export", function.Export)
            .Text("type", function.Type.ToString())
            .Text("description", function.Description)
            .Add("inputSchema", Output.NodeOf(function.InputSchema))
            .Add("outputSchema", Output.NodeOf(function.OutputSchema))
            .Build()))
        .Nodes("unserved", tool.Toolset.Unserved.Select(function => new MappingBuilder().Text("export", function.Export).Text("reason", function.Reason).Build()))
        .Build();

    private static void Print(LoadedTool tool, Policy.Grants grants, bool withSchemas)
    {
        Console.Out.WriteLine($"{tool.Facts.Source}\n{tool.Facts.Digest}, {tool.Facts.Bytes} bytes\n");
        Output.Table(["Tool", "Function", "Description"], tool.Toolset.Served.Select(function => new[] { function.Name, function.Type.ToString(), function.Description ?? "" }));
        foreach (var function in tool.Toolset.Unserved)
        {
            Console.Out.WriteLine($"not served: {function.Export}: {function.Reason}");
        }
        var missing = Capabilities.Missing(tool.Requested, grants);
        Console.Out.WriteLine($"imports: {(tool.Facts.Imports.IsEmpty ? "none" : string.Join(", ", tool.Facts.Imports))}");
        Console.Out.WriteLine($"asks for: {(tool.Requested.Count == 0 ? "nothing" : string.Join(", ", tool.Requested))}");
        Console.Out.WriteLine($"not granted: {(missing.IsEmpty ? "nothing" : string.Join(", ", missing))}");
        foreach (var function in withSchemas ? tool.Toolset.Served : [])
        {
            Console.Out.WriteLine($"\n{function.Name}\n  in  {System.Text.Encoding.UTF8.GetString(function.InputSchema)}\n  out {System.Text.Encoding.UTF8.GetString(function.OutputSchema)}");
        }
    }
}
