using Tapedeck.Server.Commands;

return await Root.Make().Parse(args).InvokeAsync();
