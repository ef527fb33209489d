using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tapedeck.Server.Calls;
using Tapedeck.Server.Serving;

namespace Tapedeck.Server.Page;

/// <summary>
/// The page of a laptop, on loopback only: tools, schemas, grants, recent calls. It calls tools over MCP as any client does, so that the guards of MCP are its own.
/// </summary>
internal sealed class PageEndpoints(Operations operations, Deck deck, RecentCalls recent)
{
    /// <summary>Nothing but its own files, in no frame, and no form.</summary>
    internal const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    internal void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/", context => SendAsync(context, "text/html; charset=utf-8", File("index.html")));
        endpoints.MapGet("/page/page.css", context => SendAsync(context, "text/css; charset=utf-8", File("page.css")));
        endpoints.MapGet("/page/page.js", context => SendAsync(context, "text/javascript; charset=utf-8", File("page.js")));
        endpoints.MapGet("/page/status", context => SendAsync(context, "application/json", operations.Status()));
        endpoints.MapGet("/page/grants", context => SendAsync(context, "application/json", Grants()));
        endpoints.MapGet("/page/recent", context => SendAsync(context, "application/json", Recent()));
    }

    /// <summary>A name that leads to this machine without being one of its own is one that somebody else's page was given.</summary>
    private static bool IsLoopback(HostString host) => host.Host is "localhost" or "127.0.0.1" or "[::1]";

    private static async Task SendAsync(HttpContext context, string type, byte[] body)
    {
        if (!IsLoopback(context.Request.Host))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
        context.Response.ContentType = type;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static byte[] File(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Page.{name}")!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    private byte[] Grants()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            foreach (var tool in deck.Tools)
            {
                writer.WriteStartArray(tool.Tool.QualifiedName);
                foreach (var rule in tool.Policies.Rules)
                {
                    writer.WriteStringValue($"{(rule.Allows ? "allows" : "denies")} {rule.Capability} {rule.Entry}: {rule.Reference}");
                }
                writer.WriteEndArray();
            }
            writer.WriteEndObject();
        }
        return stream.ToArray();
    }

    private byte[] Recent()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartArray();
            foreach (var call in recent.All)
            {
                writer.WriteStartObject();
                writer.WriteString("at", call.At);
                writer.WriteString("caller", call.Caller);
                writer.WriteString("function", call.Function);
                writer.WriteString("outcome", call.Outcome);
                writer.WriteNumber("denied", call.Denied);
                writer.WriteNumber("milliseconds", Math.Round(call.Duration.TotalMilliseconds, 1));
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
        }
        return stream.ToArray();
    }
}
