using System.CommandLine;

namespace Tapedeck.Server.Commands;

/// <summary><c>tapedeck compile</c>: fills the cache, so that the first call finds compiled code.</summary>
internal static class CompileCommand
{
    internal static Command Make()
    {
        var command = new Command("compile", "Fill the code cache for a component.") { ComponentArgument.Component };
        foreach (var option in Session.Options)
        {
            command.Add(option);
        }
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        if (arguments.GetValue(Shared.Cache) == "none")
        {
            return await Session.Fail("without a cache there is nothing to fill", ExitCodes.Usage);
        }
        var (session, code) = await Session.OpenAsync(arguments, cancellationToken);
        if (session is null)
        {
            return code;
        }
        using (session)
        {
            var modules = session.Tool.Current!.Translate();
            await Console.Out.WriteLineAsync($"{session.Tool.Current.Facts.Digest}: {modules} modules are compiled");
            return ExitCodes.Success;
        }
    }
}
