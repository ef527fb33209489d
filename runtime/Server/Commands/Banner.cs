using System.Text;
using System.Text.Json;
using Tapedeck.Mcp;
using Tapedeck.Server.Serving;

namespace Tapedeck.Server.Commands;

/// <summary>What <c>serve</c> prints on a laptop: where the tools are and how to get at them.</summary>
internal static class Banner
{
    internal static string Of(Uri endpoint, Deck deck)
    {
        var text = new StringBuilder();
        text.Append($"\nMCP is served at {endpoint}\n\n");
        foreach (var tool in deck.Tools)
        {
            text.Append(tool.Current is { } current
                ? $"  {tool.Tool.QualifiedName}: {string.Join(", ", current.Tools.Select(one => one.Declaration.Name))}\n"
                : $"  {tool.Tool.QualifiedName}: not served: {tool.Failure?.Message}\n");
        }
        if (!deck.Tools.Any())
        {
            text.Append("  no tool: there is no WasmTool in the files, or what is wrong with them is said above; they are looked at again as long as this runs\n");
        }
        text.Append($$$"""

            Connect an agent:
              Claude Code   claude mcp add --transport http tapedeck {{{endpoint}}}
              VS Code       code --add-mcp '{"name":"tapedeck","type":"http","url":"{{{endpoint}}}"}'
              Gemini CLI    gemini mcp add --transport http tapedeck {{{endpoint}}}
              Cursor        {"mcpServers":{"tapedeck":{"url":"{{{endpoint}}}"} } } in ~/.cursor/mcp.json

            """);
        if (deck.Tools.SelectMany(tool => tool.Current?.Tools ?? []).LastOrDefault() is { } first)
        {
            text.Append($$$"""

                Or call a tool by hand:
                  curl -s {{{endpoint}}} -H 'Content-Type: application/json' -H 'Accept: application/json, text/event-stream' \
                    -H 'MCP-Protocol-Version: 2026-07-28' -H 'Mcp-Method: tools/call' -H 'Mcp-Name: {{{first.Declaration.Name}}}' \
                    -d '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"{{{first.Declaration.Name}}}","arguments":{{{Arguments(first)}}},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"curl","version":"8"},"io.modelcontextprotocol/clientCapabilities":{} } } }'

                """);
        }
        text.Append($"\nOr look at them in a browser: {new Uri(endpoint, "/")}. Ctrl+C stops.\n");
        return text.ToString();
    }

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
