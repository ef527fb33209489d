using System.Collections.Frozen;
using System.Text.Json;
using ModelContextProtocol.Server;

namespace Tapedeck.Mcp.Legacy;

/// <summary>Prompts, resources and completion, served by the SDK in every era.</summary>
/// <param name="configure">Adds the handlers to a server's options.</param>
internal sealed class SdkExtras(Action<McpServerOptions> configure)
{
    private static readonly FrozenSet<string> Methods = FrozenSet.Create(
        "prompts/list", "prompts/get", "resources/list", "resources/templates/list", "resources/read", "completion/complete");

    internal Action<McpServerOptions> Configure { get; } = configure;

    internal bool Serves(string method) => Methods.Contains(method);

    /// <summary>Writes members of <c>capabilities</c>.</summary>
    internal void WriteCapabilities(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("prompts"u8);
        writer.WriteBoolean("listChanged"u8, true);
        writer.WriteEndObject();
        writer.WriteStartObject("resources"u8);
        writer.WriteBoolean("listChanged"u8, true);
        writer.WriteEndObject();
        writer.WriteStartObject("completions"u8);
        writer.WriteEndObject();
    }
}
