using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Tapedeck.Bench.Workers;

/// <summary>The least that an HTTP server does for a call: it reads the body and answers as many bytes as a call's answer has.</summary>
internal static class BareServer
{
    internal static void Run()
    {
        var answer = """{"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","content":[{"type":"text","text":"hello-world"}],"structuredContent":{"result":"hello-world"},"isError":false}}"""u8.ToArray();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        var app = builder.Build();
        app.Run(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = answer.Length;
            await context.Response.BodyWriter.WriteAsync(answer);
        });
        app.Start();
        Console.WriteLine($"{app.Urls.First()}/mcp");
        app.WaitForShutdown();
    }
}
