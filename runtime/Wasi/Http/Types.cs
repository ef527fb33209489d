using Tapedeck.Components;
using Tapedeck.Components.Types;
using Tapedeck.Components.Values;
using Tapedeck.Wasi.Binding;
using Tapedeck.Wasi.Calls;
using Tapedeck.Wasi.Io;
using Tapedeck.Wasm;
using FieldsOf = Tapedeck.Wasi.Http.Fields;
using IncomingBodyOf = Tapedeck.Wasi.Http.IncomingBody;
using OutgoingBodyOf = Tapedeck.Wasi.Http.OutgoingBody;

namespace Tapedeck.Wasi.Http;

/// <summary><see href="https://github.com/WebAssembly/wasi-http/blob/main/wit/types.wit"><c>wasi:http/types</c></see>.</summary>
/// <remarks>A tool is a client: there is no way for it to come by an <c>incoming-request</c> or <c>response-outparam</c>, so their functions only have to be there.</remarks>
internal static class Types
{
    private static readonly HostResource FieldsResource = Resources.Owned("fields");
    private static readonly HostResource IncomingRequest = Resources.Plain("incoming-request");
    private static readonly HostResource OutgoingRequest = Resources.Owned("outgoing-request");
    private static readonly HostResource RequestOptions = Resources.Plain("request-options");
    private static readonly HostResource ResponseOutparam = Resources.Plain("response-outparam");
    private static readonly HostResource IncomingResponse = Resources.Owned("incoming-response");
    private static readonly HostResource IncomingBody = Resources.Parent<IncomingBodyOf>("incoming-body", static body => body.HasStream);
    private static readonly HostResource FutureTrailers = Resources.Owned("future-trailers");
    private static readonly HostResource OutgoingResponse = Resources.Owned("outgoing-response");
    private static readonly HostResource OutgoingBody = Resources.Parent<OutgoingBodyOf>("outgoing-body", static body => body.HasStream);
    private static readonly HostResource FutureIncomingResponse = Resources.Owned("future-incoming-response");

    private static readonly HostResource[] All =
    [
        FieldsResource, IncomingRequest, OutgoingRequest, RequestOptions, ResponseOutparam, IncomingResponse, IncomingBody, FutureTrailers, OutgoingResponse,
        OutgoingBody, FutureIncomingResponse,
    ];

    internal static readonly WitScope Names = All.Aggregate(new WitScope(), static (scope, resource) => scope.Resource(resource.Name, resource))
        .Resource("io-error", Error.Resource)
        .Resource("pollable", Poll.Pollable)
        .Resource("input-stream", Streams.InputStream)
        .Resource("output-stream", Streams.OutputStream)
        .Resource("headers", FieldsResource)
        .Resource("trailers", FieldsResource)
        .Define("""
            type duration = u64
            type field-key = string
            type field-name = field-key
            type field-value = list<u8>
            type status-code = u16
            variant method { get, head, post, put, delete, connect, options, trace, patch, other(string) }
            variant scheme { HTTP, HTTPS, other(string) }
            record DNS-error-payload { rcode: option<string>, info-code: option<u16> }
            record TLS-alert-received-payload { alert-id: option<u8>, alert-message: option<string> }
            record field-size-payload { field-name: option<string>, field-size: option<u32> }
            variant error-code {
                DNS-timeout, DNS-error(DNS-error-payload), destination-not-found, destination-unavailable, destination-IP-prohibited, destination-IP-unroutable,
                connection-refused, connection-terminated, connection-timeout, connection-read-timeout, connection-write-timeout, connection-limit-reached,
                TLS-protocol-error, TLS-certificate-error, TLS-alert-received(TLS-alert-received-payload), HTTP-request-denied, HTTP-request-length-required,
                HTTP-request-body-size(option<u64>), HTTP-request-method-invalid, HTTP-request-URI-invalid, HTTP-request-URI-too-long,
                HTTP-request-header-section-size(option<u32>), HTTP-request-header-size(option<field-size-payload>),
                HTTP-request-trailer-section-size(option<u32>), HTTP-request-trailer-size(field-size-payload), HTTP-response-incomplete,
                HTTP-response-header-section-size(option<u32>), HTTP-response-header-size(field-size-payload), HTTP-response-body-size(option<u64>),
                HTTP-response-trailer-section-size(option<u32>), HTTP-response-trailer-size(field-size-payload), HTTP-response-transfer-coding(option<string>),
                HTTP-response-content-coding(option<string>), HTTP-response-timeout, HTTP-upgrade-failed, HTTP-protocol-error, loop-detected,
                configuration-error, internal-error(option<string>)
            }
            variant header-error { invalid-syntax, forbidden, immutable }
            type values = list<field-value>
            type entry = tuple<field-name, field-value>
            type entries = list<entry>
            type text = option<string>
            type maybe-scheme = option<scheme>
            type maybe-duration = option<duration>
            type maybe-code = option<error-code>
            type response-result = result<incoming-response, error-code>
            type response-once = result<response-result>
            type response-answer = option<response-once>
            type maybe-trailers = option<trailers>
            type trailers-result = result<maybe-trailers, error-code>
            type trailers-once = result<trailers-result>
            type trailers-answer = option<trailers-once>
            """);

