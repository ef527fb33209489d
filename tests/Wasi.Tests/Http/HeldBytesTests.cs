using Tapedeck.Wasi.Calls;
using Tapedeck.Wasi.Http;
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
            request.Dispose();
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
                clone.Dispose();
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

    // Whether the body of the request is taken before the request is sent.
    private static bool Keeps(TestGuest guest, OutgoingRequest request)
    {
        var body = guest.Own<OutgoingBody>(HttpGuest.Types, "[method]outgoing-request.body", request);
        var stream = body.TakeStream()!;
        stream.Write(new byte[BodyBytes]);
        return stream.IsReady;
    }
}
