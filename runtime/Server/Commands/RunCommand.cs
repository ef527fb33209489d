using System.CommandLine;
using Microsoft.Extensions.Logging;
using Tapedeck.Mcp;
using Tapedeck.Server.Serving;

namespace Tapedeck.Server.Commands;

/// <summary><c>tapedeck run</c>: one component, or the tools of files, over standard input and output, for an agent on the same machine.</summary>
internal static class RunCommand
{
    private static readonly Argument<string?> Component = new(ComponentArgument.Component.Name)
    {
        Description = $"{ComponentArgument.Component.Description} In its place: --file.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    // What says of one component what a WasmTool says of its own.
    private static readonly Option[] OfComponent = [ComponentArgument.Sha256, Session.Policies, NamedTool.Labels, NamedTool.Namespace];

    internal static Command Make() => Session.Complete(
        new Command("run", "Serve one component, or the tools of files, over standard input and output.") { Component, ToolFiles.Files, Shared.AuditArguments, Shared.AuditRedact }, RunAsync);

    /// <summary>Whether an option belongs to the other way to run than the command line takes, so that no configuration adds it.</summary>
    internal static bool IsOfOtherWay(ParseResult commandLine, Option option) =>
        commandLine.CommandResult.Command.Arguments.Contains(Component) && (commandLine.GetValue(Component) is null ? OfComponent.Contains(option) : option == ToolFiles.Files);

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var files = arguments.GetValue(ToolFiles.Files) ?? [];
        if (files.Length > 0 == arguments.GetValue(Component) is not null)
        {
            return await Session.Fail("run wants COMPONENT, or --file FILE_OR_FOLDER, and one of the two alone", ExitCodes.Usage);
        }
        if (files.Length > 0)
        {
            return await RunFilesAsync(arguments, files, cancellationToken);
        }
        return await Session.RunAsync(arguments, async session =>
        {
            await ServeAsync(session.Runtime, session.Loggers, cancellationToken);
            return ExitCodes.Success;
        }, cancellationToken, isServer: true);
    }

    private static async Task<int> RunFilesAsync(ParseResult arguments, string[] files, CancellationToken cancellationToken)
    {
        if (OfComponent.FirstOrDefault(option => arguments.GetResult(option) is { Implicit: false }) is { } option)
        {
            return await Session.Fail($"{option.Name} goes with COMPONENT; with --file, WasmTools say who they are, and policies stand among the files", ExitCodes.Usage);
        }
        if (ToolFiles.Missing(files) is { } missing)
        {
            return await Session.Fail(missing, ExitCodes.Usage);
        }
        using var loggers = Shared.Loggers(arguments, isServer: true);
        using var exporters = Exporters.Start(Environment.GetEnvironmentVariable);
        using var runtime = new Runtime(Shared.RuntimeOptionsOf(arguments, isPod: false), Shared.MountsOf(arguments), loggers, TimeProvider.System);
        var watch = new DeckWatch(runtime, new ManifestFolder(files).ReadIfChanged, loggers);
        await watch.StartAsync(cancellationToken);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = watch.RunAsync(DeckWatch.Interval, static () => { }, over.Token);
        var serving = ServeAsync(runtime, loggers, over.Token);
        // The watch ends by itself where it failed, alone.
        await Task.WhenAny(serving, watching);
        await over.CancelAsync();
        await Task.WhenAll(serving, watching);
        return ExitCodes.Success;
    }

    private static async Task ServeAsync(Runtime runtime, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        if (!Console.IsInputRedirected)
        {
            await Console.Error.WriteLineAsync("tapedeck: this speaks MCP on standard input and output, for an agent that starts it; Ctrl+C ends it. For one call by hand: tapedeck call COMPONENT TOOL --args JSON");
        }
        var options = new McpOptions { Identity = ServeHost.Identity, Catalogue = runtime.Deck.Catalogue, Room = runtime.Deck.Room(), Time = TimeProvider.System };
        await StdioServer.RunAsync(options, Console.OpenStandardInput(), Console.OpenStandardOutput(), loggers.CreateLogger("Tapedeck.Stdio"), cancellationToken);
    }
}
