using System.Diagnostics;
using System.Text.Json;

namespace Tapedeck.Mcp.Protocol;

/// <summary>What a request's <c>_meta</c> says, <see href="https://modelcontextprotocol.io/specification/2026-07-28/basic/index#meta"/>.</summary>
internal struct Metadata
{
    private const int LongestToken = 1_024;
    private static readonly string[] Severities = ["debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"];

    /// <summary>Null where it is not said.</summary>
    internal string? ProtocolVersion { get; private set; }

    /// <summary>An object, or undefined.</summary>
    internal JsonElement ClientCapabilities { get; private set; }

    /// <summary>The least severity that is wanted; null: no log.</summary>
    internal LogSeverity? LogLevel { get; private set; }

    /// <summary>A string or an integer as the client wrote it. Empty: no progress.</summary>
    internal ReadOnlyMemory<byte> ProgressToken { get; private set; }

    private string? TraceParent { get; set; }
    private string? TraceState { get; set; }

    internal static string Name(LogSeverity severity) => Severities[(int)severity];

    /// <summary>Reads what is there; what is missing is not asked for.</summary>
    internal static RpcError? Read(Message message, out Metadata metadata)
    {
        metadata = default;
        if (message.Meta.ValueKind != JsonValueKind.Object)
        {
            return null;
        }
        foreach (var member in message.Meta.EnumerateObject())
        {
            if (metadata.ReadMember(message, member) is { } error)
            {
                return error;
            }
        }
        return null;
    }

    /// <summary>Whether a request without headers is of the modern era: it says so, or asks for what no other era has.</summary>
    internal readonly bool IsModern(Message message) =>
        ProtocolVersion is not null || message.Method is Methods.Discover or Methods.Listen;

    /// <summary>The caller's span as <c>_meta</c> has it, else as the header had it. What is malformed counts as not there.</summary>
    internal readonly ActivityContext TraceOr(ActivityContext header) =>
        TraceParent is not null && ActivityContext.TryParse(TraceParent, TraceState, isRemote: true, out var context) ? context : header;

    private RpcError? ReadMember(Message message, JsonProperty member)
    {
        var value = member.Value;
        if (member.NameEquals("io.modelcontextprotocol/protocolVersion"u8))
        {
            ProtocolVersion = StringOrNull(value);
            return ProtocolVersion is null ? Wrong("io.modelcontextprotocol/protocolVersion", "a string") : null;
        }
        if (member.NameEquals("io.modelcontextprotocol/clientCapabilities"u8))
        {
            ClientCapabilities = value;
            return value.ValueKind == JsonValueKind.Object ? null : Wrong("io.modelcontextprotocol/clientCapabilities", "an object");
        }
        if (member.NameEquals("io.modelcontextprotocol/clientInfo"u8))
        {
            return value.ValueKind == JsonValueKind.Object ? null : Wrong("io.modelcontextprotocol/clientInfo", "an object");
        }
        if (member.NameEquals("io.modelcontextprotocol/logLevel"u8))
        {
            return ReadLogLevel(value);
        }
        if (member.NameEquals("progressToken"u8))
        {
            return ReadProgressToken(message, value);
        }
        if (member.NameEquals("traceparent"u8))
        {
            TraceParent = StringOrNull(value);
        }
        else if (member.NameEquals("tracestate"u8))
        {
            TraceState = StringOrNull(value);
        }
        return null;
    }

    private RpcError? ReadLogLevel(JsonElement value)
    {
        var level = StringOrNull(value) is { } name ? Array.IndexOf(Severities, name) : -1;
        if (level < 0)
        {
            return Wrong("io.modelcontextprotocol/logLevel", $"one of {string.Join(", ", Severities)}");
        }
        LogLevel = (LogSeverity)level;
        return null;
    }

    private RpcError? ReadProgressToken(Message message, JsonElement value)
    {
        ProgressToken = message.Raw(value);
        return value.ValueKind switch
        {
            JsonValueKind.String when ProgressToken.Length <= LongestToken => null,
            JsonValueKind.Number when ProgressToken.Length <= LongestToken && !ProgressToken.Span.ContainsAny(".eE"u8) => null,
            _ => Wrong("progressToken", $"a string or an integer, of at most {LongestToken} bytes"),
        };
    }

    private static string? StringOrNull(JsonElement value) =>
        value.ValueKind != JsonValueKind.String ? null : value.ValueEquals(Versions.Modern) ? Versions.Modern : value.GetString();

    private static RpcError Wrong(string name, string expected) => RpcError.InvalidParams($"Invalid params: _meta[\"{name}\"] is {expected}");
}
