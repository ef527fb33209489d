using System.CommandLine;
using Tapedeck.Mcp;
using Tapedeck.Server.Serving;

namespace Tapedeck.Server.Commands;

/// <summary><c>tapedeck run</c>: one component over standard input and output, for an agent on the same machine.</summary>
internal static class RunCommand
{
    internal static Command Make() =>
        Session.Complete(new Command("run", "Serve one component over standard input and output.") { ComponentArgument.Component }, RunAsync);

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        return await Session.RunAsync(arguments, async session =>
        {
            if (!Console.IsInputRedirected)
            {
                await Console.Error.WriteLineAsync("tapedeck: this speaks MCP on standard input and output, for an agent that starts it; Ctrl+C ends it. For one call by hand: tapedeck call COMPONENT TOOL --args JSON");
            }
            var options = new McpOptions { Identity = ServeHost.Identity, Catalogue = session.Runtime.Deck.Catalogue, Room = session.Runtime.Deck.Room(), Time = TimeProvider.System };
            await StdioServer.RunAsync(options, Console.OpenStandardInput(), Console.OpenStandardOutput(), session.Loggers.CreateLogger("Tapedeck.Stdio"), cancellationToken);
            return ExitCodes.Success;
        }, cancellationToken, isServer: true);
    }
}
