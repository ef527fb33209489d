using System.CommandLine;

namespace Tapedeck.Plugin.Commands;

/// <summary>The command line.</summary>
internal static class Root
{
    internal static RootCommand Make() => new("Tools of WebAssembly on a cluster: what they are, why they are not ready, and why they may not.")
    {
        Cluster.KubeConfigFile, Cluster.Context, Cluster.Namespace,
        StatusCommand.Make(),
        WhyCommand.Make(),
        ToolsCommands.MakeTools(),
        ToolsCommands.MakeCall(),
        LogsCommand.Make(),
        ChangeCommands.MakeRefresh(),
        ChangeCommands.MakeSuspend(),
        ChangeCommands.MakeResume(),
        CheckCommand.Make(),
    };
}