    private static readonly VariantType ErrorCode = (VariantType)Names["error-code"];

    internal static WasiInterface Make()
    {
        var types = new WasiInterface("wasi:http/types@0.2.12", Names, All);
        AddFields(types);
        AddRequest(types);
        AddOptions(types);
        AddResponse(types);
        AddBodies(types);
        AddFutures(types);
        ServerTypes.Add(types);
        return types.Func<IoError, WitValue>("http-error-code", "func(err: borrow<io-error>) -> option<error-code>", static (_, error) =>
            error.Cause is HttpError cause ? WitValue.Some((OptionType)Names["maybe-code"], HttpValues.Error(ErrorCode, cause)) : WitValue.None((OptionType)Names["maybe-code"]));
    }

    internal static Answer Failure(HttpError error) => Answer.Error(HttpValues.Error(ErrorCode, error));

    private static void AddFields(WasiInterface types) => types
        .Func<FieldsOf>("[constructor]fields", "func() -> fields", static call => new FieldsOf(isMutable: true, call.State<WasiState>().Held))
        .Result<WitValue>("[static]fields.from-list", "func(entries: list<tuple<field-name, field-value>>) -> result<fields, header-error>", FromList)
        .Func<FieldsOf, string, WitValue>("[method]fields.get", "func(name: field-name) -> list<field-value>", static (_, fields, name) =>
            WitValue.List(Names["values"], [.. fields.Get(name).Select(WitValue.Bytes)]))
        .Func<FieldsOf, string, bool>("[method]fields.has", "func(name: field-name) -> bool", static (_, fields, name) => fields.Has(name))
        .Result<FieldsOf, string, WitValue>("[method]fields.set", "func(name: field-name, value: list<field-value>) -> result<_, header-error>", static (_, fields, name, values) =>
            Outcome(fields.Set(name, [.. Enumerable.Range(0, values.Count).Select(index => values[index].AsBytes())])))
        .Result<FieldsOf, string>("[method]fields.delete", "func(name: field-name) -> result<_, header-error>", static (_, fields, name) => Outcome(fields.Delete(name)))
        .Result<FieldsOf, string, ReadOnlyMemory<byte>>("[method]fields.append", "func(name: field-name, value: field-value) -> result<_, header-error>", static (_, fields, name, value) =>
            Outcome(fields.Append(name, value)))
        .Func<FieldsOf, WitValue>("[method]fields.entries", "func() -> list<tuple<field-name, field-value>>", static (_, fields) => WitValue.List(Names["entries"],
            [.. fields.Entries.Select(static entry => WitValue.Tuple((TupleType)Names["entry"], WitValue.String(entry.Name), WitValue.Bytes(entry.Value)))]))
        .Func<FieldsOf, FieldsOf>("[method]fields.clone", "func() -> fields", static (call, fields) => fields.Clone(call.State<WasiState>().Held));

