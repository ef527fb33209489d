using System.CommandLine;
using Tapedeck.Mcp;
using Tapedeck.Server.Serving;

namespace Tapedeck.Server.Commands;

/// <summary><c>tapedeck run</c>: one component over standard input and output, for an agent on the same machine.</summary>
internal static class RunCommand
{
    internal static Command Make()
    {
        var command = new Command("run", "Serve one component over standard input and output.") { ComponentArgument.Component };
        foreach (var option in Session.Options)
        {
            command.Add(option);
        }
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var (session, code) = await Session.OpenAsync(arguments, cancellationToken);
        if (session is null)
        {
            return code;
        }
        using (session)
        {
            var options = new McpOptions { Identity = ServeHost.Identity, Catalogue = session.Runtime.Deck.Catalogue, Time = TimeProvider.System };
            await StdioServer.RunAsync(options, Console.OpenStandardInput(), Console.OpenStandardOutput(), session.Loggers.CreateLogger("Tapedeck.Stdio"), cancellationToken);
            return ExitCodes.Success;
        }
    }
}
