using System.Text;

namespace Tapedeck.Mcp.Tests;

/// <summary>A tool that does what a test wants.</summary>
internal sealed class FuncTool(string name, Func<ReadOnlyMemory<byte>, CallContext, ValueTask<ToolReply>> call, string schema = """{"type":"object"}""") : ITool
{
    /// <summary>Answers with its arguments, as text.</summary>
    internal static FuncTool Echo(string name = "echo") =>
        new(name, static (arguments, _) => ValueTask.FromResult<ToolReply>(ToolResult.Text(Encoding.UTF8.GetString(arguments.Span))));

    internal static FuncTool Says(string name, string text) => new(name, (_, _) => ValueTask.FromResult<ToolReply>(ToolResult.Text(text)));

    internal static FuncTool Replies(string name, ToolReply reply) => new(name, (_, _) => ValueTask.FromResult(reply));

    /// <summary>Runs until it is cancelled.</summary>
    internal static FuncTool Hangs(string name, TaskCompletionSource started, TaskCompletionSource cancelled) => new(name, async (_, context) =>
    {
        started.TrySetResult();
        try
        {
            await Task.Delay(Timeout.Infinite, context.Cancellation);
        }
        finally
        {
            cancelled.TrySetResult();
        }
        return ToolResult.Text("never");
    });

    public ToolDeclaration Declaration { get; init; } = new() { Name = name, InputSchema = Encoding.UTF8.GetBytes(schema) };

    public ValueTask<ToolReply> CallAsync(ReadOnlyMemory<byte> arguments, CallContext context) => call(arguments, context);
}