    private static void AddRequest(WasiInterface types) => types
        .Func<FieldsOf, OutgoingRequest>("[constructor]outgoing-request", "func(headers: headers) -> outgoing-request", static (call, headers) => new OutgoingRequest(headers.Take(call.State<WasiState>().Held)))
        .Result<OutgoingRequest>("[method]outgoing-request.body", "func() -> result<outgoing-body>", static (call, request) => Once(request.TakeBody(call.State<WasiState>().Held)))
        .Func<OutgoingRequest, WitValue>("[method]outgoing-request.method", "func() -> method", static (_, request) => HttpValues.Method((VariantType)Names["method"], request.Method))
        .Result<OutgoingRequest, WitValue>("[method]outgoing-request.set-method", "func(method: method) -> result", static (_, request, method) =>
            Set(HttpValues.Method(method) is not null, () => request.Method = HttpValues.Method(method)!))
        .Func<OutgoingRequest, WitValue>("[method]outgoing-request.path-with-query", "func() -> option<string>", static (_, request) => HttpValues.Text((OptionType)Names["text"], request.PathWithQuery))
        .Result<OutgoingRequest, WitValue>("[method]outgoing-request.set-path-with-query", "func(path-with-query: option<string>) -> result", static (call, request, path) =>
            Set(HttpValues.Text(path) is not { } text || Policy.Network.HttpPath.TryParse(text, out _), () => request.PathWithQuery = HttpValues.Text(path)))
        .Func<OutgoingRequest, WitValue>("[method]outgoing-request.scheme", "func() -> option<scheme>", static (_, request) => HttpValues.Scheme((OptionType)Names["maybe-scheme"], request.Scheme))
        .Result<OutgoingRequest, WitValue>("[method]outgoing-request.set-scheme", "func(scheme: option<scheme>) -> result", static (_, request, scheme) =>
            Set(HttpValues.Scheme(scheme) is not { } text || FieldRules.IsScheme(text), () => request.Scheme = HttpValues.Scheme(scheme)))
        .Func<OutgoingRequest, WitValue>("[method]outgoing-request.authority", "func() -> option<string>", static (_, request) => HttpValues.Text((OptionType)Names["text"], request.Authority))
        .Result<OutgoingRequest, WitValue>("[method]outgoing-request.set-authority", "func(authority: option<string>) -> result", static (call, request, authority) =>
            Set(HttpValues.Text(authority) is not { } text || Policy.Network.Authority.TryParse(text, out _), () => request.Authority = HttpValues.Text(authority)))
        .Func<OutgoingRequest, FieldsOf>("[method]outgoing-request.headers", "func() -> headers", static (_, request) => request.Headers);

    private static void AddOptions(WasiInterface types) => types
        .Func<RequestOptions>("[constructor]request-options", "func() -> request-options", static _ => new RequestOptions())
        .Func<RequestOptions, WitValue>("[method]request-options.connect-timeout", "func() -> option<duration>", static (_, options) => Duration(options.Connect))
        .Result<RequestOptions, WitValue>("[method]request-options.set-connect-timeout", "func(duration: option<duration>) -> result", static (_, options, duration) =>
            Set(true, () => options.Connect = duration.CaseValue?.AsU64()))
        .Func<RequestOptions, WitValue>("[method]request-options.first-byte-timeout", "func() -> option<duration>", static (_, options) => Duration(options.FirstByte))
        .Result<RequestOptions, WitValue>("[method]request-options.set-first-byte-timeout", "func(duration: option<duration>) -> result", static (_, options, duration) =>
            Set(true, () => options.FirstByte = duration.CaseValue?.AsU64()))
        .Func<RequestOptions, WitValue>("[method]request-options.between-bytes-timeout", "func() -> option<duration>", static (_, options) => Duration(options.BetweenBytes))
        .Result<RequestOptions, WitValue>("[method]request-options.set-between-bytes-timeout", "func(duration: option<duration>) -> result", static (_, options, duration) =>
            Set(true, () => options.BetweenBytes = duration.CaseValue?.AsU64()));

    private static void AddResponse(WasiInterface types) => types
        .Func<IncomingResponse, ushort>("[method]incoming-response.status", "func() -> status-code", static (_, response) => response.Status)
        .Func<IncomingResponse, FieldsOf>("[method]incoming-response.headers", "func() -> headers", static (_, response) => response.Headers)
        .Result<IncomingResponse>("[method]incoming-response.consume", "func() -> result<incoming-body>", static (_, response) => Once(response.TakeBody()));

    private static void AddBodies(WasiInterface types) => types
        .Result<IncomingBody>("[method]incoming-body.stream", "func() -> result<input-stream>", static (_, body) => Once(body.TakeStream()))
        .Func<IncomingBody, FutureTrailers>("[static]incoming-body.finish", "func(this: incoming-body) -> future-trailers", static (_, body) =>
            body.HasStream ? throw new TrapException("the stream of an incoming-body is still open") : body.Finish())
        .Result<OutgoingBody>("[method]outgoing-body.write", "func() -> result<output-stream>", static (_, body) => Once(body.TakeStream()))
        .Result<OutgoingBody, WitValue>("[static]outgoing-body.finish", "func(this: outgoing-body, trailers: option<trailers>) -> result<_, error-code>", static (_, body, trailers) => Finish(body, trailers));

