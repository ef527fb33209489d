using System.Text.Json;

namespace Tapedeck.Mcp.Protocol;

/// <summary>The methods that are served here, as constants, so that a request for one of them allocates no name.</summary>
internal static class Methods
{
    internal const string Discover = "server/discover";
    internal const string ListTools = "tools/list";
    internal const string CallTool = "tools/call";
    internal const string Listen = "subscriptions/listen";
    internal const string Initialize = "initialize";
    internal const string Ping = "ping";
    internal const string Cancelled = "notifications/cancelled";
    internal const string GetPrompt = "prompts/get";
    internal const string ReadResource = "resources/read";

    private static readonly string[] Frequent = [CallTool, ListTools, Discover, Listen, Initialize, Ping, Cancelled];

    internal static string Read(JsonElement method)
    {
        foreach (var known in Frequent)
        {
            if (method.ValueEquals(known))
            {
                return known;
            }
        }
        return method.GetString()!;
    }
}
