// Serves the conformance fixture on a free port of this machine, or on the one given, and prints where. Ends on SIGTERM.
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tapedeck.Mcp;
using Tapedeck.Mcp.Fixture;

var port = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 0;
var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
await using var app = builder.Build();
app.MapMcp(ConformanceFixture.Mount(new McpOptions
{
    Identity = new ServerIdentity("tapedeck-conformance", "1.0.0"),
    Catalogue = new LiveCatalogue(Catalogue.Empty),
}));
await app.StartAsync();
var address = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
await Console.Out.WriteLineAsync($"{address}/mcp");
await app.WaitForShutdownAsync();
