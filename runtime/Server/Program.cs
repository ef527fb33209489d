using System.CommandLine;
using Tapedeck.Server.Commands;

// After the signal to stop, calls that run come to their end: longer than any deadline of a call may be, so that `serve` itself says when it is over.
return await Root.Make().Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(16) });
