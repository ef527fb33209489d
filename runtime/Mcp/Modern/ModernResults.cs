using System.Text.Json;
using Tapedeck.Mcp.Protocol;

namespace Tapedeck.Mcp.Modern;

/// <summary>Writes results of revision 2026-07-28. What is the same in each is encoded once.</summary>
internal sealed class ModernResults
{
    /// <summary>How long a client may keep a list without asking; it hears of changes if it listens.</summary>
    private const int TtlMilliseconds = 60_000;

    private readonly byte[] _meta;
    private readonly byte[] _caching;
    private readonly byte[] _discover;

    internal ModernResults(McpOptions options)
    {
        var serverInfo = Quote.Json(static (writer, identity) => WriteServerInfo(writer, identity), options.Identity);
        _meta = [.. ",\"_meta\":{\"io.modelcontextprotocol/serverInfo\":"u8, .. serverInfo];
        // What only the bearers of a token may see is not for a cache that others read.
        _caching = Quoted($",\"ttlMs\":{TtlMilliseconds},\"cacheScope\":\"{(options.BearerToken is null ? "public" : "private")}\"");
        var described = Quote.Json(WriteDescription, options);
        // The members alone: the braces of the result stand around them.
        _discover = described[1..^1];
    }

    /// <summary><see href="https://modelcontextprotocol.io/specification/2026-07-28/server/discover"/></summary>
    internal PooledBuffer Discover(ReadOnlySpan<byte> id)
    {
        var buffer = Replies.Result(id, _discover.Length + _meta.Length);
        buffer.Append("\"resultType\":\"complete\","u8);
        buffer.Append(_discover);
        buffer.Append(_caching);
        return End(buffer);
    }

    /// <summary><see href="https://modelcontextprotocol.io/specification/2026-07-28/server/tools#listing-tools"/></summary>
    internal PooledBuffer Of(ReadOnlySpan<byte> id, CataloguePage page)
    {
        var buffer = Replies.Result(id, page.Tools.Length + _meta.Length);
        buffer.Append("\"resultType\":\"complete\","u8);
        AppendPage(buffer, page);
        buffer.Append(_caching);
        return End(buffer);
    }

    /// <summary><see href="https://modelcontextprotocol.io/specification/2026-07-28/server/tools#calling-tools"/></summary>
    internal PooledBuffer Of(ReadOnlySpan<byte> id, ToolResult result)
    {
        var buffer = Replies.Result(id, result.Content.Length + result.StructuredContent.Length + result.Meta.Length + _meta.Length);
        buffer.Append("\"resultType\":\"complete\","u8);
        AppendResult(buffer, result);
        return End(buffer, result.Meta.Span);
    }

    /// <summary><see href="https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/mrtr#inputrequiredresult"/></summary>
    internal PooledBuffer Of(ReadOnlySpan<byte> id, InputRequired input)
    {
        var buffer = Replies.Result(id, input.InputRequests.Length + _meta.Length);
        buffer.Append("\"resultType\":\"input_required\""u8);
        if (!input.InputRequests.IsEmpty)
        {
            buffer.Append(",\"inputRequests\":"u8);
            buffer.Append(input.InputRequests.Span);
        }
        if (input.RequestState is { } state)
        {
            buffer.Append(",\"requestState\":"u8);
            buffer.Append(Quote.Json(static (writer, text) => writer.WriteStringValue(text), state));
        }
        return End(buffer);
    }

    /// <summary>The members that a page has in every era.</summary>
    internal static void AppendPage(PooledBuffer buffer, CataloguePage page)
    {
        buffer.Append("\"tools\":["u8);
        buffer.Append(page.Tools.Span);
        buffer.Append("]"u8);
        if (page.Last is { } last)
        {
            buffer.Append(Quoted($",\"nextCursor\":\"{Cursor.After(last)}\""));
        }
    }

    /// <summary>The members that a tool's result has in every era, but for <c>_meta</c>.</summary>
    internal static void AppendResult(PooledBuffer buffer, ToolResult result)
    {
        buffer.Append("\"content\":"u8);
        buffer.Append(result.Content.Span);
        if (!result.StructuredContent.IsEmpty)
        {
            buffer.Append(",\"structuredContent\":"u8);
            buffer.Append(result.StructuredContent.Span);
        }
        if (result.IsError)
        {
            buffer.Append(",\"isError\":true"u8);
        }
    }

    internal static void WriteServerInfo(Utf8JsonWriter writer, ServerIdentity identity)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, identity.Name);
        writer.WriteString("version"u8, identity.Version);
        if (identity.Title is { } title)
        {
            writer.WriteString("title"u8, title);
        }
        writer.WriteEndObject();
    }

    private static void WriteDescription(Utf8JsonWriter writer, McpOptions options)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("supportedVersions"u8);
        writer.WriteStringValue(Versions.Modern);
        writer.WriteEndArray();
        writer.WriteStartObject("capabilities"u8);
        writer.WriteStartObject("tools"u8);
        writer.WriteBoolean("listChanged"u8, true);
        writer.WriteEndObject();
        writer.WriteStartObject("logging"u8);
        writer.WriteEndObject();
        options.Extras?.WriteCapabilities(writer);
        writer.WriteEndObject();
        if (options.Identity.Instructions is { } instructions)
        {
            writer.WriteString("instructions"u8, instructions);
        }
        writer.WriteEndObject();
    }

    private PooledBuffer End(PooledBuffer buffer, ReadOnlySpan<byte> meta = default)
    {
        buffer.Append(_meta);
        var members = meta.IsEmpty ? default : meta[1..^1].Trim(" \t\r\n"u8);
        if (!members.IsEmpty)
        {
            buffer.Append(","u8);
            buffer.Append(members);
        }
        buffer.Append("}}}"u8);
        return buffer;
    }

    private static byte[] Quoted(string json) => System.Text.Encoding.UTF8.GetBytes(json);
}
