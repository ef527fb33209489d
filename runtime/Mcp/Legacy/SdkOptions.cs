using Microsoft.Extensions.Logging;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Tapedeck.Mcp.Legacy;

/// <summary>The catalogue as the SDK wants to see it.</summary>
internal static class SdkOptions
{
    internal static McpServerOptions Create(McpOptions options, ILogger log)
    {
        var tools = new SdkTools(options.Catalogue, log);
        var created = new McpServerOptions
        {
            ServerInfo = new Implementation
            {
                Name = options.Identity.Name,
                Version = options.Identity.Version,
                Title = options.Identity.Title,
            },
            ServerInstructions = options.Identity.Instructions,
            ScopeRequests = false,
            Capabilities = new ServerCapabilities
            {
                Tools = new ToolsCapability { ListChanged = true },
                Logging = new LoggingCapability(),
            },
        };
        created.Handlers.ListToolsHandler = (request, _) => tools.ListAsync(request);
        created.Handlers.CallToolHandler = tools.CallAsync;
        created.Handlers.SetLoggingLevelHandler = static (_, _) => ValueTask.FromResult(new EmptyResult());
        options.Extras?.Configure(created);
        return created;
    }
}
