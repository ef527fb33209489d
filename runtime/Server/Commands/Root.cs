using System.CommandLine;

namespace Tapedeck.Server.Commands;

/// <summary>The command line.</summary>
internal static class Root
{
    internal static RootCommand Make() => new("Runs WebAssembly components as tools for AI agents, with nothing granted by default.")
    {
        ServeCommand.Make(),
        RunCommand.Make(),
        CallCommand.Make(),
        InspectCommand.Make(),
        PullCommands.MakePull(),
        PullCommands.MakeVerify(),
        PolicyCommand.Make(),
        CompileCommand.Make(),
        StatsCommand.Make(),
        VersionCommand.Make(),
        CompletionCommand.Make(),
    };
}
