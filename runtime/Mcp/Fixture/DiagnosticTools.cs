using System.Text.Json;
using Tapedeck.Mcp.Protocol;

namespace Tapedeck.Mcp.Fixture;

/// <summary>Tools that make the server show a behaviour that ordinary tools do not.</summary>
internal static class DiagnosticTools
{
    internal static IEnumerable<ITool> All(LiveCatalogue live) =>
    [
        new FixtureTool("test_missing_capability", "Needs a client that can sample", static context => Capabilities.Missing(context, "sampling") is { } error
            ? error
            : ToolResult.Text("The client can sample.")),
        new FixtureTool("test_streaming_elicitation", "Answers without asking the client", static _ => ToolResult.Text("Nothing was asked.")),
        new FixtureTool("test_logging_tool", "Logs one line", static async (_, context) =>
        {
            await context.LogAsync(new LogEntry(LogSeverity.Info, JsonSerializer.SerializeToUtf8Bytes("test_logging_tool was called"), "conformance"));
            return ToolResult.Text("One line was logged, if anybody wanted it.");
        }),
        new FixtureTool("test_trigger_tool_change", "Says that the tools changed", _ => Raise(live, Changes.Tools)),
        new FixtureTool("test_trigger_prompt_change", "Says that the prompts changed", _ => Raise(live, Changes.Prompts)),
    ];

    private static ToolResult Raise(LiveCatalogue live, Changes changes)
    {
        live.Changes.Raise(changes);
        return ToolResult.Text("Those who listen were told.");
    }
}
