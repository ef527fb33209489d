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
var code = await parsed.InvokeAsync();
return parsed.Errors.Count > 0 ? ExitCodes.Usage : code;
