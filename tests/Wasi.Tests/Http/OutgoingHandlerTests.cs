using System.Text;
using Tapedeck.Wasi.Http;
using Tapedeck.Wasi.Io;
using Xunit;

namespace Tapedeck.Wasi.Tests.Http;

/// <summary>What goes out, and what comes back.</summary>
public sealed class OutgoingHandlerTests
{
    private const string Policy = "network: {allow: [{host: api.example.com}]}";
    private const string Url = "http://api.example.com/x";

    [Fact]
    public void Sends_a_body_of_known_length()
    {
        using var server = new TestServer(TestServer.Ok("thanks"));
        using var guest = new TestGuest(Policy, new TestNetwork(server.Endpoint).Options);
        var request = guest.Request("POST", Url, "content-length: 5", "content-type: text/plain");
        var body = guest.Own<OutgoingBody>(HttpGuest.Types, "[method]outgoing-request.body", request);
        Assert.Null(guest.Send(request, out var future));
        guest.WriteBody(body, "hello");
        guest.Ok(HttpGuest.Types, "[static]outgoing-body.finish", body, None.Value);
        Assert.Equal("200", guest.Await(future!, out var response));
        Assert.Equal("thanks", guest.Body(response!));
        var sent = Assert.Single(server.Requests);
        Assert.Contains("Content-Length: 5\r\n", sent, StringComparison.OrdinalIgnoreCase);
        Assert.EndsWith("\r\n\r\nhello", sent, StringComparison.Ordinal);
    }

