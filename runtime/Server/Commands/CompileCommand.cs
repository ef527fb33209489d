using System.CommandLine;

namespace Tapedeck.Server.Commands;

/// <summary><c>tapedeck compile</c>: fills the cache, so that the first call finds compiled code.</summary>
internal static class CompileCommand
{
    internal static Command Make() =>
        Session.Complete(new Command("compile", "Fill the code cache for a component.") { ComponentArgument.Component }, RunAsync);

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        if (arguments.GetValue(Shared.Cache) == "none")
        {
            return await Session.Fail("without a cache there is nothing to fill", ExitCodes.Usage);
        }
        return await Session.RunAsync(arguments, async session =>
        {
            var modules = await PullProgressBars.WaitAsync("compiling", session.Tool.Current!.Translate);
            await Console.Out.WriteLineAsync($"{session.Tool.Current.Facts.Digest}: {modules} modules are compiled");
            return ExitCodes.Success;
        }, cancellationToken);
    }
}
