using System.CommandLine;
using System.CommandLine.Help;

namespace Tapedeck.Server.Commands;

/// <summary>The command line.</summary>
internal static class Root
{
    internal static RootCommand Make()
    {
        var root = new RootCommand("Runs WebAssembly components as tools for AI agents, with nothing granted by default.")
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
        foreach (var help in root.Options.OfType<HelpOption>())
        {
            // Those of another system's shell, which would be offered by completion.
            help.Aliases.Remove("/h");
            help.Aliases.Remove("/?");
        }
        return root;
    }
}
