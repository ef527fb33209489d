using System.CommandLine;
using Tapedeck.Server;
using Tapedeck.Server.Commands;

var root = Root.Make();
// Directives, as the one that a shell's completion asks by, are for the parser alone.
if (args is not [['[', ..], ..])
{
    if (Configuration.Complete(root, args, Environment.GetEnvironmentVariable, out var problem) is not { } completed)
    {
        return await Session.Fail(problem, ExitCodes.Usage);
    }
    args = completed;
}
var parsed = root.Parse(args);
// After the signal to stop, calls that run come to their end: longer than any deadline of a call may be, so that `serve` itself says when it is over.
var configuration = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(16), EnableDefaultExceptionHandler = false };
try
{
    var code = await parsed.InvokeAsync(configuration);
    return parsed.Errors.Count > 0 ? ExitCodes.Usage : code;
}
catch (StartException exception)
{
    return await Session.Fail(exception.Message, ExitCodes.Usage);
}
