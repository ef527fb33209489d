using Tapedeck.Components.Values;
using Tapedeck.Wasi.Binding;
using Tapedeck.Wasi.Calls;
using Tapedeck.Wasm;

namespace Tapedeck.Wasi.Http;

/// <summary>
/// The part of <c>wasi:http/types</c> that is for servers. Components import it together with the rest, and never call it: the host makes none of the
/// resources that it is about but <c>outgoing-response</c>, and that one cannot be sent.
/// </summary>
internal static class ServerTypes
{
    internal static void Add(WasiInterface types) => types
        .Func<object, WitValue>("[method]incoming-request.method", "func() -> method", Unreachable<WitValue>)
        .Func<object, WitValue>("[method]incoming-request.path-with-query", "func() -> option<string>", Unreachable<WitValue>)
        .Func<object, WitValue>("[method]incoming-request.scheme", "func() -> option<scheme>", Unreachable<WitValue>)
        .Func<object, WitValue>("[method]incoming-request.authority", "func() -> option<string>", Unreachable<WitValue>)
        .Func<object, Fields>("[method]incoming-request.headers", "func() -> headers", Unreachable<Fields>)
        .Func<object, WitValue>("[method]incoming-request.consume", "func() -> result<incoming-body>", Unreachable<WitValue>)
        .Do<object, WitValue>("[static]response-outparam.set", "func(param: response-outparam, response: result<outgoing-response, error-code>)", static (_, _, _) =>
            throw new TrapException("the component serves no HTTP"))
        .Func<object, ushort, Fields, WitValue>("[method]response-outparam.send-informational", "func(status: u16, headers: headers) -> result<_, error-code>", static (_, _, _, _) =>
            throw new TrapException("the component serves no HTTP"))
        .Func<Fields, OutgoingResponse>("[constructor]outgoing-response", "func(headers: headers) -> outgoing-response", static (call, headers) => new OutgoingResponse(headers.Take(call.State<WasiState>().Held)))
        .Func<OutgoingResponse, ushort>("[method]outgoing-response.status-code", "func() -> status-code", static (_, response) => response.Status)
        .Result<OutgoingResponse, ushort>("[method]outgoing-response.set-status-code", "func(status-code: status-code) -> result", static (_, response, status) =>
            response.TrySet(status) ? Answer.Ok() : Answer.Error())
        .Func<OutgoingResponse, Fields>("[method]outgoing-response.headers", "func() -> headers", static (_, response) => response.Headers)
        .Result<OutgoingResponse>("[method]outgoing-response.body", "func() -> result<outgoing-body>", static (call, response) =>
            response.TakeBody(call.State<WasiState>().Held) is { } body ? Answer.Own(body) : Answer.Error());

    private static T Unreachable<T>(Components.Call call, object resource) => throw new TrapException("the component serves no HTTP");
}
