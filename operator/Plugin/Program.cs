using Tapedeck.Plugin.Commands;

return await Root.Make().Parse(args).InvokeAsync();
