using System.Text;
using Tapedeck.Components.Values;
using Tapedeck.Wasi.Http;
using Tapedeck.Wasi.Io;
using HttpTypes = Tapedeck.Wasi.Http.Fields;

namespace Tapedeck.Wasi.Tests.Http;

/// <summary>The functions of <c>wasi:http</c>, as a guest calls them.</summary>
internal static class HttpGuest
{
    internal const string Types = "wasi:http/types";
    private const string Streams = "wasi:io/streams";

    internal static HttpTypes Headers(this TestGuest guest, params string[] lines)
    {
        var fields = (HttpTypes)guest.Call(Types, "[constructor]fields")!.Value.AsHandle();
        foreach (var line in lines)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            guest.Ok(Types, "[method]fields.append", fields, line[..colon], Encoding.Latin1.GetBytes(line[(colon + 1)..].Trim()));
        }
        return fields;
    }

    internal static OutgoingRequest Request(this TestGuest guest, string method, string url, params string[] headers)
    {
        var request = (OutgoingRequest)guest.Call(Types, "[constructor]outgoing-request", guest.Headers(headers))!.Value.AsHandle();
        var scheme = url.IndexOf("://", StringComparison.Ordinal);
        var rest = url[(scheme + 3)..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        guest.Ok(Types, "[method]outgoing-request.set-method", request, method.ToLowerInvariant());
        guest.Ok(Types, "[method]outgoing-request.set-scheme", request, url[..scheme].ToUpperInvariant());
        guest.Ok(Types, "[method]outgoing-request.set-authority", request, slash < 0 ? rest : rest[..slash]);
        guest.Ok(Types, "[method]outgoing-request.set-path-with-query", request, slash < 0 ? "/" : rest[slash..]);
        return request;
    }

    /// <summary>Sends a request. The error that it has at once, or null.</summary>
    internal static string? Send(this TestGuest guest, OutgoingRequest request, out FutureIncomingResponse? future, RequestOptions? options = null)
    {
        var result = guest.Call("wasi:http/outgoing-handler", "handle", request, options is null ? None.Value : options)!.Value;
        future = result.CaseName == "ok" ? (FutureIncomingResponse)result.CaseValue!.Value.AsHandle() : null;
        return future is null ? result.CaseValue!.Value.CaseName : null;
    }

    /// <summary>Waits for the answer: its status, or its error.</summary>
    internal static string Await(this TestGuest guest, FutureIncomingResponse future, out IncomingResponse? response)
    {
        guest.Call("wasi:io/poll", "[method]pollable.block", guest.Call(Types, "[method]future-incoming-response.subscribe", future)!.Value.AsHandle());
        var once = guest.Call(Types, "[method]future-incoming-response.get", future)!.Value.CaseValue!.Value.CaseValue!.Value;
        response = once.CaseName == "ok" ? (IncomingResponse)once.CaseValue!.Value.AsHandle() : null;
        return response is null ? once.CaseValue!.Value.CaseName : guest.Call(Types, "[method]incoming-response.status", response)!.Value.AsU16().ToString();
    }

    /// <summary>The status of a request without a body, or its error.</summary>
    internal static string Fetch(this TestGuest guest, string method, string url, params string[] headers) =>
        guest.Send(guest.Request(method, url, headers), out var future) ?? guest.Await(future!, out _);

    internal static string Body(this TestGuest guest, IncomingResponse response)
    {
        var stream = guest.Own<InputStream>(Types, "[method]incoming-body.stream", guest.Own<IncomingBody>(Types, "[method]incoming-response.consume", response));
        var text = new StringBuilder();
        WitValue read;
        while ((read = guest.Call(Streams, "[method]input-stream.blocking-read", stream, 65536)!.Value).CaseName == "ok")
        {
            text.Append(Encoding.Latin1.GetString(read.CaseValue!.Value.AsBytes().Span));
        }
        var error = read.CaseValue!.Value;
        return error.CaseName == "closed" ? text.ToString()
            : $"{text}<{guest.Call(Types, "http-error-code", error.CaseValue!.Value.AsHandle())!.Value.CaseValue!.Value.CaseName}>";
    }

    internal static void WriteBody(this TestGuest guest, OutgoingBody body, string text)
    {
        using var stream = guest.Own<OutputStream>(Types, "[method]outgoing-body.write", body);
        guest.Ok(Streams, "[method]output-stream.blocking-write-and-flush", stream, Encoding.Latin1.GetBytes(text));
    }
}
