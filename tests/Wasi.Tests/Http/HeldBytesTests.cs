using System.Net;
using Tapedeck.Components.Types;
using Tapedeck.Components.Values;
using Tapedeck.Wasi.Calls;
using Tapedeck.Wasi.Http;
using Tapedeck.Wasi.Io;
using Tapedeck.Wasm;
using Xunit;

namespace Tapedeck.Wasi.Tests.Http;

/// <summary>Requests that are never sent take memory of the host, and no policy is asked about them.</summary>
public sealed class HeldBytesTests
{
    private const int BodyBytes = 256 << 10;
    private const string Url = "http://api.example.com/x";

    [Fact]
    public void Bodies_that_are_not_sent_take_no_more_than_the_call_may_hold()
    {
        using var guest = new TestGuest("");
        var kept = 0;
        for (var number = 0; number < 2 * HeldBytes.Most / BodyBytes; number++)
        {
            kept += Keeps(guest, guest.Request("POST", Url)) ? 1 : 0;
        }

        // The headers of a request, here none, count as well.
        Assert.Equal(HeldBytes.Most / BodyBytes, kept);
    }

    [Fact]
    public void What_a_request_held_is_free_once_it_is_dropped()
    {
        using var guest = new TestGuest("");
        for (var number = 0; number < 2 * HeldBytes.Most / BodyBytes; number++)
        {
            var request = guest.Request("POST", Url, $"x-header: {new string('x', 10_000)}");
            Assert.True(Keeps(guest, request));
            guest.Drop(HttpGuest.Types, "outgoing-request", request);
        }
    }

    [Fact]
    public void Headers_take_no_more_than_the_call_may_hold()
    {
        using var guest = new TestGuest("");
        var count = 0;
        var trap = Assert.Throws<TrapException>(() =>
        {
            for (; count < 1_000; count++)
            {
                guest.Headers($"x-header: {new string('x', 100_000)}");
            }
        });

        Assert.Equal($"requests of more than {HeldBytes.Most} bytes that were not sent", trap.Message);
        Assert.Equal(HeldBytes.Most / 100_040, count);
    }

    [Fact]
    public void Clones_count_and_what_is_dropped_or_deleted_does_not()
    {
        using var guest = new TestGuest("");
        var fields = guest.Headers($"x-header: {new string('x', 100_000)}");
        for (var number = 0; number < 200; number++)
        {
            var clone = (Fields)guest.Call(HttpGuest.Types, "[method]fields.clone", fields)!.Value.AsHandle();
            if (number % 2 == 0)
            {
                guest.Ok(HttpGuest.Types, "[method]fields.delete", clone, "X-Header");
            }
            else
            {
                guest.Drop(HttpGuest.Types, "fields", clone);
            }
        }
        Assert.Throws<TrapException>(() =>
        {
            for (var number = 0; number < 200; number++)
            {
                guest.Call(HttpGuest.Types, "[method]fields.clone", fields);
            }
        });
    }

    [Fact]
    public void A_request_that_is_denied_holds_nothing_and_takes_no_more_body()
    {
        using var guest = new TestGuest("");
        for (var number = 0; number < 2 * HeldBytes.Most / BodyBytes; number++)
        {
            var request = guest.Request("POST", Url, $"x-header: {new string('x', 10_000)}");
            Assert.True(Keeps(guest, request, out var stream));
            Assert.Equal("HTTP-request-denied", guest.Send(request, out _));
            stream.Write(new byte[1]);
            Assert.False(stream.Flush().IsOk);
        }
    }

    [Fact]
    public void Requests_that_fail_hold_nothing()
    {
        using var guest = new TestGuest("network: {allow: [{host: api.example.com}]}\nlimits: {outboundRequests: 200}", new TestNetwork(Closed()).Options);
        for (var number = 0; number < 2 * HeldBytes.Most / BodyBytes; number++)
        {
            var request = guest.Request("POST", Url, $"x-header: {new string('x', 10_000)}");
            Assert.True(Keeps(guest, request, out _));
            Assert.Null(guest.Send(request, out var future));
            Assert.Equal("connection-refused", guest.Await(future!, out _));
        }
    }

    [Fact]
    public void Headers_of_requests_that_were_sent_hold_nothing()
    {
        using var server = new TestServer(TestServer.Ok(""));
        using var guest = new TestGuest("network: {allow: [{host: api.example.com}]}\nlimits: {outboundRequests: 200}", new TestNetwork(server.Endpoint).Options);
        for (var number = 0; number < 2 * HeldBytes.Most / 100_000; number++)
        {
            Assert.Equal("200", guest.Fetch("GET", Url, $"x-header: {new string('x', 100_000)}"));
        }
    }

    [Fact]
    public void Trailers_that_are_refused_and_responses_that_are_dropped_hold_nothing()
    {
        using var guest = new TestGuest("");
        for (var number = 0; number < 200; number++)
        {
            var request = guest.Request("POST", Url);
            var body = guest.Own<OutgoingBody>(HttpGuest.Types, "[method]outgoing-request.body", request);
            var trailers = guest.Headers($"x-trailer: {new string('x', 50_000)}");
            Assert.Equal("HTTP-request-trailer-section-size", guest.Outcome(HttpGuest.Types, "[static]outgoing-body.finish", body, trailers));

            var response = guest.Call(HttpGuest.Types, "[constructor]outgoing-response", guest.Headers($"x-header: {new string('x', 50_000)}"))!.Value.AsHandle();
            guest.Drop(HttpGuest.Types, "outgoing-response", response);
        }
    }

    [Fact]
    public void A_request_made_of_the_headers_of_another_one_keeps_them_when_that_one_is_dropped()
    {
        using var guest = new TestGuest("");
        var first = guest.Request("GET", Url, "x-header: value");
        var second = (OutgoingRequest)guest.Call(HttpGuest.Types, "[constructor]outgoing-request", guest.Call(HttpGuest.Types, "[method]outgoing-request.headers", first)!.Value.AsHandle())!.Value.AsHandle();
        guest.Drop(HttpGuest.Types, "outgoing-request", first);

        Assert.Single(second.Headers.Entries);
    }

    [Theory]
    [InlineData("[method]outgoing-request.set-method", "other")]
    [InlineData("[method]outgoing-request.set-scheme", "other")]
    public void Methods_and_schemes_are_not_long(string setter, string which)
    {
        using var guest = new TestGuest("");
        var type = TestGuest.Function(HttpGuest.Types, setter).Type.Parameters[1].Type;
        var variant = (VariantType)(type is OptionType option ? option.Element : type);
        string Outcome(int length)
        {
            var value = WitValue.Case(variant, variant.IndexOf(which), WitValue.String(new string('a', length)));
            return guest.Outcome(HttpGuest.Types, setter, guest.Request("GET", Url), type is OptionType maybe ? WitValue.Some(maybe, value) : value);
        }

        Assert.Equal("ok", Outcome(16));
        Assert.Equal("error", Outcome(10_000));
    }

    // An address that refuses.
    private static IPEndPoint Closed()
    {
        using var server = new TestServer("");
        return server.Endpoint;
    }

    private static bool Keeps(TestGuest guest, OutgoingRequest request) => Keeps(guest, request, out _);

    // Whether the body of the request is taken before the request is sent.
    private static bool Keeps(TestGuest guest, OutgoingRequest request, out OutputStream stream)
    {
        var body = guest.Own<OutgoingBody>(HttpGuest.Types, "[method]outgoing-request.body", request);
        stream = body.TakeStream()!;
        stream.Write(new byte[BodyBytes]);
        return stream.IsReady;
    }
}
