using System.CommandLine;
using System.Text;
using System.Text.Json;
using Tapedeck.Mcp;

namespace Tapedeck.Server.Commands;

/// <summary><c>tapedeck call</c>: one call of one function.</summary>
internal static class CallCommand
{
    private const int MostDepth = 64;

    private static readonly Argument<string> Tool = new("TOOL") { Description = "The name of the tool, as inspect lists it." };
    private static readonly Option<string> Arguments = new("--args") { Description = "The arguments as a JSON object; - reads them from standard input.", DefaultValueFactory = _ => "{}" };

    internal static Command Make() =>
        Session.Complete(new Command("call", "Call one function of a component.") { ComponentArgument.Component, Tool, Arguments, Output.Format }, RunAsync);

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var text = arguments.GetValue(Arguments)!;
        var json = Encoding.UTF8.GetBytes(text == "-" ? await Console.In.ReadToEndAsync(cancellationToken) : text);
        try
        {
            using var parsed = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MostDepth });
            if (parsed.RootElement.ValueKind != JsonValueKind.Object)
            {
                return await Session.Fail($"--args expects a JSON object, such as '{{\"name\": \"value\"}}', and not {parsed.RootElement.GetRawText()}", ExitCodes.Usage);
            }
        }
        catch (JsonException exception)
        {
            return await Session.Fail(
                $"--args expects a JSON object, such as '{{\"name\": \"value\"}}', with quotes round it that the shell leaves alone; at line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}: {exception.Message.Split(" LineNumber:")[0]}",
                ExitCodes.Usage);
        }
        return await Session.RunAsync(arguments, async session =>
        {
            var name = arguments.GetValue(Tool)!;
            if (session.Tool.Current!.Tools.FirstOrDefault(tool => tool.Declaration.Name == name) is not { } tool)
            {
                var known = string.Join(", ", session.Tool.Current.Tools.Select(one => one.Declaration.Name));
                return await Session.Fail($"there is no tool {name}; there are: {known}", ExitCodes.Usage);
            }
            var reply = await tool.CallAsync(json, new CallContext { ProtocolVersion = "cli", Caller = "cli", Cancellation = cancellationToken });
            return Print((ToolResult)reply, arguments);
        }, cancellationToken);
    }

    private static int Print(ToolResult result, ParseResult arguments)
    {
        if (Output.TryWrite(arguments, result.IsError ? result.Meta : result.StructuredContent))
        {
            return result.IsError ? ExitCodes.Failed : ExitCodes.Success;
        }
        var writer = result.IsError ? Console.Error : Console.Out;
        using var content = JsonDocument.Parse(result.Content);
        foreach (var block in content.RootElement.EnumerateArray())
        {
            writer.WriteLine(Output.Shown(block.GetProperty("text").GetString()!, result.IsError ? Console.IsErrorRedirected : Console.IsOutputRedirected));
        }
        return result.IsError ? ExitCodes.Failed : ExitCodes.Success;
    }
}