    private static void AddFutures(WasiInterface types) => types
        .Func<FutureTrailers, Pollable>("[method]future-trailers.subscribe", "func() -> pollable", static (_, future) => Pollable.Of(future.Trailers))
        .Func<FutureTrailers, WitValue>("[method]future-trailers.get", "func() -> option<result<result<option<trailers>, error-code>>>", static (_, future) => GetTrailers(future))
        .Func<FutureIncomingResponse, Pollable>("[method]future-incoming-response.subscribe", "func() -> pollable", static (_, future) => Pollable.Of(future.Response))
        .Func<FutureIncomingResponse, WitValue>("[method]future-incoming-response.get", "func() -> option<result<result<incoming-response, error-code>>>", static (_, future) => GetResponse(future));

    private static Answer FromList(Call call, WitValue entries)
    {
        var fields = new FieldsOf(isMutable: true, call.State<WasiState>().Held);
        for (var index = 0; index < entries.Count; index++)
        {
            if (fields.Append(entries[index][0].AsString(), entries[index][1].AsBytes()) is var error && error != HeaderError.None)
            {
                fields.Dispose();
                return Outcome(error);
            }
        }
        return Answer.Own(fields);
    }

    private static Answer Finish(OutgoingBody body, WitValue trailers)
    {
        if (body.HasStream)
        {
            throw new TrapException("the stream of an outgoing-body is still open");
        }
        if (trailers.CaseValue?.AsHandle() is FieldsOf fields)
        {
            var hasAny = fields.Entries.Count > 0;
            fields.Dispose();
            if (hasAny)
            {
                // The HTTP client of .NET sends none. Said here, and not dropped on the way.
                body.Dispose();
                return Failure(new HttpError(HttpErrorCode.HttpRequestTrailerSectionSize));
            }
        }
        return body.Finish() is { } error ? Failure(error) : Answer.Ok();
    }

    private static WitValue GetResponse(FutureIncomingResponse future)
    {
        var answer = (OptionType)Names["response-answer"];
        var once = (ResultType)Names["response-once"];
        if (!future.Response.IsCompleted)
        {
            return WitValue.None(answer);
        }
        if (future.IsTaken)
        {
            return WitValue.Some(answer, WitValue.Err(once));
        }
        future.IsTaken = true;
        var result = (ResultType)Names["response-result"];
        return WitValue.Some(answer, WitValue.Ok(once, future.Response.IsCompletedSuccessfully
            ? WitValue.Ok(result, WitValue.Handle(IncomingResponse.Own, future.Response.Result))
            : WitValue.Err(result, HttpValues.Error(ErrorCode, ErrorOf(future.Response)))));
    }

    private static WitValue GetTrailers(FutureTrailers future)
    {
        var answer = (OptionType)Names["trailers-answer"];
        var once = (ResultType)Names["trailers-once"];
        if (!future.Trailers.IsCompleted)
        {
            return WitValue.None(answer);
        }
        if (future.IsTaken)
        {
            return WitValue.Some(answer, WitValue.Err(once));
        }
        future.IsTaken = true;
        var result = (ResultType)Names["trailers-result"];
        var maybe = (OptionType)Names["maybe-trailers"];
        if (!future.Trailers.IsCompletedSuccessfully)
        {
            return WitValue.Some(answer, WitValue.Ok(once, WitValue.Err(result, HttpValues.Error(ErrorCode, ErrorOf(future.Trailers)))));
        }
        var trailers = future.Trailers.Result is { } fields ? WitValue.Some(maybe, WitValue.Handle(FieldsResource.Own, fields)) : WitValue.None(maybe);
        return WitValue.Some(answer, WitValue.Ok(once, WitValue.Ok(result, trailers)));
    }

    private static HttpError ErrorOf(Task task) =>
        task.Exception?.InnerException is { } failure ? Failures.ErrorOf(failure) : new HttpError(HttpErrorCode.ConnectionTerminated);

    private static WitValue Duration(ulong? nanoseconds) => HttpValues.Number((OptionType)Names["maybe-duration"], nanoseconds);

    /// <summary>What is given once, or an error.</summary>
    private static Answer Once(object? resource) => resource is null ? Answer.Error() : Answer.Own(resource);

    private static Answer Set(bool isValid, Action set)
    {
        if (isValid)
        {
            set();
        }
        return isValid ? Answer.Ok() : Answer.Error();
    }

    private static Answer Outcome(HeaderError error) => error == HeaderError.None ? Answer.Ok() : Answer.Error(WitValue.Case(Names["header-error"], (int)error));
}
