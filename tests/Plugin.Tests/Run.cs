using System.CommandLine;
using Tapedeck.Plugin.Commands;

namespace Tapedeck.Plugin.Tests;

/// <summary>One run of the program.</summary>
internal sealed record Run(int Code, string Output, string Error)
{
    internal static async Task<Run> OfAsync(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await Root.Make().Parse(arguments).InvokeAsync(new InvocationConfiguration { Output = output, Error = error });
        return new Run(code, output.ToString(), error.ToString());
    }
}
