using System.CommandLine;
using Microsoft.Extensions.Logging;
using Tapedeck.Server.Serving;

namespace Tapedeck.Server.Commands;

/// <summary>One component, loaded for one command under the policies that the command names.</summary>
internal sealed class Session : IDisposable
{
    internal static readonly Option<string[]> Policies = new("--policy", "-p") { Description = "A file or folder with policies; may be given again. Without any, nothing is granted." };

    private readonly ILoggerFactory _loggers;

    private Session(ILoggerFactory loggers, Runtime runtime)
    {
        _loggers = loggers;
        Runtime = runtime;
    }

    internal Runtime Runtime { get; }

    internal ILoggerFactory Loggers => _loggers;

    internal ServedTool Tool => Runtime.Deck.Tools.Single();

    private static Option[] Options { get; } =
        [ComponentArgument.Sha256, Policies, NamedTool.Labels, NamedTool.Namespace, Shared.Volumes, Shared.Secrets, Shared.TrustedRoot, Shared.TrustPolicy, Shared.Cache, Shared.CacheLimit, Shared.CacheAge,
        Shared.Memory, Shared.LogFormat, Shared.AllowRollback, .. RegistryArguments.All];

    /// <summary>Gives a command the options of a session, and what it does.</summary>
    internal static Command Complete(Command command, Func<ParseResult, CancellationToken, Task<int>> run)
    {
        foreach (var option in Options)
        {
            command.Add(option);
        }
        command.SetAction(run);
        return command;
    }

    /// <summary>Runs a command's own part with the component loaded; where it cannot be, that is the command's end.</summary>
    /// <param name="isServer">Whether it goes on until it is told to stop, so that its log tells what it does. What comes to an end by itself logs warnings alone.</param>
    internal static async Task<int> RunAsync(ParseResult arguments, Func<Session, Task<int>> run, CancellationToken cancellationToken, bool isServer = false)
    {
        // What comes to an end by itself was asked for by somebody who sees its answer.
        using var exporters = isServer ? Exporters.Start(Environment.GetEnvironmentVariable) : null;
        var (session, code) = await OpenAsync(arguments, isServer, cancellationToken);
        using (session)
        {
            return session is null ? code : await run(session);
        }
    }

    /// <summary>What the files of <see cref="Policies"/> say.</summary>
    internal static Desired ReadPolicies(ParseResult arguments) => new ManifestFolder(arguments.GetValue(Policies) ?? []).ReadIfChanged()!;

    /// <summary>The session, or null, an exit code and a message on standard error.</summary>
    private static async Task<(Session? Session, int Code)> OpenAsync(ParseResult arguments, bool isServer, CancellationToken cancellationToken)
    {
        if (ComponentArgument.Parse(arguments, out var problem) is not { } source)
        {
            return (null, await Fail(problem, ExitCodes.Usage));
        }
        var read = ReadPolicies(arguments);
        if (!read.Problems.IsEmpty)
        {
            return (null, await Fail(string.Join('\n', read.Problems), ExitCodes.Usage));
        }
        var tool = NamedTool.Of(arguments, source);
        if (NamedTool.Unselected(tool, read.Book) is { } unselected)
        {
            return (null, await Fail(unselected, ExitCodes.Usage));
        }
        var loggers = Shared.Loggers(arguments, isServer);
        var options = Shared.RuntimeOptionsOf(arguments, isPod: false);
        var mounts = Shared.MountsOf(arguments);
        var session = await PullProgressBars.ShowAsync(async progress =>
        {
            var made = new Session(loggers, new Runtime(options with { Progress = progress }, mounts, loggers, TimeProvider.System));
            await made.Runtime.Deck.ApplyAsync([new DesiredTool(tool, Environment.CurrentDirectory, (generation, signers) => read.Book.For(tool, generation, signers))], [], cancellationToken);
            return made;
        });
        if (session.Tool.Current is null)
        {
            var failure = session.Tool.Failure!;
            session.Dispose();
            return (null, await Fail($"{failure.Reason}: {failure.Message}", failure.IsRetryable ? ExitCodes.Unavailable : ExitCodes.Failed));
        }
        return (session, ExitCodes.Success);
    }

    internal static async Task<int> Fail(string message, int code)
    {
        await Console.Error.WriteLineAsync($"tapedeck: {message}");
        return code;
    }

    public void Dispose()
    {
        Runtime.Dispose();
        _loggers.Dispose();
    }
}
