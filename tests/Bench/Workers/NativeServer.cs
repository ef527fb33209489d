using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tapedeck.Mcp;

namespace Tapedeck.Bench.Workers;

/// <summary>MCP without components: a tool of this process, which answers at once. What is left to a call of a component is the component's.</summary>
internal static class NativeServer
{
    internal static void Run()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        var app = builder.Build();
        app.MapMcp(new McpOptions { Identity = new ServerIdentity("bench", "1", "Bench"), Catalogue = new LiveCatalogue(new Catalogue([new Tool()])) });
        app.Start();
        Console.WriteLine($"{app.Urls.First()}/mcp");
        app.WaitForShutdown();
    }

    private sealed class Tool : ITool
    {
        private static readonly ToolResult Answer = new() { Content = """[{"type":"text","text":"hello-world"}]"""u8.ToArray(), StructuredContent = """{"result":"hello-world"}"""u8.ToArray() };

        public ToolDeclaration Declaration { get; } = new()
        {
            Name = "text_slug",
            InputSchema = """{"type":"object","properties":{"title":{"type":"string"}},"required":["title"]}"""u8.ToArray(),
        };

        public ValueTask<ToolReply> CallAsync(ReadOnlyMemory<byte> arguments, CallContext context) => ValueTask.FromResult<ToolReply>(Answer);
    }
}
