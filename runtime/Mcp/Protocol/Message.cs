using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;

namespace Tapedeck.Mcp.Protocol;

/// <summary>
/// A message that a client sent, <see href="https://modelcontextprotocol.io/specification/2026-07-28/basic/index#messages"/>. It points into the
/// bytes that it was read from, and is as good as they are.
/// </summary>
internal sealed class Message : IDisposable
{
    private const int LongestId = 256;
    private readonly JsonDocument _document;

    private Message(JsonDocument document, ReadOnlyMemory<byte> bytes)
    {
        _document = document;
        Bytes = bytes;
    }

    internal ReadOnlyMemory<byte> Bytes { get; }

    internal MessageKind Kind { get; private set; }

    /// <summary>The id as the client wrote it, so that it goes back as it came. Empty in a notification.</summary>
    internal ReadOnlyMemory<byte> Id { get; private set; }

    /// <summary>Empty in a response.</summary>
    internal string Method { get; private set; } = "";

    /// <summary>An object, or undefined.</summary>
    internal JsonElement Params { get; private set; }

    /// <summary>An object, or undefined.</summary>
    internal JsonElement Meta { get; private set; }

    /// <summary>Reads a message. Where it is refused, the id is given if it could be read.</summary>
    internal static Message? Read(ReadOnlyMemory<byte> utf8, McpLimits limits, out RpcError? error, out ReadOnlyMemory<byte> id)
    {
        id = default;
        if (!Utf8.IsValid(utf8.Span))
        {
            error = RpcError.Parse("Parse error: the message is not UTF-8");
            return null;
        }
        if (!Surrogates.ArePaired(utf8.Span))
        {
            error = RpcError.Parse("Parse error: a string has half of a surrogate pair");
            return null;
        }
        JsonDocument document;
        try
        {
            if (HasMoreValuesThan(limits, utf8.Span))
            {
                error = RpcError.InvalidRequest($"Invalid request: a message has at most {limits.MessageValues} values");
                return null;
            }
            document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = limits.MessageDepth, AllowDuplicateProperties = false });
        }
        catch (JsonException e)
        {
            // The exception's text has the place, and no more of the message than a name that stands twice.
            error = RpcError.Parse($"Parse error at line {e.LineNumber + 1}, byte {e.BytePositionInLine}: not JSON of depth {limits.MessageDepth} with unique names");
            return null;
        }
        var message = new Message(document, utf8);
        error = message.ReadEnvelope();
        id = message.Id;
        if (error is null)
        {
            return message;
        }
        message.Dispose();
        return null;
    }

    /// <summary>The bytes of a part of the message.</summary>
    internal ReadOnlyMemory<byte> Raw(JsonElement part)
    {
        if (part.ValueKind == JsonValueKind.Undefined)
        {
            return default;
        }
        var raw = JsonMarshal.GetRawUtf8Value(part);
        Bytes.Span.Overlaps(raw, out var offset);
        return Bytes.Slice(offset, raw.Length);
    }

    public void Dispose() => _document.Dispose();

    /// <summary>Commas say how many values there are. All of them are counted at once; only where they are too many it matters which stand in texts.</summary>
    private static bool HasMoreValuesThan(McpLimits limits, ReadOnlySpan<byte> json)
    {
        if (json.Count((byte)',') <= limits.MessageValues)
        {
            return false;
        }
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = limits.MessageDepth });
        var commas = 0;
        for (var before = JsonTokenType.None; reader.Read() && commas <= limits.MessageValues; before = reader.TokenType)
        {
            var ends = reader.TokenType is JsonTokenType.EndArray or JsonTokenType.EndObject;
            var begins = before is JsonTokenType.None or JsonTokenType.StartArray or JsonTokenType.StartObject or JsonTokenType.PropertyName;
            commas += ends || begins ? 0 : 1;
        }
        return commas > limits.MessageValues;
    }

    private RpcError? ReadEnvelope()
    {
        var root = _document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
        {
            return RpcError.InvalidRequest(root.ValueKind == JsonValueKind.Array
                ? "Invalid request: batches are not supported; send each message by itself"
                : "Invalid request: a message is a JSON object");
        }
        // The id first, so that every later error can carry it.
        if (root.TryGetProperty("id"u8, out var id))
        {
            if (!IsId(id))
            {
                return RpcError.InvalidRequest($"Invalid request: id is a string or an integer, of at most {LongestId} bytes");
            }
            Id = Raw(id);
        }
        if (!root.TryGetProperty("jsonrpc"u8, out var version) || version.ValueKind != JsonValueKind.String || !version.ValueEquals("2.0"u8))
        {
            return RpcError.InvalidRequest("Invalid request: jsonrpc is \"2.0\"");
        }
        return root.TryGetProperty("method"u8, out var method) ? ReadCall(root, method) : ReadResponse(root);
    }

    private RpcError? ReadCall(JsonElement root, JsonElement method)
    {
        if (method.ValueKind != JsonValueKind.String)
        {
            return RpcError.InvalidRequest("Invalid request: method is a string");
        }
        if (root.TryGetProperty("result"u8, out _) || root.TryGetProperty("error"u8, out _))
        {
            return RpcError.InvalidRequest("Invalid request: a message has a method, or a result, or an error");
        }
        Kind = Id.IsEmpty ? MessageKind.Notification : MessageKind.Request;
        Method = Methods.Read(method);
        if (root.TryGetProperty("params"u8, out var parameters))
        {
            if (parameters.ValueKind != JsonValueKind.Object)
            {
                return RpcError.InvalidRequest("Invalid request: params is an object");
            }
            Params = parameters;
            if (parameters.TryGetProperty("_meta"u8, out var meta))
            {
                if (meta.ValueKind != JsonValueKind.Object)
                {
                    return RpcError.InvalidParams("Invalid params: _meta is an object");
                }
                Meta = meta;
            }
        }
        return null;
    }

    private RpcError? ReadResponse(JsonElement root)
    {
        Kind = MessageKind.Response;
        var result = root.TryGetProperty("result"u8, out _);
        var error = root.TryGetProperty("error"u8, out var detail);
        return result == error || (error && detail.ValueKind != JsonValueKind.Object) || (result && Id.IsEmpty)
            ? RpcError.InvalidRequest("Invalid request: a message has a method, or a result with an id, or an error object")
            : null;
    }

    private bool IsId(JsonElement id) => id.ValueKind switch
    {
        JsonValueKind.String => Raw(id).Length <= LongestId,
        JsonValueKind.Number => Raw(id).Length <= LongestId && !Raw(id).Span.ContainsAny(".eE"u8),
        _ => false,
    };
}
