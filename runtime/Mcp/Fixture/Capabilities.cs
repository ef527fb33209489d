using System.Text;
using System.Text.Json;
using Tapedeck.Mcp.Protocol;

namespace Tapedeck.Mcp.Fixture;

/// <summary>What a client says that it can do.</summary>
internal static class Capabilities
{
    internal static bool Declared(CallContext context, string capability)
    {
        if (context.ClientCapabilities.IsEmpty)
        {
            return false;
        }
        using var declared = JsonDocument.Parse(context.ClientCapabilities);
        return declared.RootElement.TryGetProperty(capability, out var value) && value.ValueKind == JsonValueKind.Object;
    }

    /// <summary>The error that a client gets that cannot do what is needed, or null.</summary>
    internal static ProtocolError? Missing(CallContext context, params string[] needed)
    {
        var missing = needed.Where(capability => !Declared(context, capability)).ToArray();
        return missing.Length == 0 ? null : new ProtocolError(ErrorCodes.MissingRequiredClientCapability, $"The client must declare {string.Join(", ", missing)}")
        {
            Data = Encoding.UTF8.GetBytes($$$"""{"requiredCapabilities":{{{{string.Join(',', missing.Select(static name => $"\"{name}\":{{}}"))}}}}}"""),
        };
    }
}
