using System.Text;
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
        text.Append($$"""

            Connect an agent:
              Claude Code   claude mcp add --transport http tapedeck {{endpoint}}
              VS Code       code --add-mcp '{"name":"tapedeck","type":"http","url":"{{endpoint}}"}'
              Gemini CLI    gemini mcp add --transport http tapedeck {{endpoint}}
              Cursor        {"mcpServers":{"tapedeck":{"url":"{{endpoint}}"}}} in ~/.cursor/mcp.json

            """);
        if (deck.Tools.SelectMany(tool => tool.Current?.Tools ?? []).FirstOrDefault() is { } first)
        {
            text.Append($$"""

                Or call a tool by hand:
                  curl -s {{endpoint}} -H 'Content-Type: application/json' -H 'Accept: application/json, text/event-stream' \
                    -H 'MCP-Protocol-Version: 2025-11-25' \
                    -d '{"jsonrpc":"2.0","id":1,"method":"tools/list"}'

                The first of them is {{first.Declaration.Name}}. Ctrl+C stops.

                """);
        }
        return text.ToString();
    }
}
