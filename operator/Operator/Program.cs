using Tapedeck.Operator.Hosting;

return await OperatorCommand.Make().Parse(args).InvokeAsync();
