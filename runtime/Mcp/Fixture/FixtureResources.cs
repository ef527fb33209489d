using System.Text;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Tapedeck.Mcp.Protocol;

namespace Tapedeck.Mcp.Fixture;

/// <summary>The resources that the conformance suite asks for.</summary>
internal static class FixtureResources
{
    private const string Text = "test://static-text";
    private const string Binary = "test://static-binary";
    private const string Watched = "test://watched-resource";
    private const string TemplateStart = "test://template/";
    private const string TemplateEnd = "/data";

    /// <summary>Of revision 2025-11-25 and before.</summary>
    private const McpErrorCode ResourceNotFound = (McpErrorCode)(-32002);

    internal static void Configure(McpServerHandlers handlers)
    {
        handlers.ListResourcesHandler = static (_, _) => ValueTask.FromResult(new ListResourcesResult
        {
            Resources =
            [
                new Resource { Uri = Text, Name = "static-text", Description = "A text", MimeType = "text/plain" },
                new Resource { Uri = Binary, Name = "static-binary", Description = "An image", MimeType = "image/png" },
                new Resource { Uri = Watched, Name = "watched-resource", Description = "A text to subscribe to", MimeType = "text/plain" },
            ],
        });
        handlers.ListResourceTemplatesHandler = static (_, _) => ValueTask.FromResult(new ListResourceTemplatesResult
        {
            ResourceTemplates =
            [
                new ResourceTemplate
                {
                    UriTemplate = $"{TemplateStart}{{id}}{TemplateEnd}",
                    Name = "template",
                    Description = "A text for each id",
                    MimeType = "application/json",
                },
            ],
        });
        handlers.ReadResourceHandler = static (request, _) => ValueTask.FromResult(Read(request));
        handlers.SubscribeToResourcesHandler = static (_, _) => ValueTask.FromResult(new EmptyResult());
        handlers.UnsubscribeFromResourcesHandler = static (_, _) => ValueTask.FromResult(new EmptyResult());
    }

    private static ReadResourceResult Read(RequestContext<ReadResourceRequestParams> request)
    {
        var uri = request.Params.Uri;
        ResourceContents contents = uri switch
        {
            Text => Of(uri, "text/plain", "This is the content of the static text resource."),
            Watched => Of(uri, "text/plain", "Nothing happened yet."),
            Binary => new BlobResourceContents { Uri = uri, MimeType = "image/png", Blob = Encoding.ASCII.GetBytes(Samples.Png) },
            _ when IdIn(uri) is { } id => Of(uri, "application/json", $$"""{"id":"{{id}}","templateTest":true,"data":"Data for ID: {{id}}"}"""),
            _ => throw NotFound(request),
        };
        return new ReadResourceResult { Contents = [contents] };
    }

    private static TextResourceContents Of(string uri, string mimeType, string text) => new() { Uri = uri, MimeType = mimeType, Text = text };

    private static string? IdIn(string uri)
    {
        if (!uri.StartsWith(TemplateStart, StringComparison.Ordinal) || !uri.EndsWith(TemplateEnd, StringComparison.Ordinal)
            || uri.Length <= TemplateStart.Length + TemplateEnd.Length)
        {
            return null;
        }
        var id = uri[TemplateStart.Length..^TemplateEnd.Length];
        return id.All(char.IsAsciiLetterOrDigit) ? id : null;
    }

    private static McpProtocolException NotFound(RequestContext<ReadResourceRequestParams> request)
    {
        var modern = request.JsonRpcRequest.Context?.ProtocolVersion == Versions.Modern;
        var error = new McpProtocolException("Resource not found", modern ? McpErrorCode.InvalidParams : ResourceNotFound);
        error.Data["uri"] = request.Params.Uri;
        return error;
    }
}
