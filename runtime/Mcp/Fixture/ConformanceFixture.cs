using Tapedeck.Mcp.Legacy;

namespace Tapedeck.Mcp.Fixture;

/// <summary>
/// The tools, prompts and resources that the official conformance suite expects of a server
/// (<see href="https://github.com/modelcontextprotocol/conformance"/>). A server of tools alone would not get to show how it behaves.
/// </summary>
public static class ConformanceFixture
{
    /// <summary>The same server, with the fixture in the place of its tools, and with sessions.</summary>
    public static McpOptions Mount(McpOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var live = new LiveCatalogue(Catalogue.Empty);
        live.Publish(new Catalogue([.. ContentTools.All(options.Time), .. DiagnosticTools.All(live), .. InputTools.All()]));
        return options with
        {
            Catalogue = live,
            Sessions = true,
            // That of the options is by the limits of the tools whose place these take.
            Room = McpOptions.DefaultRoom(),
            Extras = new SdkExtras(static server =>
            {
                server.Capabilities!.Prompts = new() { ListChanged = true };
                server.Capabilities.Resources = new() { ListChanged = true, Subscribe = true };
                FixturePrompts.Configure(server.Handlers);
                FixtureResources.Configure(server.Handlers);
            }),
        };
    }
}
