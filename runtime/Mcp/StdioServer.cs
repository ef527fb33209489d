using Microsoft.Extensions.Logging;
using Tapedeck.Mcp.Stdio;

namespace Tapedeck.Mcp;

/// <summary>MCP over a pair of streams, in both eras. <see href="https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/stdio"/></summary>
public static class StdioServer
{
    /// <summary>Who calls over stdio, in audit events: whoever started this process.</summary>
    public const string Caller = "stdio";

    /// <summary>
    /// Serves until the input ends, or <paramref name="cancellationToken"/> fires. When the input ends, calls that run have five seconds to answer.
    /// </summary>
    /// <param name="options">What to serve. Hosts, token and sessions mean nothing here: whoever holds the streams is the client.</param>
    /// <param name="input">One message a line.</param>
    /// <param name="output">Gets nothing but messages.</param>
    public static async Task RunAsync(McpOptions options, Stream input, Stream output, ILogger log, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        await using var connection = new StdioConnection(options, output, log, cancellationToken);
        await connection.RunAsync(input);
    }
}