    [Fact]
    public void Sends_a_body_of_unknown_length_in_chunks()
    {
        using var server = new TestServer(TestServer.Ok(""));
        using var guest = new TestGuest(Policy, new TestNetwork(server.Endpoint).Options);
        var request = guest.Request("POST", Url);
        var body = guest.Own<OutgoingBody>(HttpGuest.Types, "[method]outgoing-request.body", request);
        Assert.Null(guest.Send(request, out var future));
        guest.WriteBody(body, "hello");
        guest.Ok(HttpGuest.Types, "[static]outgoing-body.finish", body, None.Value);
        Assert.Equal("200", guest.Await(future!, out _));
        Assert.Contains("Transfer-Encoding: chunked", Assert.Single(server.Requests), StringComparison.OrdinalIgnoreCase);
        Assert.EndsWith("\r\n5\r\nhello\r\n0\r\n\r\n", Assert.Single(server.Requests), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_is_sent_once_also_where_the_client_would_send_it_again()
    {
        using var guest = new TestGuest("");
        var body = guest.Own<OutgoingBody>(HttpGuest.Types, "[method]outgoing-request.body", guest.Request("PUT", Url));
        guest.WriteBody(body, "hello");
        guest.Ok(HttpGuest.Types, "[static]outgoing-body.finish", body, None.Value);

        using var first = new MemoryStream();
        await body.SendTo(first, default);
        Assert.Equal("hello"u8.ToArray(), first.ToArray());
        using var second = new MemoryStream();
        await Assert.ThrowsAsync<HttpFailure>(() => body.SendTo(second, default));
    }

    [Fact]
    public async Task Nothing_more_can_be_written_to_a_body_that_the_server_did_not_take()
    {
        using var guest = new TestGuest("");
        var body = guest.Own<OutgoingBody>(HttpGuest.Types, "[method]outgoing-request.body", guest.Request("PUT", Url));
        using var stream = guest.Own<OutputStream>(HttpGuest.Types, "[method]outgoing-body.write", body);
        guest.Ok("wasi:io/streams", "[method]output-stream.blocking-write-and-flush", stream, "early"u8.ToArray());
        var closed = new MemoryStream();
        closed.Close();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => body.SendTo(closed, default));

        using var deadline = new Timer(_ => guest.Cancel(), null, 20_000, Timeout.Infinite);
        Assert.Equal("last-operation-failed", guest.Outcome("wasi:io/streams", "[method]output-stream.blocking-write-and-flush", stream, "late"u8.ToArray()));
    }

    [Fact]
    public void Sends_no_body_where_none_was_written()
    {
        using var server = new TestServer(TestServer.Ok(""));
        using var guest = new TestGuest(Policy, new TestNetwork(server.Endpoint).Options);
        var request = guest.Request("GET", Url);
        var body = guest.Own<OutgoingBody>(HttpGuest.Types, "[method]outgoing-request.body", request);
        Assert.Null(guest.Send(request, out var future));
        guest.Ok(HttpGuest.Types, "[static]outgoing-body.finish", body, None.Value);
        Assert.Equal("200", guest.Await(future!, out _));
        Assert.DoesNotContain("Transfer-Encoding", Assert.Single(server.Requests), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Keeps_what_is_written_before_the_request_is_sent()
    {
        using var server = new TestServer(TestServer.Ok(""));
        using var guest = new TestGuest(Policy, new TestNetwork(server.Endpoint).Options);
        var request = guest.Request("PUT", Url);
        var body = guest.Own<OutgoingBody>(HttpGuest.Types, "[method]outgoing-request.body", request);
        guest.WriteBody(body, "early");
        guest.Ok(HttpGuest.Types, "[static]outgoing-body.finish", body, None.Value);
        Assert.Null(guest.Send(request, out var future));
        Assert.Equal("200", guest.Await(future!, out _));
        Assert.Contains("early", Assert.Single(server.Requests), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hell")]
    [InlineData("hello!")]
    public void Refuses_a_body_of_another_length_than_promised(string text)
    {
        using var server = new TestServer(TestServer.Ok(""));
        using var guest = new TestGuest(Policy, new TestNetwork(server.Endpoint).Options);
        var request = guest.Request("POST", Url, "content-length: 5");
        var body = guest.Own<OutgoingBody>(HttpGuest.Types, "[method]outgoing-request.body", request);
        Assert.Null(guest.Send(request, out var future));
        using (var stream = guest.Own<Wasi.Io.OutputStream>(HttpGuest.Types, "[method]outgoing-body.write", body))
        {
            guest.Call("wasi:io/streams", "[method]output-stream.blocking-write-and-flush", stream, Encoding.Latin1.GetBytes(text));
        }
        Assert.Equal("HTTP-request-body-size", guest.Outcome(HttpGuest.Types, "[static]outgoing-body.finish", body, None.Value));
        Assert.NotEqual("200", guest.Await(future!, out _));
    }

    [Fact]
    public void A_body_that_was_dropped_half_way_is_no_whole_one()
    {
        using var server = new TestServer(TestServer.Ok(""));
        using var guest = new TestGuest(Policy, new TestNetwork(server.Endpoint).Options);
        var request = guest.Request("POST", Url);
        var body = guest.Own<OutgoingBody>(HttpGuest.Types, "[method]outgoing-request.body", request);
        Assert.Null(guest.Send(request, out var future));
        guest.WriteBody(body, "half");
        body.Dispose();
        Assert.Equal("connection-terminated", guest.Await(future!, out _));
    }

    [Fact]
    public void Gives_a_redirect_to_the_guest()
    {
        using var server = new TestServer("HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest\r\nContent-Length: 0\r\n\r\n");
        var network = new TestNetwork(server.Endpoint);
        using var guest = new TestGuest(Policy, network.Options);
        Assert.Null(guest.Send(guest.Request("GET", Url), out var future));
        Assert.Equal("302", guest.Await(future!, out var response));
        var headers = (Fields)guest.Call(HttpGuest.Types, "[method]incoming-response.headers", response!)!.Value.AsHandle();
        Assert.Equal("http://169.254.169.254/latest", Encoding.Latin1.GetString(guest.Call(HttpGuest.Types, "[method]fields.get", headers, "LOCATION")!.Value[0].AsBytes().Span));
        Assert.Single(network.Connected);
        Assert.Equal("HTTP-request-denied", guest.Fetch("GET", "http://169.254.169.254/latest"));
    }

    [Fact]
    public void Reads_the_trailers()
    {
        using var server = new TestServer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nx-sum: 7\r\n\r\n");
        using var guest = new TestGuest(Policy, new TestNetwork(server.Endpoint).Options);
        Assert.Null(guest.Send(guest.Request("GET", Url), out var future));
        Assert.Equal("200", guest.Await(future!, out var response));
        var body = guest.Own<IncomingBody>(HttpGuest.Types, "[method]incoming-response.consume", response!);
        var trailers = (FutureTrailers)guest.Call(HttpGuest.Types, "[static]incoming-body.finish", body)!.Value.AsHandle();
        guest.Call("wasi:io/poll", "[method]pollable.block", guest.Call(HttpGuest.Types, "[method]future-trailers.subscribe", trailers)!.Value.AsHandle());
        var fields = (Fields)guest.Call(HttpGuest.Types, "[method]future-trailers.get", trailers)!.Value.CaseValue!.Value.CaseValue!.Value.CaseValue!.Value.CaseValue!.Value.AsHandle();
        Assert.Equal("x-sum", Assert.Single(fields.Entries).Name);
    }

    [Fact]
    public void Reads_the_trailers_of_a_body_that_was_read_in_part()
    {
        var dropped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var server = new TestServer(async (_, stream) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"u8.ToArray());
            await dropped.Task;
            await stream.WriteAsync("3\r\ndef\r\n0\r\nx-sum: 7\r\n\r\n"u8.ToArray());
        });
        using var guest = new TestGuest(Policy, new TestNetwork(server.Endpoint).Options);
        Assert.Null(guest.Send(guest.Request("GET", Url), out var future));
        Assert.Equal("200", guest.Await(future!, out var response));
        var body = guest.Own<IncomingBody>(HttpGuest.Types, "[method]incoming-response.consume", response!);
        var stream = guest.Own<Wasi.Io.InputStream>(HttpGuest.Types, "[method]incoming-body.stream", body);
        guest.Ok("wasi:io/streams", "[method]input-stream.blocking-read", stream, 10);
        // Something is on its way into the stream when it is dropped.
        Assert.False(stream.IsReady);
        guest.Drop("wasi:io/streams", "input-stream", stream);
        var trailers = (FutureTrailers)guest.Call(HttpGuest.Types, "[static]incoming-body.finish", body)!.Value.AsHandle();
        dropped.SetResult();
        guest.Call("wasi:io/poll", "[method]pollable.block", guest.Call(HttpGuest.Types, "[method]future-trailers.subscribe", trailers)!.Value.AsHandle());
        var result = guest.Call(HttpGuest.Types, "[method]future-trailers.get", trailers)!.Value.CaseValue!.Value.CaseValue!.Value;
        Assert.Equal("ok", result.CaseName);
        Assert.Equal("x-sum", Assert.Single(((Fields)result.CaseValue!.Value.CaseValue!.Value.AsHandle()).Entries).Name);
    }

    [Fact]
    public void A_body_is_not_dropped_before_its_stream()
    {
        using var server = new TestServer(TestServer.Ok("hello"));
        using var guest = new TestGuest(Policy, new TestNetwork(server.Endpoint).Options);
        var outgoing = guest.Own<OutgoingBody>(HttpGuest.Types, "[method]outgoing-request.body", guest.Request("POST", Url));
        var output = guest.Own<Wasi.Io.OutputStream>(HttpGuest.Types, "[method]outgoing-body.write", outgoing);
        Assert.Throws<Wasm.TrapException>(() => guest.Drop(HttpGuest.Types, "outgoing-body", outgoing));
        Assert.Throws<Wasm.TrapException>(() => guest.Call(HttpGuest.Types, "[static]outgoing-body.finish", outgoing, None.Value));
        guest.Drop("wasi:io/streams", "output-stream", output);
        guest.Drop(HttpGuest.Types, "outgoing-body", outgoing);

        Assert.Null(guest.Send(guest.Request("GET", Url), out var future));
        Assert.Equal("200", guest.Await(future!, out var response));
        var incoming = guest.Own<IncomingBody>(HttpGuest.Types, "[method]incoming-response.consume", response!);
        var input = guest.Own<Wasi.Io.InputStream>(HttpGuest.Types, "[method]incoming-body.stream", incoming);
        Assert.Throws<Wasm.TrapException>(() => guest.Drop(HttpGuest.Types, "incoming-body", incoming));
        Assert.Throws<Wasm.TrapException>(() => guest.Call(HttpGuest.Types, "[static]incoming-body.finish", incoming));
        guest.Drop("wasi:io/streams", "input-stream", input);
        guest.Drop(HttpGuest.Types, "incoming-body", incoming);
    }

    /// <summary>Where a message ends is for one number to say: of two, a server on the way might take the other.</summary>
    [Theory]
    [InlineData("content-length: 5", "content-length: 6")]
    [InlineData("content-length: 5, 6")]
    [InlineData("content-length: +5")]
    [InlineData("content-length: 0x5")]
    [InlineData("content-length:")]
    [InlineData("content-length: 18446744073709551615")]
    public void Sends_no_request_whose_length_is_in_doubt(params string[] headers)
    {
        using var server = new TestServer(TestServer.Ok(""));
        var network = new TestNetwork(server.Endpoint);
        using var guest = new TestGuest(Policy, network.Options);
        var request = guest.Request("POST", Url, headers);
        var body = guest.Own<OutgoingBody>(HttpGuest.Types, "[method]outgoing-request.body", request);
        guest.WriteBody(body, "hello");
        guest.Call(HttpGuest.Types, "[static]outgoing-body.finish", body, None.Value);
        Assert.Equal("HTTP-protocol-error", guest.Send(request, out var future) ?? guest.Await(future!, out _) + ": " + string.Join('|', server.Requests));
        Assert.Empty(network.Connected);
        Assert.Equal("HTTP-protocol-error", guest.Fetch("GET", Url, headers));
    }

    [Theory]
    [InlineData("GET", "HTTP-request-body-size", "content-length: 5")]
    [InlineData("POST", "HTTP-request-body-size", "content-length: 5")]
    [InlineData("CONNECT", "HTTP-request-denied")]
    public void Sends_no_request_that_cannot_be_one(string method, string code, params string[] headers)
    {
        using var server = new TestServer(TestServer.Ok(""));
        using var guest = new TestGuest(Policy, new TestNetwork(server.Endpoint).Options);
        Assert.Equal(code, guest.Fetch(method, Url, headers));
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", "half<HTTP-response-incomplete>")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhal", "hal<HTTP-response-incomplete>")]
    public void Says_that_a_body_was_not_whole(string answer, string body)
    {
        using var server = new TestServer(answer);
        using var guest = new TestGuest(Policy, new TestNetwork(server.Endpoint).Options);
        Assert.Null(guest.Send(guest.Request("GET", Url), out var future));
        Assert.Equal("200", guest.Await(future!, out var response));
        Assert.Equal(body, guest.Body(response!));
    }

    [Theory]
    [InlineData("nonsense\r\n\r\n", "HTTP-protocol-error")]
    [InlineData("", "HTTP-response-incomplete")]
    public void Says_that_an_answer_was_none(string answer, string code)
    {
        using var server = new TestServer(answer);
        using var guest = new TestGuest(Policy, new TestNetwork(server.Endpoint).Options);
        Assert.Equal(code, guest.Fetch("GET", Url));
    }

    [Fact]
    public void Says_that_headers_were_too_long()
    {
        using var server = new TestServer($"HTTP/1.1 200 OK\r\nx: {new string('y', 200_000)}\r\n\r\n");
        using var guest = new TestGuest(Policy, new TestNetwork(server.Endpoint).Options);
        Assert.Equal("HTTP-response-header-section-size", guest.Fetch("GET", Url));
    }

    [Fact]
    public void Says_that_nobody_listens()
    {
        System.Net.IPEndPoint nobody;
        using (var server = new TestServer(""))
        {
            nobody = server.Endpoint;
        }
        using var guest = new TestGuest(Policy, new TestNetwork(nobody).Options);
        Assert.Equal("connection-refused", guest.Fetch("GET", Url));
    }

    [Fact]
    public void Waits_no_longer_for_an_answer_than_the_guest_wants()
    {
        using var server = new TestServer(static async (_, stream) => await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false));
        using var guest = new TestGuest(Policy, new TestNetwork(server.Endpoint).Options);
        var options = (RequestOptions)guest.Call(HttpGuest.Types, "[constructor]request-options")!.Value.AsHandle();
        guest.Ok(HttpGuest.Types, "[method]request-options.set-first-byte-timeout", options, 50_000_000);
        Assert.Null(guest.Send(guest.Request("GET", Url), out var future, options));
        Assert.Equal("HTTP-response-timeout", guest.Await(future!, out _));
    }

    [Fact]
    public void Waits_no_longer_for_more_than_the_guest_wants()
    {
        using var server = new TestServer(static async (_, stream) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"u8.ToArray());
            await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false);
        });
        using var guest = new TestGuest(Policy, new TestNetwork(server.Endpoint).Options);
        var options = (RequestOptions)guest.Call(HttpGuest.Types, "[constructor]request-options")!.Value.AsHandle();
        guest.Ok(HttpGuest.Types, "[method]request-options.set-between-bytes-timeout", options, 50_000_000);
        Assert.Null(guest.Send(guest.Request("GET", Url), out var future, options));
        Assert.Equal("200", guest.Await(future!, out var response));
        Assert.Equal("half<connection-read-timeout>", guest.Body(response!));
    }

