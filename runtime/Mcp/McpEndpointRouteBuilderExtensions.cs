using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tapedeck.Mcp.Http;

namespace Tapedeck.Mcp;

public static class McpEndpointRouteBuilderExtensions
{
    /// <summary>Serves MCP over Streamable HTTP on a path, in both eras.</summary>
    public static IEndpointConventionBuilder MapMcp(this IEndpointRouteBuilder endpoints, McpOptions options, string path = "/mcp")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(options);
        var log = endpoints.ServiceProvider.GetRequiredService<ILoggerFactory>().CreateLogger("Tapedeck.Mcp");
        var stopping = endpoints.ServiceProvider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        return endpoints.Map(path, new McpEndpoint(options, log, stopping).HandleAsync);
    }
}
