using System.CommandLine;
using System.CommandLine.Invocation;
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
using var interrupts = new Interrupts();
try
{
    if (parsed.Action is ParseErrorAction && !Mistakes.IsHelpWanted(parsed))
    {
        return await Session.Fail(Mistakes.Of(parsed), ExitCodes.Usage);
    }
    var code = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false }, interrupts.Token);
    return parsed.Errors.Count > 0 ? ExitCodes.Usage : code;
}
catch (StartException exception)
{
    return await Session.Fail(exception.Message, ExitCodes.Usage);
}
catch (OperationCanceledException)
{
    return await Session.Fail("interrupted", ExitCodes.Interrupted);
}
