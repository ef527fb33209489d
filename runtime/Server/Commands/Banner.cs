using System.Text;
using System.Text.Json;
using Tapedeck.Mcp;
using Tapedeck.Server.Serving;

namespace Tapedeck.Server.Commands;

/// <summary>What <c>serve</c> prints on a laptop: where the tools are and how to get at them.</summary>
internal static class Banner
{
    /// <param name="served">Where MCP is served.</param>
    /// <param name="operations">Where operations are; null where they are nowhere.</param>
    internal static string Of(Uri served, Uri? operations, Deck deck, ServeOptions options)
    {
        var text = new StringBuilder();
        var endpoint = Reachable(served);
        // In an environment variable, so that it is in no history of a shell.
        var header = options.BearerTokenFile is null ? "" : " --header \"Authorization: Bearer $TOKEN\"";
        text.Append($"\nMCP is served at {endpoint}\n");
        text.Append(operations is null ? "" : $"Health, status and metrics are at {Reachable(operations)}\n");
        text.Append(header.Length == 0 ? "" : $"Clients send the token: export TOKEN=\"$(cat {options.BearerTokenFile})\"\n");
        text.Append('\n');
        foreach (var tool in deck.Tools)
        {
            text.Append(tool.Current is { } current
                ? $"  {tool.Tool.QualifiedName}: {string.Join(", ", current.Tools.Select(one => one.Declaration.Name))}\n"
                : $"  {tool.Tool.QualifiedName}: {(tool.Failure is { } failure ? $"not served: {failure.Message}" : "is being loaded")}\n");
        }
        if (!deck.Tools.Any())
        {
            text.Append("  no tool: there is no WasmTool in the files, or what is wrong with them is said above; they are looked at again as long as this runs\n");
        }
        text.Append($$$"""

            Connect an agent:
              Claude Code   claude mcp add --transport http tapedeck {{{endpoint}}}{{{header}}}
              VS Code       code --add-mcp '{"name":"tapedeck","type":"http","url":"{{{endpoint}}}"{{{Headers(header)}}}}'
              Gemini CLI    gemini mcp add --transport http tapedeck {{{endpoint}}}{{{header}}}
              Cursor        {"mcpServers":{"tapedeck":{"url":"{{{endpoint}}}"{{{Headers(header)}}} } } } in ~/.cursor/mcp.json

            """);
        if (deck.Tools.SelectMany(tool => tool.Current?.Tools ?? []).LastOrDefault() is { } first)
        {
            text.Append($$$"""

                Or call a tool by hand:
                  curl -s {{{endpoint}}}{{{header}}} -H 'Content-Type: application/json' -H 'Accept: application/json, text/event-stream' \
                    -H 'MCP-Protocol-Version: 2026-07-28' -H 'Mcp-Method: tools/call' -H 'Mcp-Name: {{{first.Declaration.Name}}}' \
                    -d '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"{{{first.Declaration.Name}}}","arguments":{{{Arguments(first)}}},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"curl","version":"8"},"io.modelcontextprotocol/clientCapabilities":{} } } }'

                """);
        }
        // The page shows what a token guards, so that there is only one of the two.
        text.Append(options is { Page: true, BearerTokenFile: null } ? $"\nOr look at them in a browser: {new Uri(endpoint, "/")}. Ctrl+C stops.\n" : "\nCtrl+C stops.\n");
        return text.ToString();
    }

    /// <summary>All addresses of a machine are none that a client can ask for.</summary>
    private static Uri Reachable(Uri served) => served.Host is "0.0.0.0" or "[::]" ? new UriBuilder(served) { Host = "127.0.0.1" }.Uri : served;

    private static string Headers(string header) => header.Length == 0 ? "" : ",\"headers\":{\"Authorization\":\"Bearer TOKEN\"}";

    /// <summary>Arguments that fit the schema, as little as there has to be.</summary>
    private static string Arguments(ITool tool)
    {
        using var schema = JsonDocument.Parse(tool.Declaration.InputSchema);
        var properties = schema.RootElement.GetProperty("properties");
        return "{" + string.Join(",", schema.RootElement.GetProperty("required").EnumerateArray().Select(name => $"\"{name}\":{Value(properties.GetProperty(name.GetString()!))}")) + "}";
    }

    private static string Value(JsonElement schema) => !schema.TryGetProperty("type", out var type) ? "null" : type.ToString() switch
    {
        "string" => "\"hello\"",
        "array" => "[]",
        "object" => "{}",
        "boolean" => "true",
        _ => "1",
    };
}
