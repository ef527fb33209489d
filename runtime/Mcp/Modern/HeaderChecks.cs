using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Tapedeck.Mcp.Protocol;

namespace Tapedeck.Mcp.Modern;

/// <summary>
/// Headers repeat parts of the body for those on the way who do not read it. Where both differ, somebody decided on something else than what is
/// served: refused. <see href="https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http#server-validation"/>
/// </summary>
internal static class HeaderChecks
{
    internal const string Version = "MCP-Protocol-Version";
    private const string Method = "Mcp-Method";
    private const string Name = "Mcp-Name";

    /// <summary>The version first: what else is to be checked depends on it.</summary>
    internal static RpcError? CheckVersion(IHeaderDictionary headers, in Metadata metadata)
    {
        var version = headers[Version];
        if (version.Count != 1)
        {
            return Missing(Version, version);
        }
        return version == metadata.ProtocolVersion || metadata.ProtocolVersion is null ? null : Mismatch(Version, version, metadata.ProtocolVersion);
    }

    internal static RpcError? Check(IHeaderDictionary headers, Message message, Catalogue catalogue)
    {
        var method = headers[Method];
        if (method.Count != 1)
        {
            return Missing(Method, method);
        }
        if (method != message.Method)
        {
            return Mismatch(Method, method, message.Method);
        }
        return CheckName(headers, message) ?? CheckParameters(headers, message, catalogue);
    }

    private static RpcError? CheckName(IHeaderDictionary headers, Message message)
    {
        var source = message.Method switch
        {
            Methods.CallTool or Methods.GetPrompt => "name",
            Methods.ReadResource => "uri",
            _ => null,
        };
        if (source is null)
        {
            return null;
        }
        var header = headers[Name];
        if (header.Count != 1 || header[0] is not { } encoded)
        {
            return Missing(Name, header);
        }
        if (!HeaderText.TryDecode(encoded, out var decoded))
        {
            return RpcError.HeaderMismatch($"Header mismatch: {Name} has characters that a header must not have, or broken Base64");
        }
        if (message.Params.ValueKind != JsonValueKind.Object || !message.Params.TryGetProperty(source, out var value)
            || value.ValueKind != JsonValueKind.String)
        {
            return RpcError.InvalidParams($"Invalid params: {source} is a string");
        }
        return value.ValueEquals(decoded) ? null : Mismatch(Name, decoded, value.GetString()!);
    }

    private static RpcError? CheckParameters(IHeaderDictionary headers, Message message, Catalogue catalogue)
    {
        if (message.Method != Methods.CallTool || catalogue.Find(message.Params.GetProperty("name"u8).GetString()!) is not { } entry)
        {
            return null;
        }
        message.Params.TryGetProperty("arguments"u8, out var arguments);
        foreach (var parameter in entry.ParameterHeaders)
        {
            var header = headers[parameter.Header];
            if (header.Count > 1 || !parameter.Matches(header, arguments))
            {
                return RpcError.HeaderMismatch($"Header mismatch: {parameter.Header} does not match the argument {string.Join('.', parameter.Path)}");
            }
        }
        return null;
    }

    private static RpcError Missing(string name, StringValues values) =>
        RpcError.HeaderMismatch(values.Count == 0 ? $"Header mismatch: {name} is missing" : $"Header mismatch: {name} stands more than once");

    private static RpcError Mismatch(string name, StringValues said, string meant) =>
        RpcError.HeaderMismatch($"Header mismatch: {name} header value '{Quote.Short(said.ToString())}' does not match body value '{Quote.Short(meant)}'");
}
