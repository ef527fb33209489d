using Microsoft.Extensions.Logging;

namespace Tapedeck.Mcp.Protocol;

/// <summary>The edge between the wire and a tool.</summary>
internal static class ToolRunner
{
    private static readonly ProtocolError InternalError = new(ErrorCodes.InternalError, "Internal error");

    /// <summary>Calls a tool. Null: the call was cancelled. A tool that throws has a bug; the log says which, the client does not learn it.</summary>
    internal static async ValueTask<ToolReply?> RunAsync(ITool tool, ReadOnlyMemory<byte> arguments, CallContext context, ILogger log)
    {
        try
        {
            var reply = await tool.CallAsync(arguments, context);
            return context.Cancellation.IsCancellationRequested ? null : reply;
        }
        catch (OperationCanceledException) when (context.Cancellation.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception e)
        {
            Log.ToolThrew(log, tool.Declaration.Name, e);
            return InternalError;
        }
    }
}