    [Fact]
    public void A_call_that_is_cancelled_waits_for_nothing()
    {
        using var server = new TestServer(static async (_, stream) => await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false));
        using var guest = new TestGuest(Policy, new TestNetwork(server.Endpoint).Options);
        Assert.Null(guest.Send(guest.Request("GET", Url), out var future));
        var watch = System.Diagnostics.Stopwatch.StartNew();
        using var timer = new Timer(_ => guest.Cancel(), null, 100, Timeout.Infinite);
        Assert.ThrowsAny<Exception>(() => guest.Await(future!, out _));
        Assert.InRange(watch.ElapsedMilliseconds, 0, 60_000);
    }

    [Fact]
    public void A_request_whose_grant_goes_is_broken_off()
    {
        using var server = new TestServer(static async (_, stream) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"u8.ToArray());
            await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false);
        });
        using var guest = new TestGuest(Policy, new TestNetwork(server.Endpoint).Options);
        Assert.Null(guest.Send(guest.Request("GET", Url), out var future));
        Assert.Equal("200", guest.Await(future!, out var response));
        using var timer = new Timer(_ => guest.Gate.Swap(Policies.Grants("network: {allow: []}", generation: 2)), null, 100, Timeout.Infinite);
        Assert.StartsWith("half", guest.Body(response!), StringComparison.Ordinal);
        Assert.Equal("HTTP-request-denied", guest.Fetch("GET", Url));
    }

    [Fact]
    public void A_connection_whose_address_is_denied_later_is_broken_off()
    {
        using var server = new TestServer(static async (_, stream) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"u8.ToArray());
            await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false);
        });
        using var guest = new TestGuest(Policy, new TestNetwork(server.Endpoint).Options);
        Assert.Null(guest.Send(guest.Request("GET", Url), out var future));
        Assert.Equal("200", guest.Await(future!, out var response));
        var denied = Policies.Grants($"network: {{allow: [{{host: api.example.com}}], deny: [{{cidr: {TestNetwork.PublicAddress}/32}}]}}", generation: 2);
        using var timer = new Timer(_ => guest.Gate.Swap(denied), null, 100, Timeout.Infinite);
        using var deadline = new Timer(_ => guest.Cancel(), null, 20_000, Timeout.Infinite);
        Assert.Equal("half<connection-terminated>", guest.Body(response!));
        Assert.Equal("destination-IP-prohibited", guest.Fetch("GET", Url));
    }

    [Fact]
    public void Sends_no_more_requests_than_the_limit()
    {
        using var server = new TestServer(TestServer.Ok(""));
        using var guest = new TestGuest(Policy + "\nlimits: {outboundRequests: 2}", new TestNetwork(server.Endpoint).Options);
        Assert.Equal("200", guest.Fetch("GET", Url));
        Assert.Equal("200", guest.Fetch("GET", Url));
        Assert.Equal("connection-limit-reached", guest.Fetch("GET", Url));
        Assert.Equal("limit-outbound-requests", guest.State.Exceeded!.Code);
    }

    [Fact]
    public void Holds_back_a_server_that_is_faster_than_the_guest()
    {
        var sent = 0L;
        using var server = new TestServer(async (_, stream) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray());
            var block = new byte[1 << 20];
            while (sent < 1L << 30)
            {
                await stream.WriteAsync(block);
                Interlocked.Add(ref sent, block.Length);
            }
        });
        using var guest = new TestGuest(Policy, new TestNetwork(server.Endpoint).Options);
        Assert.Null(guest.Send(guest.Request("GET", Url), out var future));
        Assert.Equal("200", guest.Await(future!, out var response));
        var stream = guest.Own<Wasi.Io.InputStream>(HttpGuest.Types, "[method]incoming-body.stream", guest.Own<IncomingBody>(HttpGuest.Types, "[method]incoming-response.consume", response!));
        guest.Ok("wasi:io/streams", "[method]input-stream.blocking-read", stream, 10);
        Thread.Sleep(500);
        Assert.InRange(Interlocked.Read(ref sent), 0, 64L << 20);
    }
}
