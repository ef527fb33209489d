using System.CommandLine;
using Tapedeck.Policy.Writing;
using Tapedeck.Wasm;

namespace Tapedeck.Server.Commands;

/// <summary><c>tapedeck compile</c>: fills the cache, so that the first call finds compiled code.</summary>
internal static class CompileCommand
{
    internal static Command Make() =>
        Session.Complete(new Command("compile", "Fill the code cache for a component.") { ComponentArgument.Component, Output.Format }, RunAsync);

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        if (arguments.GetValue(Shared.Cache) == "none")
        {
            return await Session.Fail("--cache none keeps nothing, so there is nothing to fill; leave it out, or name a folder", ExitCodes.Usage);
        }
        return await Session.RunAsync(arguments, async session =>
        {
            var digest = session.Tool.Current!.Facts.Digest;
            int modules;
            try
            {
                modules = await PullProgressBars.WaitAsync("compiling", session.Tool.Current.Translate);
            }
            catch (InvalidModuleException refused)
            {
                return await Session.Fail($"{digest}: {refused.Message}; name a component whose functions are smaller", ExitCodes.Failed);
            }
            if (!Output.TryWrite(arguments, new MappingBuilder().Text("digest", digest).Plain("modules", $"{modules}").Build()))
            {
                await Console.Out.WriteLineAsync($"{digest}: {modules} {(modules == 1 ? "module is" : "modules are")} compiled");
            }
            return ExitCodes.Success;
        }, cancellationToken);
    }
}
