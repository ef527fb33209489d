using System.CommandLine;
using System.Runtime.InteropServices;
using Tapedeck.Policy.Writing;
using Tapedeck.Wasm;

namespace Tapedeck.Server.Commands;

/// <summary><c>tapedeck version</c>: the program, and what the machine under it can do.</summary>
internal static class VersionCommand
{
    internal static Command Make()
    {
        var command = new Command("version", "Show the version, and what this machine can do.") { Output.Format };
        command.SetAction(arguments =>
        {
            var host = HostCapabilities.Current;
            var node = new MappingBuilder()
                .Text("version", Version.Text)
                .Text("runtime", RuntimeInformation.FrameworkDescription)
                .Text("platform", RuntimeInformation.RuntimeIdentifier)
                .Text("host", host.ToString())
                .Texts("fallbacks", host.Fallbacks)
                .Build();
            if (!Output.TryWrite(arguments, node))
            {
                Console.Out.WriteLine($"tapedeck {Version.Text} on {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}\n{host}");
                foreach (var fallback in host.Fallbacks)
                {
                    Console.Out.WriteLine($"weaker here: {fallback}");
                }
            }
            return ExitCodes.Success;
        });
        return command;
    }
}
