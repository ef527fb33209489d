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

    internal static Option[] Options { get; } =
        [ComponentArgument.Sha256, Policies, Shared.Volumes, Shared.Secrets, Shared.TrustedRoot, Shared.Cache, Shared.LogFormat, Shared.PlainHttp, Shared.AllowAddress];

    /// <summary>The session, or null, an exit code and a message on standard error.</summary>
    internal static async Task<(Session? Session, int Code)> OpenAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        if (ComponentArgument.Parse(arguments, out var problem) is not { } source)
        {
            return (null, await Fail(problem, ExitCodes.Usage));
        }
        var read = new ManifestFolder(arguments.GetValue(Policies) ?? []).ReadIfChanged() ?? new Desired([], []);
        if (!read.Problems.IsEmpty)
        {
            return (null, await Fail(string.Join('\n', read.Problems), ExitCodes.Usage));
        }
        var loggers = Shared.Loggers(arguments);
        var session = new Session(loggers, new Runtime(Shared.RuntimeOptionsOf(arguments, isPod: false), Shared.MountsOf(arguments), loggers, TimeProvider.System));
        var tool = ComponentArgument.ToolOf(source);
        await session.Runtime.Deck.ApplyAsync([new DesiredTool(tool, Environment.CurrentDirectory, (generation, signers) => read.Book.For(tool, generation, signers))], [], cancellationToken);
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
